"use client";

import { usePathname } from "next/navigation";
import { TabLinks } from "#ui/tab-links.tsx";

type AuditTab = { href: string; label: string };

/** The ways to look at the trail that this person has; who has one alone needs no tabs. */
export function AuditTabs({ tabs }: { tabs: AuditTab[] }) {
  const path = usePathname();
  const current = tabs.find(({ href }) => href !== EVENTS && (path === href || path.startsWith(`${href}/`)));
  const isOfEvents = path === EVENTS || ONE_EVENT.test(path);
  if (tabs.length < 2) return null;
  return (
    <TabLinks
      label="Audit"
      items={tabs.map((tab) => ({ ...tab, isCurrent: tab === current || (isOfEvents && tab.href === EVENTS) }))}
    />
  );
}

const EVENTS = "/audit";
const ONE_EVENT = /^\/audit\/[0-9a-f-]{36}$/;

import type { ReactNode } from "react";
import { AuditTabs } from "#features/audit/components/audit-tabs.tsx";
import { loadFrame } from "#features/frame/loaders.ts";
import { auditTabsFor } from "./audit-tabs.ts";

export default async function AuditLayout({ children }: { children: ReactNode }) {
  const { actor, environment } = await loadFrame();
  return (
    <>
      <AuditTabs tabs={auditTabsFor(actor.role, environment)} />
      {children}
    </>
  );
}

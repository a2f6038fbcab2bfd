import { TabLinks } from "#ui/tab-links.tsx";

const TABS = [
  { id: "events", href: "/audit", label: "Events" },
  { id: "reviews", href: "/audit/reviews", label: "Reviews" },
  { id: "standing", href: "/audit/standing", label: "Standing queries" },
] as const;

/** The three ways to look at the trail, for who may read all of it. */
export function AuditTabs({ current }: { current: (typeof TABS)[number]["id"] }) {
  return (
    <TabLinks label="Audit" items={TABS.map(({ id, href, label }) => ({ href, label, isCurrent: id === current }))} />
  );
}

import type { Metadata } from "next";
import { AuditTabs } from "#features/audit/components/audit-tabs.tsx";
import { StandingOverview } from "#features/audit-standing-queries/components/standing-overview.tsx";
import { loadStandingCounts } from "#features/audit-standing-queries/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Standing queries" };

export default permittedPage(async ({ searchParams }) => {
  const page = await loadStandingCounts(searchParams);
  return (
    <>
      <AuditTabs current="standing" />
      <StandingOverview page={page} />
    </>
  );
});

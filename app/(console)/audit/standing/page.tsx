import type { Metadata } from "next";
import { StandingOverview } from "#features/audit-standing-queries/components/standing-overview.tsx";
import { loadStandingCounts } from "#features/audit-standing-queries/loaders.ts";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Standing queries" };

export default permittedPage(async ({ searchParams }) => {
  const page = await loadStandingCounts(searchParams);
  return <StandingOverview page={page} />;
});

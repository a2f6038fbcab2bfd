import type { Metadata } from "next";
import { CoveredLinks } from "#features/coverage/components/covered-links.tsx";
import { CoveredLinksSummary } from "#features/coverage/components/covered-links-summary.tsx";
import { loadCoveredLinks } from "#features/coverage/loaders.ts";
import { PageHead } from "#ui/page-head.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Coverage, bank links" };

export default permittedPage(async ({ searchParams }) => {
  const screen = await loadCoveredLinks(searchParams);
  return (
    <>
      <PageHead title="Bank links by last confirmation" summary={<CoveredLinksSummary screen={screen} />} />
      <CoveredLinks screen={screen} />
    </>
  );
});

import type { Metadata } from "next";
import { CoverageBody } from "#features/coverage/components/coverage-body.tsx";
import { CoverageSummary } from "#features/coverage/components/coverage-summary.tsx";
import { loadCoverage } from "#features/coverage/loaders.ts";
import { SweepOperation } from "#features/sweeps/components/sweep-operation.tsx";
import { SweepProgress } from "#features/sweeps/components/sweep-progress.tsx";
import { loadSweepScreen } from "#features/sweeps/loaders.ts";
import { PageHead } from "#ui/page-head.tsx";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Coverage" };

export default permittedPage(async () => {
  const screen = await loadCoverage();
  const sweeps = await loadSweepScreen();
  return (
    <>
      <PageHead
        title="Coverage"
        summary={<CoverageSummary screen={screen} />}
        action={<SweepOperation screen={sweeps} />}
      />
      <SweepProgress screen={sweeps} />
      <CoverageBody screen={screen} />
    </>
  );
});

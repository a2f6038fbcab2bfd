import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SimulatorAway } from "#features/break-lab/components/simulator-away.tsx";
import { ScenarioDetail } from "#features/scenario-runs/components/scenario-detail.tsx";
import { ScenarioTable } from "#features/scenario-runs/components/scenario-table.tsx";
import { loadScenarios } from "#features/scenario-runs/loaders.ts";
import { scenariosAddressSchema } from "#features/scenario-runs/schema.ts";
import { ButtonLink } from "#ui/button.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { permittedPage } from "../../permitted-page.tsx";

export const metadata: Metadata = { title: "Scenarios" };

/** So often while one is played. */
const REFRESH_MS = 1_000;

export default permittedPage(async ({ searchParams }) => {
  const screen = await loadScenarios();
  if (!screen) notFound();
  const { name } = scenariosAddressSchema.parse(searchParams);
  const { scenarios, mayPlay, isUnderWay, apiAddress, now } = screen;
  const open = scenarios?.find((each) => each.name === name);
  return (
    <>
      {(isUnderWay || scenarios === null) && <RefreshEvery intervalMs={REFRESH_MS} />}
      <PageHead
        title="Scenarios"
        summary="Runs that were kept: each is played again step by step, and says where the desk now does otherwise."
        action={<ButtonLink href="/sandbox">Break lab</ButtonLink>}
      />
      {scenarios === null ? (
        <SimulatorAway address={<MachineCode>{apiAddress}</MachineCode>} />
      ) : (
        <>
          {open && <ScenarioDetail line={open} mayPlay={mayPlay} isUnderWay={isUnderWay} now={now} />}
          <div className="mt-6">
            <ScenarioTable scenarios={scenarios} openName={open?.name} now={now} />
          </div>
        </>
      )}
    </>
  );
});

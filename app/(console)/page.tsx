import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { loadFrame } from "#features/frame/loaders.ts";
import { Worklist } from "#features/repair-cases/components/worklist.tsx";
import { WorklistSummary } from "#features/repair-cases/components/worklist-summary.tsx";
import { loadWorklist, loadWorklistHead } from "#features/repair-cases/loaders.ts";
import { SweepOperation } from "#features/sweeps/components/sweep-operation.tsx";
import { loadSweepScreen } from "#features/sweeps/loaders.ts";
import { PageHead } from "#ui/page-head.tsx";
import { pagesFor } from "./navigation.tsx";
import { permittedPage } from "./permitted-page.tsx";

const OWN_ADDRESS = "/";

export async function generateMetadata(): Promise<Metadata> {
  if ((await firstPage()) !== OWN_ADDRESS) return { title: "Worklist" };
  const { open } = await loadWorklistHead();
  return { title: open.customers > 0 ? `(${open.customers.toLocaleString("en")}) Worklist` : "Worklist" };
}

export default permittedPage(async ({ searchParams }) => {
  const first = await firstPage();
  if (first !== undefined && first !== OWN_ADDRESS) redirect(first);
  const screen = await loadWorklist(searchParams);
  return (
    <>
      <PageHead title="Worklist" summary={<WorklistSummary screen={screen} />} />
      <Worklist screen={screen} sweepOperation={<OwnSweepOperation />} />
    </>
  );
});

/** Nothing for who may not: the worklist is no place to explain that. Loads nothing until the list has something to say about a sweep. */
async function OwnSweepOperation() {
  const sweeps = await loadSweepScreen();
  return sweeps.refusal === null && <SweepOperation screen={sweeps} />;
}

/** Everybody lands on `/` after signing in; who has no worklist goes on to the first page of their own. */
async function firstPage(): Promise<string | undefined> {
  const { actor, ...deployment } = await loadFrame();
  return pagesFor(actor.role, deployment)[0]?.href;
}

import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Calls, CallsSummary } from "#features/dwolla-calls/components/calls.tsx";
import { loadCalls } from "#features/dwolla-calls/loaders.ts";
import { PageHead } from "#ui/page-head.tsx";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Calls" };

/** Calls are announced to nobody: the few who look here ask for them. */
const REFRESH_MS = 5_000;

export default permittedPage(async ({ searchParams }) => {
  const screen = await loadCalls(searchParams);
  if (!screen) notFound();
  const { after, before } = screen.address;
  return (
    <>
      {!after && !before && <RefreshEvery intervalMs={REFRESH_MS} />}
      <PageHead title="Calls" summary={<CallsSummary terms={screen.terms} />} />
      <Calls screen={screen} />
    </>
  );
});

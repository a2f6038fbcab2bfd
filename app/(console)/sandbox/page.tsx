import type { Metadata } from "next";
import Link from "next/link";
import { Suspense } from "react";
import { CredentialsAnswer } from "#features/sandbox/components/credentials-answer.tsx";
import { DwollaCalls } from "#features/sandbox/components/dwolla-calls.tsx";
import { SimulatorControls } from "#features/sandbox/components/simulator-controls.tsx";
import { loadCredentialsCheck, loadSandbox } from "#features/sandbox/loaders.ts";
import { sandboxAddressSchema } from "#features/sandbox/schema.ts";
import { SweepOperation } from "#features/sweeps/components/sweep-operation.tsx";
import { SweepProgress } from "#features/sweeps/components/sweep-progress.tsx";
import { loadSweepScreen } from "#features/sweeps/loaders.ts";
import { Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { LineSkeleton } from "#ui/skeleton.tsx";
import { TabLinks } from "#ui/tab-links.tsx";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Sandbox" };

export default permittedPage(async ({ searchParams }) => {
  const address = sandboxAddressSchema.parse(searchParams);
  const sandbox = await loadSandbox(address);
  const sweeps = await loadSweepScreen();
  return (
    <>
      <PageHead
        title="Sandbox"
        summary="What the desk asks of Dwolla, and how to break a link on purpose."
        action={sweeps.refusal === null && <SweepOperation screen={sweeps} />}
      />
      {sweeps.refusal === null && <SweepProgress screen={sweeps} followedAt="/coverage" />}
      <Facts
        items={[
          { term: "Dwolla API", detail: <MachineCode>{sandbox.apiAddress}</MachineCode> },
          {
            term: "Credentials",
            detail: (
              // Without a key the page would wait for Dwolla each time it is read again.
              <Suspense key={sandbox.now} fallback={<LineSkeleton label="Asking Dwolla" />}>
                <Credentials />
              </Suspense>
            ),
          },
          {
            term: "Verification",
            detail: (
              <Link href="/sandbox/verification" prefetch={false} className="text-accent hover:underline">
                What was proven against Dwolla’s sandbox
              </Link>
            ),
          },
        ]}
      />
      {sandbox.canOperateSimulator && (
        <>
          <SectionHead title="Break and repair" note="in the simulator" />
          <SimulatorControls exchangeId={address.exchange} />
        </>
      )}
      <SectionHead title="Latest Dwolla calls" note="without bodies, queries and secrets" />
      <TabLinks
        label="Which calls"
        items={[
          { href: "/sandbox", label: "All", isCurrent: address.calls === "all" },
          { href: "/sandbox?calls=failed", label: "Failed", isCurrent: address.calls === "failed" },
        ]}
      />
      <DwollaCalls calls={sandbox.latestCalls} now={sandbox.now} />
    </>
  );
});

async function Credentials() {
  return <CredentialsAnswer check={await loadCredentialsCheck()} />;
}

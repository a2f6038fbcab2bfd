import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { CredentialsAnswer } from "#features/sandbox/components/credentials-answer.tsx";
import { SimulatorControls } from "#features/sandbox/components/simulator-controls.tsx";
import { loadCredentialsCheck, loadSandbox } from "#features/sandbox/loaders.ts";
import { sandboxAddressSchema } from "#features/sandbox/schema.ts";
import { SweepOperation } from "#features/sweeps/components/sweep-operation.tsx";
import { SweepProgress } from "#features/sweeps/components/sweep-progress.tsx";
import { loadSweepScreen } from "#features/sweeps/loaders.ts";
import { ButtonLink } from "#ui/button.tsx";
import { Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { LineSkeleton } from "#ui/skeleton.tsx";
import { permittedPage } from "../permitted-page.tsx";

export const metadata: Metadata = { title: "Sandbox" };

export default permittedPage(async ({ searchParams }) => {
  const address = sandboxAddressSchema.parse(searchParams);
  const sandbox = await loadSandbox();
  if (!sandbox) notFound();
  const sweeps = await loadSweepScreen();
  return (
    <>
      <PageHead
        title="Sandbox"
        summary="Whether Dwolla accepts this desk, and how to break a link on purpose."
        action={
          <>
            <ButtonLink href={callsHref({})}>API calls</ButtonLink>
            {sweeps.refusal === null && <SweepOperation screen={sweeps} />}
          </>
        }
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
    </>
  );
});

async function Credentials() {
  return <CredentialsAnswer check={await loadCredentialsCheck()} />;
}

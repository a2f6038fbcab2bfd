import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { Suspense } from "react";
import { ChooseLink } from "#features/break-lab/components/choose-link.tsx";
import { CredentialsAnswer } from "#features/break-lab/components/credentials-answer.tsx";
import { SimulatorAway } from "#features/break-lab/components/simulator-away.tsx";
import { loadCredentialsCheck, loadLab, loadLabChoice, loadSandbox } from "#features/break-lab/loaders.ts";
import { type LabAddress, labAddressSchema, labHref } from "#features/break-lab/schema.ts";
import { SweepOperation } from "#features/sweeps/components/sweep-operation.tsx";
import { SweepProgress } from "#features/sweeps/components/sweep-progress.tsx";
import { loadSweepScreen } from "#features/sweeps/loaders.ts";
import { ButtonLink } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Facts } from "#ui/facts.tsx";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { LineSkeleton } from "#ui/skeleton.tsx";
import { permittedPage } from "../permitted-page.tsx";
import { LinkLab } from "./link-lab.tsx";

export const metadata: Metadata = { title: "Sandbox" };

/** What happens at the bank and on the wire is announced to nobody: the few who look here ask for it. */
const REFRESH_MS = 2_000;

export default permittedPage(async ({ searchParams }) => {
  const sandbox = await loadSandbox();
  if (!sandbox) notFound();
  const address = labAddressSchema.parse(searchParams);
  const { exchange, since, show } = address;
  if (!sandbox.mayOperate) return <OnlyFacts sandbox={sandbox} />;
  if (!exchange) return <Choice sandbox={sandbox} address={address} />;
  // A run begins when its link is chosen; the address carries it from then on.
  if (!since) redirect(labHref(exchange, sandbox.now, show));
  const lab = await loadLab(exchange, since);
  return (
    <>
      <LiveRefresh href="/api/changes" />
      <RefreshEvery intervalMs={REFRESH_MS} />
      {lab.state === "there" && <LinkLab lab={lab} show={show} />}
      {lab.state === "away" && <SimulatorAway address={<MachineCode>{sandbox.apiAddress}</MachineCode>} />}
      {lab.state === "unknown" && (
        <EmptyState
          title="The simulator has no such link"
          action={<ButtonLink href="/sandbox">Choose another</ButtonLink>}
        >
          It may have been made before the simulator was started anew.
        </EmptyState>
      )}
    </>
  );
});

type Sandbox = NonNullable<Awaited<ReturnType<typeof loadSandbox>>>;

async function Choice({ sandbox, address }: { sandbox: Sandbox; address: LabAddress }) {
  const choice = await loadLabChoice(address);
  return (
    <>
      <PageHead
        title="Break lab"
        summary="Break a simulated bank link on purpose, see how this desk finds and repairs it, and keep the run as a test."
        action={
          <>
            <ButtonLink href="/sandbox/scenarios">Scenarios</ButtonLink>
            <ButtonLink href="/sandbox/verification">Sandbox verification</ButtonLink>
          </>
        }
      />
      {choice ? (
        <ChooseLink choice={choice} address={address} guide={`${sandbox.apiAddress}/__simulator`} now={sandbox.now} />
      ) : (
        <>
          <RefreshEvery intervalMs={REFRESH_MS} />
          <SimulatorAway address={<MachineCode>{sandbox.apiAddress}</MachineCode>} />
        </>
      )}
    </>
  );
}

/** Where nothing can be broken: in Dwolla's own sandbox, and for who may only look. */
async function OnlyFacts({ sandbox }: { sandbox: Sandbox }) {
  const sweeps = await loadSweepScreen();
  const { apiAddress, environment, role, now } = sandbox;
  return (
    <>
      <PageHead
        title="Sandbox"
        summary={
          environment === "sandbox"
            ? "Dwolla’s sandbox has no way to break a bank link: that can be walked only in the simulator."
            : `Your role (${role}) may not break bank links; engineers may.`
        }
        action={sweeps.refusal === null && <SweepOperation screen={sweeps} />}
      />
      {sweeps.refusal === null && <SweepProgress screen={sweeps} followedAt="/coverage" />}
      <Facts
        items={[
          { term: "Dwolla API", detail: <MachineCode>{apiAddress}</MachineCode> },
          {
            term: "Credentials",
            detail: (
              // Without a key the page would wait for Dwolla each time it is read again.
              <Suspense key={now} fallback={<LineSkeleton label="Asking Dwolla" />}>
                <Credentials />
              </Suspense>
            ),
          },
          ...(environment === "simulator"
            ? [
                {
                  term: "Scenarios",
                  detail: <TextLink href="/sandbox/scenarios">Runs that were kept as tests</TextLink>,
                },
              ]
            : []),
          { term: "Call log", detail: <TextLink href="/calls">All calls to Dwolla</TextLink> },
          {
            term: "Sandbox verification",
            detail: <TextLink href="/sandbox/verification">What was proven against Dwolla’s sandbox</TextLink>,
          },
        ]}
      />
    </>
  );
}

function TextLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

async function Credentials() {
  return <CredentialsAnswer check={await loadCredentialsCheck()} />;
}

import { EmptyState } from "#ui/empty-state.tsx";
import { Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";
import type { Verdict, VerificationReport } from "../schema.ts";
import { OpenQuestions } from "./open-questions.tsx";
import { VerificationSteps } from "./verification-steps.tsx";
import { customerWords, targetWords, VERIFY_COMMAND } from "./verification-words.ts";

type VerificationScreenProps = { report: VerificationReport | null; verdict: Verdict | undefined; now: string };

/** The latest report of `npm run verify:sandbox`, or how to get one. */
export function VerificationScreen({ report, verdict, now }: VerificationScreenProps) {
  if (!report) return <NoReport />;
  const { target, customer, finishedAt, steps, questions, cleaning } = report;
  return (
    <>
      <Facts
        items={[
          { term: "Asked", detail: targetWords(target) },
          { term: "Finished", detail: <Time iso={finishedAt} now={now} form="both" /> },
          {
            term: "Customer",
            detail: (
              <span className="inline-flex flex-wrap items-center gap-x-3">
                {customer.id && <ShortId value={customer.id} label="customer id" />} {customerWords(customer)}
              </span>
            ),
          },
        ]}
      />
      <SectionHead title="Steps" note="each answer compared with our schemas and with the simulator’s" />
      <VerificationSteps steps={steps} verdict={verdict} />
      <SectionHead title="Open questions" note="that only Dwolla’s sandbox can answer" />
      <OpenQuestions questions={questions} />
      {cleaning.length > 0 && (
        <>
          <SectionHead title="What it left" />
          <ul className="text-table">
            {cleaning.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function NoReport() {
  return (
    <EmptyState title="Nothing has been verified yet">
      Run <MachineCode>{VERIFY_COMMAND}</MachineCode> with the DATABASE_URL of this desk, and with DWOLLA_KEY and
      DWOLLA_SECRET of a sandbox application. Without these it asks a simulator, which proves nothing of Dwolla.
    </EmptyState>
  );
}

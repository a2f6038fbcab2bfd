import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { TabLinks } from "#ui/tab-links.tsx";
import { VERDICTS, type Verdict, type VerificationStep } from "../schema.ts";
import { VERDICT_LOOKS } from "./verification-words.ts";

const COLUMNS: TableColumn[] = [
  { id: "step", header: "Step", width: "32%" },
  { id: "verdict", header: "Verdict", width: "160px", narrow: "aside" },
  { id: "answer", header: "Answer", width: "200px" },
  { id: "remarks", header: "What differs, or why not", narrow: "line-wide" },
  { id: "requestId", header: "Request id", width: "160px", narrow: "hidden", isWideOnly: true },
];

/** The steps of a report, all or those of one verdict. */
export function VerificationSteps({ steps, verdict }: { steps: VerificationStep[]; verdict: Verdict | undefined }) {
  const shown = steps.filter((step) => verdict === undefined || step.verdict === verdict);
  return (
    <>
      <TabLinks
        label="Which steps"
        items={[
          { href: "/sandbox/verification", label: "All", count: steps.length, isCurrent: verdict === undefined },
          ...VERDICTS.map((each) => ({
            href: `/sandbox/verification?verdict=${each}`,
            label: VERDICT_LOOKS[each].label,
            count: steps.filter((step) => step.verdict === each).length,
            isCurrent: verdict === each,
          })),
        ]}
      />
      <DataTable
        caption="Steps of the verification"
        columns={COLUMNS}
        rows={shown.map((step) => ({
          id: step.id,
          cells: {
            step: <StepName step={step} />,
            verdict: <StatusBadge {...VERDICT_LOOKS[step.verdict]} />,
            answer: step.answer && <MachineCode>{step.answer}</MachineCode>,
            remarks: step.remarks.length > 0 && <Remarks remarks={step.remarks} />,
            requestId: step.requestId && <ShortId value={step.requestId} label="request id" />,
          },
        }))}
        empty={<EmptyState title="No step">No step of the latest report has this verdict.</EmptyState>}
      />
    </>
  );
}

function StepName({ step: { title, calls } }: { step: VerificationStep }) {
  return (
    <span className="block whitespace-normal sm:py-1.5">
      {title} {calls.length > 0 && <MachineCode>{[...new Set(calls)].join(", ")}</MachineCode>}
    </span>
  );
}

function Remarks({ remarks }: { remarks: string[] }) {
  return (
    <ul className="whitespace-normal wrap-anywhere sm:py-1.5">
      {remarks.map((remark) => (
        <li key={remark}>{remark}</li>
      ))}
    </ul>
  );
}

import type { Tone } from "#domain/plain-words.ts";
import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import { type RunResult as Result, resultOf, type ScenarioRun } from "../data.ts";
import type { ScenarioLine } from "../loaders.ts";

const COLUMNS: TableColumn[] = [
  { id: "title", header: "Scenario" },
  { id: "name", header: "Name", width: "28%", narrow: "line-wide" },
  { id: "steps", header: "Steps", align: "end", width: "70px", narrow: "hidden" },
  { id: "result", header: "Last result here", width: "210px", narrow: "aside" },
];

type ScenarioTableProps = { scenarios: ScenarioLine[]; openName: string | undefined; now: string };

export function ScenarioTable({ scenarios, openName, now }: ScenarioTableProps) {
  return (
    <DataTable
      caption="Scenarios"
      columns={COLUMNS}
      openRowId={openName}
      rows={scenarios.map(({ name, scenario, run }) => ({
        id: name,
        href: `/sandbox/scenarios?name=${name}`,
        cells: {
          title: scenario?.title ?? "Not readable",
          name: <MachineCode>{name}</MachineCode>,
          steps: scenario?.steps.length,
          result: run && <RunResult run={run} now={now} />,
        },
      }))}
      empty={<EmptyState title="No scenarios">Break a link in the lab and keep the run: it is the first.</EmptyState>}
    />
  );
}

const RESULT_BADGES: Record<Result, { tone: Tone; label: string }> = {
  passed: { tone: "proven", label: "Passed" },
  differs: { tone: "broken", label: "Differs" },
  broke_off: { tone: "warning", label: "Broke off" },
};

/** How the latest run ended, or that it is under way. */
export function RunResult({ run, now }: { run: ScenarioRun; now: string }) {
  const result = resultOf(run);
  if (result === null || run.endedAt === null)
    return <StatusBadge tone="waiting" label={`Step ${run.steps.length + 1}`} />;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <StatusBadge {...RESULT_BADGES[result]} />
      <span className="text-muted">
        <Time iso={run.endedAt} now={now} />
      </span>
    </span>
  );
}

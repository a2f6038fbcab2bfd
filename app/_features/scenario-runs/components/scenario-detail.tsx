import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from "lucide-react";
import Link from "next/link";
import { CopyButton } from "#ui/copy-button.tsx";
import { Notice } from "#ui/notice.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { ScenarioRun } from "../data.ts";
import type { ScenarioLine } from "../loaders.ts";
import { PlayButton } from "./play-button.tsx";
import { RunResult } from "./scenario-table.tsx";

type ScenarioDetailProps = { line: ScenarioLine; mayPlay: boolean; isUnderWay: boolean; now: string };

/** One scenario: what it shows, how to play it, and step by step what came of it. */
export function ScenarioDetail({ line, mayPlay, isUnderWay, now }: ScenarioDetailProps) {
  const { name, scenario, problem, run, isPlayable } = line;
  const command = `npm run scenario -- ${name}`;
  if (!scenario)
    return (
      <Notice tone="error" title={`${name} cannot be read`}>
        <pre className="whitespace-pre-wrap font-mono text-label">{problem}</pre>
      </Notice>
    );
  return (
    <section aria-label="The scenario">
      <SectionHead
        title={scenario.title}
        note={run && <RunResult run={run} now={now} />}
        action={isPlayable && mayPlay && <PlayButton name={name} isUnderWay={isUnderWay} />}
      />
      <p className="max-w-[76ch] text-pretty">{scenario.shows}</p>
      <p className="mt-1 text-muted text-table">
        {isPlayable
          ? "Played here it makes customers of its own, and what it does to Dwolla is felt by all. On a desk of its own: "
          : "More time passes in it than anybody would wait for here, so it is played on a desk of its own: "}
        <code className="font-mono text-label">{command}</code> <CopyButton value={command} label="command" />
      </p>
      {run?.problem && (
        <div className="mt-3">
          <Notice tone="error" title="It broke off">
            {run.problem}
          </Notice>
        </div>
      )}
      <ol aria-label="Steps" className="mt-3 text-table">
        {numbered(scenario.steps).map(({ title, number }) => (
          <StepLine key={number} title={title} number={number} run={run} />
        ))}
      </ol>
      {run?.exchangeId && mayPlay && (
        <p className="mt-2 text-table">
          <Link
            href={`/sandbox?${new URLSearchParams({ exchange: run.exchangeId, since: run.startedAt })}`}
            prefetch={false}
            className="text-accent hover:underline"
          >
            Everything that happened to its link
          </Link>
        </p>
      )}
    </section>
  );
}

function numbered(steps: readonly { title: string }[]) {
  return steps.map(({ title }, place) => ({ title, number: place + 1 }));
}

function StepLine({ title, number, run }: { title: string; number: number; run: ScenarioRun | null }) {
  const done = run?.steps[number - 1];
  const isNow = run?.endedAt === null && run.steps.length === number - 1;
  return (
    <li className="grid grid-cols-[1rem_1.5rem_minmax(0,1fr)_auto] items-baseline gap-x-2 border-line border-b py-1.5">
      <span className="self-center">
        <StepIcon done={done} isNow={isNow} />
      </span>
      <span className="text-right text-muted tabular-nums">{number}</span>
      <span className="wrap-anywhere">{title}</span>
      <span className="text-muted tabular-nums">{done && formatDuration(done.durationMs)}</span>
      {done && done.differences.length > 0 && (
        <ul className="col-start-3 text-broken">
          {done.differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
    </li>
  );
}

function StepIcon({ done, isNow }: { done: ScenarioRun["steps"][number] | undefined; isNow: boolean }) {
  if (isNow) return <LoaderCircle size={14} aria-label="under way" className="animate-spin text-waiting" />;
  if (!done) return <CircleDashed size={14} aria-label="not played" className="text-muted" />;
  if (done.differences.length === 0) return <CircleCheck size={14} aria-label="as expected" className="text-proven" />;
  return <CircleX size={14} aria-label="differs" className="text-broken" />;
}

import Link from "next/link";
import { SWEEP_MODE_WORDS, SWEEP_WAIT_WORDS } from "#domain/sweep-words.ts";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { RefreshEvery } from "#ui/refresh-every.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { LatestSweep } from "../data.ts";
import type { SweepScreen } from "../loaders.ts";

const RUNNING_REFRESH_MS = 3_000;

type SweepProgressProps = {
  screen: SweepScreen;
  /** The page that follows it, where this one is too dear to be read again all the time. */
  followedAt?: string;
};

/** How far the sweep is that runs or is paused: what it reads, of how many, at what cost, who wanted it. Nothing while there is none. */
export function SweepProgress({ screen, followedAt }: SweepProgressProps) {
  const { standing, callsPerSecond, mayReadCalls, now } = screen;
  const { sweep, callsUsed, callsLeft, requestedBy } = standing;
  if (sweep?.state !== "running" && sweep?.state !== "paused") return null;
  const isRunning = sweep.state === "running";
  const calls = `${callsUsed.toLocaleString("en")} calls so far`;
  const words = SWEEP_MODE_WORDS[sweep.mode];
  const phase = sweep.phase === "list" ? SWEEP_MODE_WORDS.list.running : words.running;
  return (
    <section aria-label="Sweep under way" className="mb-4 border-line border-y py-3">
      {isRunning && !followedAt && <RefreshEvery intervalMs={RUNNING_REFRESH_MS} />}
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-medium">
          {words.label} sweep{isRunning && `: ${phase.toLowerCase()}`}
        </span>
        {!isRunning && (
          <span>
            <StatusBadge tone="quiet" label="Paused" />
          </span>
        )}
        <span className="text-muted text-table tabular-nums">{customersDone(sweep)}</span>
      </p>
      <ProgressBar sweep={sweep} />
      <p className="text-muted text-table tabular-nums">
        {mayReadCalls ? <TextLink href={callsHref({ q: sweep.id })}>{calls}</TextLink> : calls}
        {callsLeft !== null && ` · ${timeLeft(callsLeft, callsPerSecond, isRunning)}`}
        {" · "}
        {requestedBy === null ? "began by itself" : <>started by {requestedBy}</>}{" "}
        <Time iso={sweep.startedAt} now={now} />
        {followedAt && (
          <>
            {" · "}
            <TextLink href={followedAt}>Follow it</TextLink>
          </>
        )}
      </p>
      {sweep.waitsFor && (
        <p className="text-table text-warning">
          {SWEEP_WAIT_WORDS[sweep.waitsFor] ?? sweep.waitsFor}
          {sweep.waitsUntil && (
            <>
              ; it goes on at <Time iso={sweep.waitsUntil} form="exact" />
            </>
          )}
        </p>
      )}
    </section>
  );
}

function TextLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} prefetch={false} className="text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}

function ProgressBar({ sweep }: { sweep: LatestSweep }) {
  const share = shareDone(sweep);
  const percent = share === null ? undefined : Math.floor(100 * share);
  return (
    <div
      role="progressbar"
      aria-label="Progress of the sweep"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="my-1.5 h-1 max-w-xl overflow-hidden rounded-[2px] bg-line"
    >
      <div className="h-full bg-accent-fill" style={{ width: `${percent ?? 0}%` }} />
    </div>
  );
}

/** Of the phase under way. */
function shareDone({ phase, pagesDone, pagesTotal, customersTotal, customersRead, customersSkipped }: LatestSweep) {
  if (phase === "list") return pagesTotal ? Math.min(1, pagesDone / pagesTotal) : null;
  return customersTotal ? Math.min(1, (customersRead + customersSkipped) / customersTotal) : null;
}

function customersDone(sweep: LatestSweep): string {
  const { customersRead, customersSkipped, customersTotal } = sweep;
  const done = (customersRead + customersSkipped).toLocaleString("en");
  return customersTotal === null ? "" : `${done} of ${customersTotal.toLocaleString("en")} customers`;
}

function timeLeft(callsLeft: number, callsPerSecond: number, isRunning: boolean): string {
  const atRate = formatDuration(Math.max(1, Math.ceil(callsLeft / callsPerSecond)) * 1_000);
  return isRunning ? `about ${atRate} left at ${callsPerSecond.toLocaleString("en")} calls/s` : `about ${atRate} to go`;
}

import type { ReactNode } from "react";
import { SWEEP_MODE_WORDS, SWEEP_STATE_WORDS, sweepFailureWords } from "#domain/sweep-words.ts";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { eventsHref } from "#features/dwolla-events/schema.ts";
import { Facts } from "#ui/facts.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { CoverageScreen } from "../loaders.ts";
import { percentWords } from "./percent-words.ts";
import { TextLink } from "./text-link.tsx";

type Part<Name extends keyof CoverageScreen> = Pick<CoverageScreen, Name> & { now: string };

/** Whether the ways by which breaks are found are working. */
export function DetectionFacts({ screen }: { screen: CoverageScreen }) {
  const { catchUp, calls, now } = screen;
  return (
    <Facts
      items={[
        { term: "Last sweep", detail: <LastSweep {...screen} /> },
        { term: "Last catch-up", detail: <LastCatchUp catchUp={catchUp} now={now} /> },
        { term: "Webhooks", detail: <Webhooks {...screen} /> },
        { term: "Calls to Dwolla", detail: <Calls calls={calls} /> },
      ]}
    />
  );
}

function LastSweep({
  sweep,
  lastFinishedSweep,
  mayReadCalls,
  now,
}: Part<"sweep" | "lastFinishedSweep" | "mayReadCalls">) {
  if (sweep === null) return "None yet";
  return (
    <>
      {lastFinishedSweep === null ? (
        "None has finished yet"
      ) : (
        <>
          {SWEEP_MODE_WORDS[lastFinishedSweep.mode].label}, finished{" "}
          <Time iso={lastFinishedSweep.finishedAt} now={now} />
        </>
      )}
      {sweep.state !== "finished" && (
        <Grey>
          {" · "}
          {SWEEP_MODE_WORDS[sweep.mode].label}, {SWEEP_STATE_WORDS[sweep.state]}{" "}
          {sweep.finishedAt !== null && <Time iso={sweep.finishedAt} now={now} />}
          {sweep.failure !== null && `: ${sweepFailureWords(sweep.failure)}`}
        </Grey>
      )}
      {mayReadCalls && (
        <Grey>
          {" · "}
          <TextLink href={callsHref({ q: sweep.id })}>calls of the newest</TextLink>
        </Grey>
      )}
    </>
  );
}

function LastCatchUp({ catchUp: { latest, lastFinishedAt, irrecoverableAfter }, now }: Part<"catchUp">) {
  if (latest === null) return "None yet";
  return (
    <>
      {lastFinishedAt === null ? (
        "None has finished yet"
      ) : (
        <>
          Finished <Time iso={lastFinishedAt} now={now} />
        </>
      )}
      <Grey>
        {latest.state === "failed" && " · the newest failed"}
        {latest.state === "running" && " · one is running"}
        {irrecoverableAfter !== null && (
          <>
            {" · the next is needed before "}
            <Time iso={irrecoverableAfter} form="exact" />
          </>
        )}
      </Grey>
    </>
  );
}

function Webhooks({ webhooks, mayReadWebhooks, now }: Part<"webhooks" | "mayReadWebhooks">) {
  const { lastReceivedAt, received, p50Ms, p95Ms } = webhooks;
  if (lastReceivedAt === null) return "None has come yet";
  const count = `${received.toLocaleString("en")} in 24 h`;
  return (
    <>
      Last <Time iso={lastReceivedAt} now={now} />
      <Grey>
        {" · "}
        {mayReadWebhooks ? <TextLink href={eventsHref({ received: "day" })}>{count}</TextLink> : count}
        {p50Ms !== null && p95Ms !== null && (
          <>
            , half of them within {formatDuration(p50Ms)} of the event, 95 % within {formatDuration(p95Ms)}
          </>
        )}
      </Grey>
    </>
  );
}

const PRIORITY_WORDS = { person: "people", proof: "proofs and events", sweep: "sweeps" };

function Calls({ calls: { perSecond, use } }: Pick<CoverageScreen, "calls">) {
  const lastMinute = use.reduce((sum, each) => sum + each.lastMinute, 0);
  const lastHour = use.reduce((sum, each) => sum + each.lastHour, 0);
  const byPriority = use.map(({ priority, lastHour }) => {
    return `${PRIORITY_WORDS[priority]} ${lastHour.toLocaleString("en")}`;
  });
  return (
    <span className="tabular-nums">
      {lastMinute.toLocaleString("en")} of {(60 * perSecond).toLocaleString("en")} in the last full minute
      <Grey>
        {` · ${lastHour.toLocaleString("en")} of ${(3_600 * perSecond).toLocaleString("en")} in the last hour`}
        {` (${percentWords(lastHour, 3_600 * perSecond)})`}
        {byPriority.length > 0 && `: ${byPriority.join(", ")}`}
      </Grey>
    </span>
  );
}

function Grey({ children }: { children: ReactNode }) {
  return <span className="text-muted">{children}</span>;
}

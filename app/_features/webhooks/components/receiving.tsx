import { Facts } from "#ui/facts.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { Receiving } from "../loaders.ts";
import { refusalsWords } from "./receiving-words.ts";

/** What has come in lately. */
export function ReceivingFacts({ receiving: { lag, refusals, now } }: { receiving: Receiving }) {
  return (
    <Facts
      items={[
        {
          term: "Last webhook",
          detail: lag.lastReceivedAt ? <Time iso={lag.lastReceivedAt} now={now} form="both" /> : "None has ever come",
        },
        { term: "Came in 24 hours", detail: <Lag lag={lag} /> },
        { term: "Refused in 24 hours", detail: refusalsWords(refusals) },
      ]}
    />
  );
}

function Lag({ lag: { received, p50Ms, p95Ms } }: Pick<Receiving, "lag">) {
  return (
    <>
      {received.toLocaleString("en")}
      {p50Ms !== null && p95Ms !== null && (
        <span className="text-muted">
          {" "}
          · half of them within {formatDuration(p50Ms)} of the event, 95 % within {formatDuration(p95Ms)}
        </span>
      )}
    </>
  );
}

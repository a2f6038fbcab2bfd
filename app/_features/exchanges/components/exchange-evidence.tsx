import type { SignalSource } from "#domain/exchange-health.ts";
import { signalWords } from "#domain/plain-words.ts";
import { ShortId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";
import { Timeline } from "#ui/timeline.tsx";
import type { EvidenceView } from "../data.ts";

const SOURCES: Record<SignalSource, string> = {
  sweep: "seen by a sweep",
  check: "seen when somebody pressed “Check now”",
  webhook: "came as a webhook",
  catch_up: "found by a catch-up; no webhook had come",
  proof: "seen by a proof that ran by itself",
  staff: "noted by staff",
};

const ROLES = { decides: "This decides the verdict. ", contradicts: "This points the other way. " };

/** How we know: the signal that decided first, then the newest of every other kind, each with what it can not tell. */
export function ExchangeEvidence({ evidence, now }: { evidence: EvidenceView[]; now: string }) {
  if (evidence.length === 0) {
    return <p className="text-muted text-table">Nothing has been seen of this link yet. “Check now” looks.</p>;
  }
  return (
    <Timeline
      label="Evidence"
      items={evidence.map((signal) => {
        const { label, tone, blindSpot } = signalWords(signal.kind, signal.value);
        return {
          id: signal.id,
          tone: signal.role === null ? "quiet" : tone,
          title: label,
          time: <Time iso={signal.speaksOfAt} now={now} form="both" />,
          detail: (
            <>
              <p>
                {signal.role && <strong className="font-medium text-ink">{ROLES[signal.role]}</strong>}
                {capitalized(SOURCES[signal.source])}
                {signal.upstreamRequestId && (
                  <>
                    {", request id "}
                    <ShortId value={signal.upstreamRequestId} label="request id" />
                  </>
                )}
              </p>
              <p>Blind spot: {uncapitalized(blindSpot)}</p>
            </>
          ),
        };
      })}
    />
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function uncapitalized(text: string): string {
  return text.startsWith("Dwolla") ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

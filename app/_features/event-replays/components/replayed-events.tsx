import Link from "next/link";
import { topicWords } from "#domain/plain-words.ts";
import { MachineCode } from "#ui/machine-code.tsx";
import { Notice } from "#ui/notice.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import type { ReplayedSet } from "../loaders.ts";
import { eventsWords, resultSentence } from "./replay-words.ts";

/** Which events an operation of the trail replayed, each with the way to it, and whether they are those that the trail means. */
export function ReplayedEvents({ set: { events, digest } }: { set: ReplayedSet }) {
  return (
    <>
      <SectionHead title="Replayed events" note={eventsWords(events.length)} />
      {digest && <Digest digest={digest} />}
      <ul aria-label="Replayed events" className="max-h-96 max-w-4xl overflow-y-auto text-table print:max-h-none">
        {events.map(({ eventId, topic, result }) => (
          <li key={eventId} className="flex flex-wrap gap-x-3 border-line border-b py-1.5 last:border-b-0">
            {topic === null ? (
              <>
                <ShortId value={eventId} label="event id" /> <span className="text-muted">dropped since</span>
              </>
            ) : (
              <>
                <Link href={`/webhooks/${eventId}`} prefetch={false} className="text-accent hover:underline">
                  <ShortId value={eventId} />
                </Link>
                <span>{topicWords(topic)}</span>
              </>
            )}
            <span className="text-muted">{resultSentence(result)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Digest({ digest: { onRecord, isSame } }: { digest: NonNullable<ReplayedSet["digest"]> }) {
  if (!isSame) {
    return (
      <Notice tone="error" title="These are not the events that the trail means">
        The list was changed after the replay. The digest on record is <MachineCode>{onRecord}</MachineCode>
      </Notice>
    );
  }
  return (
    <p className="mb-2 text-muted text-table wrap-anywhere">
      These are the events that the trail means: the digest of their ids is the one on record,{" "}
      <MachineCode>{onRecord}</MachineCode>
    </p>
  );
}

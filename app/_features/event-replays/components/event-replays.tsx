import Link from "next/link";
import { auditSearchHref } from "#features/audit/schema.ts";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";
import { Timeline } from "#ui/timeline.tsx";
import type { EventReplaysScreen } from "../loaders.ts";
import { resultSentence } from "./replay-words.ts";

/** Who has replayed this event, and what came of it. Nothing while nobody has. */
export function EventReplays({ screen: { replays, mayReadTrail, now } }: { screen: EventReplaysScreen }) {
  if (replays.length === 0) return null;
  return (
    <>
      <SectionHead title="Replays" note="newest first" />
      <Timeline
        label="Replays of this event"
        items={replays.map(({ operationId, replayedAt, by, result }) => ({
          id: operationId,
          title: resultSentence(result),
          time: <Time iso={replayedAt} now={now} form="both" />,
          detail: (
            <>
              by <bdi>{by}</bdi> · operation{" "}
              {mayReadTrail ? (
                <Link
                  href={auditSearchHref(`operation:${operationId} created:>=${replayedAt.slice(0, 10)}`)}
                  prefetch={false}
                  className="text-accent hover:underline"
                >
                  <ShortId value={operationId} />
                </Link>
              ) : (
                <ShortId value={operationId} />
              )}
            </>
          ),
          tone: result === "signal" || result === "reading" ? "session" : "quiet",
        }))}
      />
    </>
  );
}

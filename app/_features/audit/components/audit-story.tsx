import Link from "next/link";
import { MachineCode } from "#ui/machine-code.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { StoryEvent } from "../data.ts";
import { AuditActor } from "./audit-actor.tsx";
import { outcomeLook } from "./audit-words.ts";
import { answerWords, openEndWords, stepFacts, stepWords } from "./story-words.ts";

type AuditStoryProps = { shownEventId: string; story: StoryEvent[]; names: Map<string, string> };

/** What was meant, what came of it, who was shown it, whether it helped: in order. The event of this page stands unlinked among them. */
export function AuditStory({ shownEventId, story, names }: AuditStoryProps) {
  const openEnd = openEndWords(story);
  return (
    <>
      <ol aria-label="The whole operation" className="max-w-4xl text-table">
        {story.map((event, place) => (
          <Step
            key={event.eventId}
            event={event}
            number={place + 1}
            isShown={event.eventId === shownEventId}
            names={names}
          />
        ))}
      </ol>
      {openEnd && <p className="mt-2 text-muted text-table">{openEnd}</p>}
    </>
  );
}

type StepProps = { event: StoryEvent; number: number; isShown: boolean; names: Map<string, string> };

function Step({ event, number, isShown, names }: StepProps) {
  const answer = answerWords(event);
  const words = stepWords(event);
  return (
    <li
      aria-current={isShown ? "step" : undefined}
      className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3 border-line border-b py-2 last:border-b-0"
    >
      <span className="text-right text-muted tabular-nums" aria-hidden>
        {number}.
      </span>
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="min-w-0 font-medium wrap-anywhere">
            {isShown ? words : <EventLink eventId={event.eventId}>{words}</EventLink>}
            {isShown && <span className="font-normal text-muted"> · this event</span>}
          </span>
          <span className="flex-none text-muted">
            <Time iso={event.recordedAt} form="exact" />
          </span>
        </div>
        <div className="flex flex-wrap items-center gap-x-3 wrap-anywhere">
          {event.phase !== "intent" && <StatusBadge {...outcomeLook(event.outcome)} />}
          <span>
            <AuditActor event={event} names={names} />
          </span>
          {answer && (
            <span>
              {answer}
              {event.upstreamRequestId && (
                <>
                  , its request <ShortId value={event.upstreamRequestId} label="Dwolla's request id" />
                </>
              )}
            </span>
          )}
        </div>
        <p className="text-muted wrap-anywhere">
          <MachineCode>{event.action}</MachineCode>
          {asides(event).map((aside) => ` · ${aside}`)}
        </p>
      </div>
    </li>
  );
}

function asides(event: StoryEvent): string[] {
  return [
    ...(event.reason ? [`reason: ${event.reason}`] : []),
    ...(event.ticket ? [`ticket ${event.ticket}`] : []),
    ...stepFacts(event),
  ];
}

function EventLink({ eventId, children }: { eventId: string; children: string }) {
  return (
    <Link href={`/audit/${eventId}`} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

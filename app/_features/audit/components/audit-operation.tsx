import Link from "next/link";
import { MachineCode } from "#ui/machine-code.tsx";
import { Time } from "#ui/time.tsx";
import { Timeline, type TimelineEntry } from "#ui/timeline.tsx";
import type { AuditEventView } from "../data.ts";
import { AuditActor } from "./audit-actor.tsx";
import { actionWords, outcomeLook } from "./audit-words.ts";

type AuditOperationProps = { shownEventId: string; operation: AuditEventView[]; names: Map<string, string> };

/** Intent, outcome and reveal in one line, newest first; the event of this page stands unlinked among them. */
export function AuditOperation({ shownEventId, operation, names }: AuditOperationProps) {
  return (
    <Timeline
      label="The whole operation"
      items={operation.map((event) => toEntry(event, event.eventId === shownEventId, names))}
    />
  );
}

function toEntry(event: AuditEventView, isShown: boolean, names: Map<string, string>): TimelineEntry {
  const { label, tone } = outcomeLook(event.outcome);
  const title = `${actionWords(event.action)}: ${label.toLowerCase()}`;
  return {
    id: event.eventId,
    tone,
    title: isShown ? title : <EventLink eventId={event.eventId}>{title}</EventLink>,
    time: <Time iso={event.recordedAt} form="exact" />,
    detail: (
      <>
        <AuditActor event={event} names={names} />
        {event.reason && ` · ${event.reason}`}
        {event.ticket && ` · ${event.ticket}`} <MachineCode>{event.phase}</MachineCode>
      </>
    ),
  };
}

function EventLink({ eventId, children }: { eventId: string; children: string }) {
  return (
    <Link href={`/audit/${eventId}`} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

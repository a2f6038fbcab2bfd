import Link from "next/link";
import { MachineCode } from "#ui/machine-code.tsx";
import type { AuditEventInList } from "../data.ts";
import { AuditActor } from "./audit-actor.tsx";
import { AuditResult } from "./audit-result.tsx";
import { AuditCustomer, AuditTarget } from "./audit-target.tsx";
import { actionWords } from "./audit-words.ts";

/** One event as it reads aloud, for lists that are no tables: what, who, on what, with which result, why. */
export function AuditEventLine({ event, names }: { event: AuditEventInList; names: Map<string, string> }) {
  return (
    <div className="min-w-0 text-table wrap-anywhere">
      <p className="flex flex-wrap items-center gap-x-2">
        <Link
          href={`/audit/${event.eventId}`}
          prefetch={false}
          className="font-medium text-accent hover:underline print:text-ink"
        >
          {actionWords(event.action)}
        </Link>
        <MachineCode>{event.action}</MachineCode>
        <AuditResult event={event} />
      </p>
      <p>
        <AuditActor event={event} names={names} />
        <span className="text-muted"> · </span>
        <time dateTime={event.recordedAt} title={event.recordedAt} className="whitespace-nowrap">
          {event.recordedAt.slice(0, 10)} {event.recordedAt.slice(11, 19)} UTC
        </time>
        {event.targetType && (
          <>
            <span className="text-muted"> · </span>
            <AuditTarget event={event} />
          </>
        )}
        {event.customerId && event.targetType !== "customer" && (
          <>
            <span className="text-muted"> · customer </span>
            <AuditCustomer customerId={event.customerId} />
          </>
        )}
      </p>
      {(event.reason || event.ticket) && (
        <p className="text-muted">
          {event.reason && <>Reason: {event.reason}</>}
          {event.reason && event.ticket && " · "}
          {event.ticket && <>Ticket: {event.ticket}</>}
        </p>
      )}
    </div>
  );
}

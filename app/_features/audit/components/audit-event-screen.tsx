import type { ReactNode } from "react";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { ButtonLink } from "#ui/button.tsx";
import { CopyButton } from "#ui/copy-button.tsx";
import { type Fact, Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { PrintHead } from "#ui/print-head.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { AuditEventInFull, AuditEventView, PrintFacts } from "../data.ts";
import type { AuditOperationView } from "../mutations.ts";
import { auditSearchHref } from "../schema.ts";
import { AuditActorLink } from "./audit-actor.tsx";
import { AuditProof } from "./audit-proof.tsx";
import { AuditStory } from "./audit-story.tsx";
import { AuditCustomer, AuditTarget } from "./audit-target.tsx";
import { actionWords, DECISION_WORDS, outcomeLook, PHASE_WORDS } from "./audit-words.ts";

type AuditEventScreenProps = {
  view: AuditOperationView & { print: PrintFacts; mayReadCalls: boolean };
  /** The section of what stands beside the event. */
  personalData: ReactNode;
  /** The section of what the operation did in detail, where there is one. */
  effects: ReactNode;
  /** What the event waits for, while it has no number. */
  wait: ReactNode;
};

export function AuditEventScreen({ view, personalData, effects, wait }: AuditEventScreenProps) {
  const { event, story, names, print, sealed, mayReadCalls } = view;
  return (
    <>
      <PrintHead
        title="Audit event"
        print={print}
        facts={[
          { term: "Event", detail: event.eventId },
          { term: "Recorded", detail: event.recordedAt },
          { term: "Sealed", detail: sealedWords(sealed) },
        ]}
      />
      <PageHead
        title={actionWords(event.action)}
        summary={<Time iso={event.recordedAt} form="exact" />}
        action={<ButtonLink href="/audit">All audit events</ButtonLink>}
      />
      <SectionHead
        title="Operation"
        note={story.length === 1 ? "one event" : `${story.length} events, oldest first`}
        action={
          <ButtonLink size="small" href={auditSearchHref(operationSearch(event, story[0] ?? event))}>
            Show in the list
          </ButtonLink>
        }
      />
      <AuditStory shownEventId={event.eventId} story={story} names={names} />
      {effects}
      <SectionHead title="Event" />
      <Facts items={eventFacts(event, names, mayReadCalls)} />
      {personalData}
      <SectionHead title="Proof" note="computed anew from the row as it is stored now" />
      {sealed ? <AuditProof sealed={sealed} /> : wait}
      <SectionHead
        title="Body"
        note="the exact text that is hashed (RFC 8785), laid out here for reading"
        action={<CopyButton value={event.body} label="exact body" look="button" />}
      />
      <pre className="rounded-md bg-sunken p-3 font-mono text-label whitespace-pre-wrap wrap-anywhere">
        {laidOut(event.body)}
      </pre>
    </>
  );
}

function sealedWords(sealed: AuditOperationView["sealed"]): string {
  if (!sealed) return "not yet";
  const { number, checkpointSize } = sealed;
  const covered = checkpointSize
    ? `in the checkpoint of ${checkpointSize.toLocaleString("en")} events`
    : "not signed yet";
  return `as number ${number.toLocaleString("en")}, ${covered}`;
}

/** From the day on which it began, which may lie before the period that the list shows by itself. */
function operationSearch({ operationId }: AuditEventInFull, first: AuditEventView): string {
  return `operation:${operationId} created:>=${first.recordedAt.slice(0, 10)}`;
}

function eventFacts(event: AuditEventInFull, names: Map<string, string>, mayReadCalls: boolean): Fact[] {
  return [
    { term: "Action", detail: <MachineCode>{event.action}</MachineCode> },
    { term: "Phase", detail: PHASE_WORDS[event.phase] ?? event.phase },
    { term: "Actor", detail: <AuditActorLink event={event} names={names} /> },
    { term: "Actor id", detail: <ShortId value={event.actorId} label="actor id" /> },
    { term: "Target", detail: <AuditTarget event={event} /> },
    { term: "Customer", detail: event.customerId && <AuditCustomer customerId={event.customerId} /> },
    { term: "Decision", detail: DECISION_WORDS[event.decision === "deny" ? "deny" : "allow"] },
    { term: "Outcome", detail: <StatusBadge {...outcomeLook(event.outcome)} /> },
    { term: "Dwolla's answer", detail: upstreamWords(event, mayReadCalls) },
    { term: "Reason", detail: event.reason },
    { term: "Ticket", detail: event.ticket },
    { term: "Occurred (app)", detail: <MachineCode>{event.occurredAt}</MachineCode> },
    { term: "Recorded (database)", detail: <MachineCode>{event.recordedAt}</MachineCode> },
    { term: "Environment", detail: event.environment },
    { term: "Event id", detail: <ShortId value={event.eventId} label="event id" /> },
    { term: "Operation id", detail: <ShortId value={event.operationId} label="operation id" /> },
    { term: "Request id", detail: requestWords(event, mayReadCalls) },
    { term: "Sign-in", detail: event.sessionRef && <ShortId value={event.sessionRef} label="sign-in reference" /> },
  ];
}

/** What a person's press asked of Dwolla is found by it. */
function requestWords({ requestId, actorType }: AuditEventInFull, mayReadCalls: boolean) {
  return (
    <>
      <ShortId value={requestId} label="request id" />
      {actorType === "staff" && mayReadCalls && <CallsLink id={requestId} label="API calls" />}
    </>
  );
}

function upstreamWords({ upstreamStatus, upstreamCode, upstreamRequestId }: AuditEventInFull, mayReadCalls: boolean) {
  if (upstreamStatus === null && upstreamCode === null && upstreamRequestId === null) return null;
  return (
    <>
      {upstreamStatus} {upstreamCode && <MachineCode>{upstreamCode}</MachineCode>}{" "}
      {upstreamRequestId && <ShortId value={upstreamRequestId} label="Dwolla's request id" />}
      {upstreamRequestId && mayReadCalls && <CallsLink id={upstreamRequestId} label="API call" />}
    </>
  );
}

function CallsLink({ id, label }: { id: string; label: string }) {
  return (
    <span className="ml-3" data-screen-only>
      <ButtonLink size="small" href={callsHref({ q: id })}>
        {label}
      </ButtonLink>
    </span>
  );
}

/** A body that is no JSON was tampered with; then most of all it has to be seen. */
function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

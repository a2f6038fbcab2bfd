import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import {
  ATTEMPT_WORDS,
  causeWords,
  REPAIR_CASE_STATE_WORDS,
  SOURCE_WORDS,
  signalWords,
  type Tone,
  topicWords,
} from "#domain/plain-words.ts";
import type { LinkCall, LinkEvent, TrailRow } from "#features/happenings/data.ts";
import type { ReauthSessionView } from "#features/reauth-sessions/schema.ts";
import type { JournalEntry } from "#features/simulator-controls/data.ts";
import type { Truth } from "../data.ts";
import type { LabLink } from "../loaders.ts";
import type { Kind } from "../schema.ts";
import { type Cause, causeOfCall, pressAt, pressesIn } from "./lab-cause.ts";
import { conditionWords } from "./lab-words.ts";
import { actWords, controlWords } from "./simulator-words.ts";

/** One thing that happened, whoever noticed it. */
export interface Happening {
  id: string;
  /** ISO 8601, by the desk's clock. */
  at: string;
  kind: Kind;
  title: string;
  detail: string | null;
  tone: Tone;
  /** Where it is shown whole. */
  href: string | null;
  /** Absent where it says itself who it was, or nobody knows. */
  cause?: Cause | null;
}

type CaseView = NonNullable<LabLink["exchange"]>["cases"][number];

export const MOST_SHOWN = 200;

/** Everything that happened to a link since the run began, newest first: what was done, what Dwolla sent, what the desk made of it. */
export function labLine(lab: LabLink, auditWords: (action: string) => string): Happening[] {
  const { simulated, exchange, changes, sessions, events, calls, trail, exchangeId, since } = lab;
  const { truth, acts } = simulated;
  const sessionIds = truth.sessions.map(({ id }) => id);
  const presses = pressesIn(trail, auditWords);
  const causeAt = (at: Date) => pressAt(presses, at);
  const knownEvents = new Set(events.map(({ id }) => id));
  const happenings = [
    ...acts.flatMap((act, place) =>
      ofAct(act, { place, exchangeId, sessionIds }).map((each) => ({ ...each, cause: causeAt(act.at) })),
    ),
    ...truth.sessions.flatMap((session) => ofBankSession(session, causeAt)),
    ...ofCondition(truth, acts, exchangeId),
    ...truth.webhooks.flatMap((webhook) => ofWebhook(webhook, { causeAt, isKnown: knownEvents.has(webhook.eventId) })),
    ...events.flatMap(ofEvent),
    ...calls.map((call) => ({ ...ofCall(call), cause: causeOfCall(call, auditWords) })),
    ...changes.map((signal): Happening => {
      const { label, tone } = signalWords(signal.kind, signal.value);
      const detail = SOURCE_WORDS[signal.source];
      return {
        id: signal.id,
        at: signal.observedAt,
        kind: "signal",
        title: label,
        detail,
        tone,
        href: linkOf(exchangeId),
      };
    }),
    ...(exchange?.cases ?? []).flatMap(ofCase),
    ...sessions.flatMap(ofSession),
    ...trail.map((row) => ofAuditRow(row, auditWords(row.action))),
  ];
  return happenings
    .filter(({ at }) => at >= since)
    .sort((a, b) => b.at.localeCompare(a.at) || RANK[b.kind] - RANK[a.kind])
    .slice(0, MOST_SHOWN);
}

/** In one millisecond the cause stands before the effect. */
const RANK: Record<Kind, number> = { simulator: 0, webhook: 1, call: 2, signal: 3, case: 4, session: 5, audit: 6 };

const linkOf = (exchangeId: string) => `/exchanges/${exchangeId}`;

type Link = { place: number; exchangeId: string; sessionIds: readonly string[] };

function ofAct(act: JournalEntry, { place, exchangeId, sessionIds }: Link): Happening[] {
  const isOfSession = sessionIds.some((id) => act.path.includes(id));
  const isOfOther = /^\/(exchanges|exchange-sessions)\//.test(act.path) && !act.path.includes(exchangeId);
  // What the customer did with a session stands with the session itself.
  if (isOfOther && !(isOfSession && act.isRefused)) return [];
  const says = isOfSession ? "The bank refused what the customer tried" : (actWords(act) ?? controlWords(act));
  if (says === null) return [];
  const detail = act.isRefused ? "refused by the simulator" : null;
  return [
    {
      id: `act-${place}`,
      at: act.at.toISOString(),
      kind: "simulator",
      title: says,
      detail,
      tone: act.isRefused ? "warning" : "quiet",
      href: null,
    },
  ];
}

type CauseAt = (at: Date) => Cause | null;

function ofBankSession(
  { id, state, created, endedAt, account }: Truth["sessions"][number],
  causeAt: CauseAt,
): Happening[] {
  const base = { kind: "simulator", detail: null, tone: "quiet", href: null } as const;
  const made: Happening = { ...base, id: `bank-${id}`, at: created.toISOString(), title: "Dwolla creates a session" };
  if (endedAt === null) return [made];
  const isElsewhere = account === "different";
  const title =
    state === "abandoned"
      ? "The customer leaves the bank’s page"
      : `The customer signs in${isElsewhere ? " to another account" : ""}`;
  return [
    made,
    {
      ...base,
      id: `bank-${id}-end`,
      at: endedAt.toISOString(),
      title,
      tone: state === "abandoned" || isElsewhere ? "warning" : "proven",
      cause: causeAt(endedAt),
    },
  ];
}

/** What was announced comes true by itself, in nobody's act. */
function ofCondition(
  { condition, since, isBroken }: Truth,
  acts: readonly JournalEntry[],
  exchangeId: string,
): Happening[] {
  const isOfAnAct = acts.some(
    ({ at, path }) => path.includes(exchangeId) && Math.abs(at.getTime() - since.getTime()) < SAME_ACT_MS,
  );
  if (!isBroken || isOfAnAct) return [];
  const { label, tone } = conditionWords(condition);
  const at = since.toISOString();
  return [{ id: "condition", at, kind: "simulator", title: label, detail: null, tone, href: null }];
}

const SAME_ACT_MS = 1_000;

function ofWebhook(
  webhook: Truth["webhooks"][number],
  { causeAt, isKnown }: { causeAt: CauseAt; isKnown: boolean },
): Happening[] {
  const { id, eventId, topic, created, isLost, isHeld, attempts } = webhook;
  const base = { kind: "webhook", href: isKnown ? `/webhooks/${eventId}` : null } as const;
  const sent = attempts.map((attempt, place): Happening => {
    const [answer, tone] = answerTo(attempt);
    const title = `Dwolla sends a webhook${place > 0 ? " again" : ""}`;
    const detail = `${topicWords(topic)} · ${answer}`;
    const cause = causeAt(attempt.at) ?? (place === 0 ? causeAt(created) : null);
    return { ...base, id: `${id}-${place}`, at: attempt.at.toISOString(), title, detail, tone, cause };
  });
  if (attempts.length > 0 || !(isLost || isHeld)) return sent;
  const title = isLost ? "Dwolla’s webhook is lost" : "Dwolla’s webhook is held";
  const at = created.toISOString();
  const tone = isLost ? "broken" : "waiting";
  return [{ ...base, id, at, title, detail: topicWords(topic), tone, cause: causeAt(created) }];
}

function answerTo({ status, isOver }: Truth["webhooks"][number]["attempts"][number]): [string, Tone] {
  if (status !== null) return [`answered ${status}`, status < 300 ? "proven" : "broken"];
  return isOver ? ["no answer", "broken"] : ["waiting for an answer", "waiting"];
}

function ofEvent({ id, topic, receivedAt, readAt, processedAt, effect }: LinkEvent): Happening[] {
  const event = (what: string, at: Date | null, title: string, tone: Tone = "quiet"): Happening[] =>
    at === null
      ? []
      : [
          {
            id: `${id}-${what}`,
            at: at.toISOString(),
            kind: "webhook",
            title,
            detail: topicWords(topic),
            tone,
            href: `/webhooks/${id}`,
          },
        ];
  const outcome = effect === null ? "" : `: ${effect.replaceAll("_", " ")}`;
  return [
    ...event("received", receivedAt, "The desk takes the webhook", "proven"),
    ...event("read", readAt, "A catch-up reads the event", "proven"),
    ...event("processed", processedAt, `The desk is done with the event${outcome}`),
  ];
}

function ofCall({ id, calledAt, process, method, pathTemplate, status, errorKind, durationMs }: LinkCall): Happening {
  const answer = status === null ? (errorKind ?? "no answer") : String(status);
  return {
    id: `call-${id}`,
    at: calledAt.toISOString(),
    kind: "call",
    title: `${method} ${pathTemplate}`,
    detail: `${answer} · ${durationMs} ms · ${process}`,
    tone: status !== null && status < 400 ? "quiet" : "warning",
    href: `/calls/${id}`,
  };
}

function ofCase({ id, exchangeId, cause, state, openedAt, closedAt }: CaseView): Happening[] {
  const base = { kind: "case", href: linkOf(exchangeId) } as const;
  const opened: Happening = {
    ...base,
    id,
    at: openedAt,
    title: "Repair case opened",
    detail: causeWords(cause).says,
    tone: cause === REAUTH_REQUIRED ? "warning" : "broken",
  };
  if (closedAt === null) return [opened];
  const { label, tone } = REPAIR_CASE_STATE_WORDS[state];
  return [opened, { ...base, id: `${id}-closed`, at: closedAt, title: "Repair case closed", detail: label, tone }];
}

function ofSession(session: ReauthSessionView): Happening[] {
  const { id, exchangeId, state, requestedBy, requestedAt, answeredAt, revealedAt, revealedBy } = session;
  const base = { kind: "session", href: linkOf(exchangeId) } as const;
  const { label, tone } = ATTEMPT_WORDS[state];
  return [
    { ...base, id, at: requestedAt, title: "Re-auth session requested", detail: requestedBy, tone: "quiet" },
    ...(state === "pending"
      ? []
      : [{ ...base, id: `${id}-answer`, at: answeredAt ?? requestedAt, title: label, detail: null, tone }]),
    ...(revealedAt === null
      ? []
      : [
          {
            ...base,
            id: `${id}-shown`,
            at: revealedAt,
            title: "Session shown once",
            detail: revealedBy,
            tone: "session" as const,
          },
        ]),
  ];
}

function ofAuditRow({ eventId, at, phase, outcome, by }: TrailRow, title: string): Happening {
  const words = [by, phase === "single" ? null : phase, outcome];
  return {
    id: `audit-${eventId}`,
    at: at.toISOString(),
    kind: "audit",
    title,
    detail: words.filter(Boolean).join(" · "),
    tone: outcome === "succeeded" || outcome === "pending" ? "quiet" : "warning",
    href: `/audit/${eventId}`,
  };
}

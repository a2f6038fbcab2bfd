import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { ATTEMPT_WORDS, causeWords, REPAIR_CASE_STATE_WORDS, signalWords } from "#domain/plain-words.ts";
import type { ReauthSessionView } from "#features/reauth-sessions/schema.ts";
import { Time } from "#ui/time.tsx";
import { Timeline, type TimelineEntry } from "#ui/timeline.tsx";
import type { RepairCaseView, SignalView } from "../data.ts";
import type { ExchangeScreen } from "../loaders.ts";
import { caseEndWords } from "./case-end-words.ts";

type Happening = Omit<TimelineEntry, "time"> & { at: string };

/** Everything that changed, newest first: signals that said something new, cases, sessions. */
export function ExchangeTimeline({ screen }: { screen: ExchangeScreen }) {
  const { exchange, changes, sessions, now } = screen;
  const happenings = [
    ...changes.map(ofSignal),
    ...exchange.cases.flatMap(ofCase),
    ...sessions.flatMap(ofSession),
    { id: "linked", at: exchange.createdAt, title: `Linked through ${exchange.partner}` },
  ];
  const newestFirst = happenings.sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Timeline
      label="What happened"
      items={newestFirst.map(({ at, ...entry }) => ({ ...entry, time: <Time iso={at} now={now} form="both" /> }))}
    />
  );
}

function ofSignal({ id, kind, value, speaksOfAt }: SignalView): Happening {
  const { label, tone } = signalWords(kind, value);
  return { id, at: speaksOfAt, title: label, tone };
}

function ofCase(repair: RepairCaseView): Happening[] {
  const { id, cause, openedAt, closedAt, state, repeatOfRepairAt } = repair;
  const opened: Happening = {
    id,
    at: openedAt,
    title: repeatOfRepairAt === null ? "Repair case opened" : "Broke again: repair case opened",
    detail: causeWords(cause).says,
    tone: cause === REAUTH_REQUIRED ? "warning" : "broken",
  };
  if (closedAt === null) return [opened];
  const { tone } = REPAIR_CASE_STATE_WORDS[state];
  return [
    opened,
    { id: `${id}-closed`, at: closedAt, title: "Repair case closed", detail: caseEndWords(repair), tone },
  ];
}

function ofSession(session: ReauthSessionView): Happening[] {
  const { id, state, requestedBy, requestedAt, answeredAt, revealedBy, revealedAt } = session;
  const happenings: Happening[] = [{ id, at: requestedAt, title: "Re-auth session requested", detail: requestedBy }];
  const { label, tone } = ATTEMPT_WORDS[state];
  if (state !== "pending") happenings.push({ id: `${id}-answer`, at: answeredAt ?? requestedAt, title: label, tone });
  if (revealedAt) {
    happenings.push({
      id: `${id}-shown`,
      at: revealedAt,
      title: "Session shown once",
      detail: revealedBy,
      tone: "session",
    });
  }
  return happenings.reverse();
}

import type { StaffActor } from "#domain/actor.ts";
import { coolsUntil, EVENT_COOLDOWN_MS, PERSON_COOLDOWN_MS, replayStep } from "#domain/event-replay.ts";
import { eventSetDigest } from "#domain/event-set-digest.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { listEventIds, listTopicsOf } from "#features/dwolla-events/data.ts";
import { eventObservation, requeueEvents, settleReplayed } from "#features/dwolla-events/mutations.ts";
import { type EventsFilter, eventsFilter, filterWords, parseEventsAddress } from "#features/dwolla-events/schema.ts";
import { startProof } from "#features/proofs/mutations.ts";
import { lockLinks, type Recorded, recordObservations } from "#features/signals/mutations.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context, RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { closeOperationIn, type Operation, openOperation } from "#platform/operation.ts";
import { getLastReplayBy, listReplaySubjects, type ReplaySubject } from "./data.ts";
import {
  MOST_REPLAYED,
  type PreviewAnswer,
  type PreviewInput,
  type ReplayAnswer,
  type ReplayedEvent,
  type ReplayInput,
  type ReplayRefusal,
  type ReplayResult,
  type ReplaySummary,
} from "./schema.ts";

/** As long as any transaction of the desk may take. */
const TIMEOUT_MS = 15_000;
/**
 * A preview holds the links that a person may be about to press on: for two seconds at most, which is the time after which it says no
 * more, and one statement that was begun just before. A process that stops in between loses its locks by `statement`, too.
 */
const PREVIEW_LIMIT_MS = { all: 1_300, statement: 700, lock: 500 };
const SHOWN_EVENTS = 50;

type Call<Input> = { ctx: Context<StaffActor>; input: Input };

/** Undoes the transaction it is thrown in, and carries what was found out. */
class RolledBack extends Error {
  readonly summary: ReplaySummary;
  constructor(summary: ReplaySummary) {
    super("a preview is always undone");
    this.summary = summary;
  }
}

/**
 * What replaying these events would change now: the signals, verdicts and cases of the replay itself, in a transaction that is always
 * undone, so that it cannot say anything else than the replay would do at the same moment.
 */
export async function previewReplay({ ctx, input }: Call<PreviewInput>): Promise<PreviewAnswer> {
  const chosen = await chooseEvents(ctx, input);
  if ("reason" in chosen) return { ok: false, ...chosen };
  const run = ctx.db.$transaction(
    async (tx) => {
      await limitPreview(tx);
      await confirmActor(tx, ctx, "webhook:operate");
      await takeTurn(tx);
      throw new RolledBack(summaryOf(await sayAgain(tx, ctx, chosen.eventIds)));
    },
    { timeout: PREVIEW_LIMIT_MS.all },
  );
  const undone = await run.catch((error: unknown) => {
    if (error instanceof RolledBack) return error;
    if (isTooSlow(error)) return null;
    throw error;
  });
  if (!undone) return { ok: false, reason: "too_slow" };
  return { ok: true, eventIds: chosen.eventIds, summary: undone.summary };
}

async function limitPreview(tx: Transaction): Promise<void> {
  const [statement, lock] = [String(PREVIEW_LIMIT_MS.statement), String(PREVIEW_LIMIT_MS.lock)];
  await tx.$executeRaw`SELECT set_config('statement_timeout', ${statement}, true), set_config('lock_timeout', ${lock}, true),
    set_config('idle_in_transaction_session_timeout', ${statement}, true)`;
}

/** Postgres cancelled a statement, a wait for a lock or the session; or Prisma the transaction. */
function isTooSlow(error: unknown): boolean {
  return error instanceof Error && /57014|55P03|25P03|expired transaction/.test(error.message);
}

/**
 * Says once more what these events say. The intent is on record before, the outcome together with the effect: one that is on record
 * without an outcome had no effect. A thousand replays have the effect of the first.
 */
export async function replayEvents({ ctx, input }: Call<ReplayInput>): Promise<ReplayAnswer> {
  const eventIds = [...new Set(input.eventIds)];
  const opened = await putOnRecord(ctx, eventIds, input.filter);
  if ("reason" in opened) return { ok: false, ...opened };
  return ctx.db.$transaction(
    async (tx): Promise<ReplayAnswer> => {
      await takeTurn(tx);
      const refusal = await refusalOf(tx, ctx, eventIds);
      if (refusal) {
        await closeOperationIn(tx, ctx, opened, refused(eventIds, refusal));
        return { ok: false, ...refusal };
      }
      const said = await sayAgain(tx, ctx, eventIds);
      await followUp(tx, said);
      const { operationId } = opened;
      const replayed = await noteReplays(tx, ctx, { operationId, events: said.events });
      const summary = summaryOf(said);
      const set = eventIds.length > 1 && { replayed: replayed.length, replayedSha256: eventSetDigest(replayed) };
      await closeOperationIn(tx, ctx, opened, { outcome: "succeeded", details: { ...countsOf(summary), ...set } });
      return { ok: true, operationId, summary };
    },
    { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS },
  );
}

/** One event is the target; of a set, how it was chosen and the digest of its ids are on record. */
async function putOnRecord(
  ctx: Context<StaffActor>,
  eventIds: readonly string[],
  filter: EventsFilter | undefined,
): Promise<Operation | ReplayRefusal> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "webhook:operate");
    const [only, ...others] = eventIds;
    const target = only && others.length === 0 ? ({ type: "dwolla_event", id: only } as const) : null;
    const said = filter && (await filterOnRecord(tx, eventIds, filter));
    const details = {
      events: eventIds.length,
      ...(!target && { eventsSha256: eventSetDigest(eventIds) }),
      ...(said && { filter: said }),
    };
    const operation = await openOperation(tx, ctx, { action: "dwolla_event.replayed", target, details });
    if (said !== null) return operation;
    const refusal: ReplayRefusal = { reason: "filter" };
    await closeOperationIn(tx, ctx, operation, refused(eventIds, refusal));
    return refusal;
  });
}

/** Null for what the trail must not say: all but the topic are closed words or ids, and a topic is one only if the events have it. */
async function filterOnRecord(
  tx: Transaction,
  eventIds: readonly string[],
  filter: EventsFilter,
): Promise<string | null> {
  const { address, ignored } = parseEventsAddress(filter);
  if (ignored.length > 0) return null;
  if (address.topic !== undefined) {
    const topics = await listTopicsOf(tx, eventIds);
    if (topics.length === 0 || topics.some((topic) => topic !== address.topic)) return null;
  }
  return filterWords(eventsFilter(address));
}

function refused(eventIds: readonly string[], { reason }: ReplayRefusal) {
  return { outcome: "denied", details: { events: eventIds.length, refusedBy: reason } } as const;
}

async function chooseEvents(ctx: Context, input: PreviewInput): Promise<{ eventIds: string[] } | ReplayRefusal> {
  if ("eventIds" in input) return input;
  const { address, ignored } = parseEventsAddress(input.filter);
  // A filter that is dropped would widen the set.
  if (ignored.length > 0) return { reason: "filter" };
  const { eventIds, total } = await listEventIds(ctx.db, address, { now: ctx.now(), limit: MOST_REPLAYED });
  if (total > MOST_REPLAYED) return { reason: "too_many", total };
  return total === 0 ? { reason: "none" } : { eventIds };
}

/**
 * One replay or preview at a time, over all processes: what the pauses are measured by is committed before the next one looks, and a
 * person's press never waits for a queue of them.
 */
async function takeTurn(tx: Transaction): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended('event_replay', 0))::text`;
}

async function refusalOf(
  tx: Transaction,
  ctx: Context<StaffActor>,
  eventIds: readonly string[],
): Promise<ReplayRefusal | null> {
  const now = ctx.now();
  const personCools = coolsUntil(await getLastReplayBy(tx, ctx.actor.id), PERSON_COOLDOWN_MS, now);
  if (personCools) return { reason: "person_cooldown", until: personCools.toISOString() };
  const subjects = await listReplaySubjects(tx, eventIds);
  if (subjects.length === 0) return { reason: "none" };
  const ends = subjects.map(({ lastReplayAt }) => coolsUntil(lastReplayAt, EVENT_COOLDOWN_MS, now));
  if (ends.includes(null)) return null;
  const first = Math.min(...ends.map((end) => end?.getTime() ?? 0));
  return { reason: "event_cooldown", until: new Date(first).toISOString() };
}

/** What events said once more: the effect, but for what follows from it. */
interface Said {
  now: Date;
  subjects: readonly ReplaySubject[];
  recorded: Recorded | null;
  events: readonly ReplayedEvent[];
}

/** In the order that keeps it from standing in the way of others: links, then events, as processing does. */
async function sayAgain(tx: Transaction, ctx: Context, eventIds: readonly string[]): Promise<Said> {
  const now = ctx.now();
  const before = await listReplaySubjects(tx, eventIds);
  const linksOf = withStep("signal", before, now);
  if (linksOf.length > 0) await lockLinks(tx, [...new Set(linksOf.map(customerOf))]);
  // Only what is read after the lock is current.
  const subjects = linksOf.length > 0 ? await listReplaySubjects(tx, eventIds) : before;
  const recorded = await recordSignals(tx, { ...ctx, now: () => now }, withStep("signal", subjects, now));
  const events = subjects.map((subject) => toReplayed(subject, stepOf(subject, now), recorded));
  return { now, subjects, recorded, events };
}

function withStep(step: ReplayResult, subjects: readonly ReplaySubject[], now: Date): ReplaySubject[] {
  return subjects.filter((subject) => stepOf(subject, now) === step);
}

function stepOf(subject: ReplaySubject, now: Date): ReplayResult {
  if (coolsUntil(subject.lastReplayAt, EVENT_COOLDOWN_MS, now)) return "cooling_down";
  return replayStep({ ...subject, isKnownExchange: subject.exchangeCustomerId !== null });
}

function customerOf({ exchangeCustomerId }: ReplaySubject): CustomerId {
  return exchangeCustomerId as CustomerId;
}

/** As if they had come just now: the signals and the cases that follow. */
async function recordSignals(
  tx: Transaction,
  ctx: RecordContext,
  subjects: readonly ReplaySubject[],
): Promise<Recorded | null> {
  if (subjects.length === 0) return null;
  const now = ctx.now();
  const observations = subjects.map((subject) =>
    eventObservation(subject, customerOf(subject), subject.receivedAt ?? subject.readAt ?? now),
  );
  return recordObservations(tx, ctx, observations);
}

/** Of what was said: a proof begins, the event is done with, or it is read anew. */
async function followUp(tx: Transaction, { now, subjects, recorded }: Said): Promise<void> {
  const signals = withStep("signal", subjects, now);
  const exchangeIds = new Set(signals.map(({ resourceId }) => resourceId as ExchangeId));
  for (const exchangeId of exchangeIds) await startProof(tx, { exchangeId, trigger: "event", now });
  const settled = signals.map(({ id, resourceId }) => {
    const opened = recorded?.casesOpened.filter(({ exchangeId }) => exchangeId === resourceId) ?? [];
    return { id, openedCaseIds: opened.map((each) => each.id) };
  });
  if (settled.length > 0) await settleReplayed(tx, settled, now);
  const readings = withStep("reading", subjects, now);
  await requeueEvents(
    tx,
    readings.map(({ id }) => id),
  );
}

function toReplayed(subject: ReplaySubject, result: ReplayResult, recorded: Recorded | null): ReplayedEvent {
  const { id: eventId, topic, resourceId, exchangeCustomerId } = subject;
  const exchangeId = exchangeCustomerId === null ? null : (resourceId as ExchangeId);
  const isSignal = result === "signal" && exchangeId !== null;
  const change = isSignal ? recorded?.verdicts.get(exchangeId) : undefined;
  const isChanged = change !== undefined && change.before !== change.verdict.health;
  return {
    eventId,
    topic,
    result,
    exchangeId,
    healthBefore: isChanged ? change.before : null,
    healthAfter: isChanged ? change.verdict.health : null,
    opensCase: isSignal && (recorded?.casesOpened.some((each) => each.exchangeId === exchangeId) ?? false),
  };
}

/** @returns the ids of those that were not left alone. */
async function noteReplays(
  tx: Transaction,
  ctx: Context<StaffActor>,
  { operationId, events }: { operationId: string; events: readonly ReplayedEvent[] },
): Promise<string[]> {
  const common = { operationId, replayedById: ctx.actor.id, replayedAt: ctx.now() };
  const done = events.filter(({ result }) => result !== "cooling_down");
  await tx.eventReplay.createMany({ data: done.map(({ eventId, result }) => ({ ...common, eventId, result })) });
  return done.map(({ eventId }) => eventId);
}

function summaryOf({ events, recorded }: Said): ReplaySummary {
  const counts: ReplaySummary["counts"] = {};
  for (const { result } of events) counts[result] = (counts[result] ?? 0) + 1;
  const changing = events.filter(({ result }) => result === "signal" || result === "reading");
  const others = events.filter((event) => !changing.includes(event));
  return {
    events: events.length,
    counts,
    casesOpened: recorded?.casesOpened.length ?? 0,
    casesClosed: recorded?.casesClosed ?? 0,
    shown: [...changing, ...others].slice(0, SHOWN_EVENTS),
  };
}

function countsOf({ events, counts, casesOpened, casesClosed }: ReplaySummary): Record<string, number> {
  const { signal = 0, reading = 0 } = counts;
  return { events, signals: signal, readings: reading, unchanged: events - signal - reading, casesOpened, casesClosed };
}

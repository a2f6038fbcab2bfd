import type { StaffActor } from "#domain/actor.ts";
import { coolsUntil, EVENT_COOLDOWN_MS, PERSON_COOLDOWN_MS, replayStep } from "#domain/event-replay.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { listEventIds } from "#features/dwolla-events/data.ts";
import { eventObservation, requeueEvents, settleReplayed } from "#features/dwolla-events/mutations.ts";
import { parseEventsAddress } from "#features/dwolla-events/schema.ts";
import { startProof } from "#features/proofs/mutations.ts";
import { lockLinks, type Recorded, recordObservations } from "#features/signals/mutations.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { closeOperationIn, openOperation } from "#platform/operation.ts";
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
 * What replaying these events would change now: the replay itself, in a transaction that is always undone, so that it cannot say
 * anything else than the replay would do at the same moment.
 */
export async function previewReplay({ ctx, input }: Call<PreviewInput>): Promise<PreviewAnswer> {
  const chosen = await chooseEvents(ctx, input);
  if ("reason" in chosen) return { ok: false, ...chosen };
  const run = ctx.db.$transaction(
    async (tx) => {
      await confirmActor(tx, ctx, "webhook:operate");
      throw new RolledBack(summaryOf(await apply(tx, ctx, chosen.eventIds)));
    },
    { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS },
  );
  const undone = await run.catch((error: unknown) => {
    if (error instanceof RolledBack) return error;
    throw error;
  });
  return { ok: true, eventIds: chosen.eventIds, summary: undone.summary };
}

/**
 * Says once more what these events say. The intent is on record before, the outcome together with the effect: one that is on record
 * without an outcome had no effect. A thousand replays have the effect of the first.
 */
export async function replayEvents({ ctx, input }: Call<ReplayInput>): Promise<ReplayAnswer> {
  const eventIds = [...new Set(input.eventIds)];
  const [only, ...others] = eventIds;
  const target = only && others.length === 0 ? ({ type: "dwolla_event", id: only } as const) : null;
  const operation = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "webhook:operate");
    return openOperation(tx, ctx, { action: "dwolla_event.replayed", target, details: { events: eventIds.length } });
  });
  return ctx.db.$transaction(
    async (tx): Promise<ReplayAnswer> => {
      await takeTurn(tx);
      const refusal = await refusalOf(tx, ctx, eventIds);
      if (refusal) {
        const details = { events: eventIds.length, refusedBy: refusal.reason };
        await closeOperationIn(tx, ctx, operation, { outcome: "denied", details });
        return { ok: false, ...refusal };
      }
      const applied = await apply(tx, ctx, eventIds);
      const { operationId } = operation;
      await noteReplays(tx, ctx, { operationId, replayed: applied.events });
      const summary = summaryOf(applied);
      await closeOperationIn(tx, ctx, operation, { outcome: "succeeded", details: countsOf(summary) });
      return { ok: true, operationId, summary };
    },
    { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS },
  );
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

/** One replay at a time, over all processes: what the pauses are measured by is committed before the next one looks. */
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

interface Applied {
  events: ReplayedEvent[];
  casesOpened: number;
  casesClosed: number;
}

/** The effect, in the order that keeps it from standing in the way of others: links, then events, as processing does. */
async function apply(tx: Transaction, ctx: Context, eventIds: readonly string[]): Promise<Applied> {
  const now = ctx.now();
  const at = { ...ctx, now: () => now };
  const before = await listReplaySubjects(tx, eventIds);
  const linksOf = before.filter((subject) => stepOf(subject, now) === "signal");
  if (linksOf.length > 0) await lockLinks(tx, [...new Set(linksOf.map(customerOf))]);
  // Only what is read after the lock is current.
  const subjects = linksOf.length > 0 ? await listReplaySubjects(tx, eventIds) : before;
  const steps = new Map(subjects.map((subject) => [subject.id, stepOf(subject, now)]));
  const withStep = (step: ReplayResult) => subjects.filter(({ id }) => steps.get(id) === step);

  const recorded = await recordSignals(tx, at, withStep("signal"));
  await requeueEvents(
    tx,
    withStep("reading").map(({ id }) => id),
  );
  return {
    events: subjects.map((subject) => toReplayed(subject, stepOf(subject, now), recorded)),
    casesOpened: recorded?.casesOpened.length ?? 0,
    casesClosed: recorded?.casesClosed ?? 0,
  };
}

function stepOf(subject: ReplaySubject, now: Date): ReplayResult {
  if (coolsUntil(subject.lastReplayAt, EVENT_COOLDOWN_MS, now)) return "cooling_down";
  return replayStep({ ...subject, isKnownExchange: subject.exchangeCustomerId !== null });
}

function customerOf({ exchangeCustomerId }: ReplaySubject): CustomerId {
  return exchangeCustomerId as CustomerId;
}

/** As if they had come just now: the signal, the cases that follow, a proof that begins, and the event done with. */
async function recordSignals(
  tx: Transaction,
  ctx: Context,
  subjects: readonly ReplaySubject[],
): Promise<Recorded | null> {
  if (subjects.length === 0) return null;
  const now = ctx.now();
  const observations = subjects.map((subject) =>
    eventObservation(subject, customerOf(subject), subject.receivedAt ?? subject.readAt ?? now),
  );
  const recorded = await recordObservations(tx, ctx, observations);
  const exchangeIds = new Set(subjects.map(({ resourceId }) => resourceId as ExchangeId));
  for (const exchangeId of exchangeIds) await startProof(tx, { exchangeId, trigger: "event", now });
  await settleReplayed(
    tx,
    subjects.map(({ id, resourceId }) => ({
      id,
      openedCaseIds: recorded.casesOpened.flatMap((each) => (each.exchangeId === resourceId ? [each.id] : [])),
    })),
    now,
  );
  return recorded;
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

async function noteReplays(
  tx: Transaction,
  ctx: Context<StaffActor>,
  { operationId, replayed }: { operationId: string; replayed: readonly ReplayedEvent[] },
): Promise<void> {
  const common = { operationId, replayedById: ctx.actor.id, replayedAt: ctx.now() };
  const done = replayed.filter(({ result }) => result !== "cooling_down");
  await tx.eventReplay.createMany({ data: done.map(({ eventId, result }) => ({ ...common, eventId, result })) });
}

function summaryOf({ events, casesOpened, casesClosed }: Applied): ReplaySummary {
  const counts: ReplaySummary["counts"] = {};
  for (const { result } of events) counts[result] = (counts[result] ?? 0) + 1;
  const changing = events.filter(({ result }) => result === "signal" || result === "reading");
  const others = events.filter((event) => !changing.includes(event));
  return {
    events: events.length,
    counts,
    casesOpened,
    casesClosed,
    shown: [...changing, ...others].slice(0, SHOWN_EVENTS),
  };
}

function countsOf({ events, counts, casesOpened, casesClosed }: ReplaySummary): Record<string, number> {
  const { signal = 0, reading = 0 } = counts;
  return { events, signals: signal, readings: reading, unchanged: events - signal - reading, casesOpened, casesClosed };
}

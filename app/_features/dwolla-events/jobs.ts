import { readingOf } from "#domain/event-topic.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import { refreshAccount } from "#features/accounts/mutations.ts";
import { checkFailureOf } from "#features/probes/mutations.ts";
import { startProof } from "#features/proofs/mutations.ts";
import { recordObservations } from "#features/signals/mutations.ts";
import type { Context } from "#platform/context.ts";
import { addJob, type JobRun } from "#platform/jobs.ts";
import type { DwollaEvent } from "#platform/prisma-client/client.ts";
import { eventObservation, settleEvent, sourceOf } from "./mutations.ts";
import { type EventEffect, PROCESS_EVENT_JOB, type ProcessEventPayload, processEventPayload } from "./schema.ts";

/**
 * Reads anew what an event is about: webhooks come in any order and more than once, so what they say is only a reason to look.
 * Run twice or at once, it has one effect.
 */
export const processEventJob = {
  name: PROCESS_EVENT_JOB,
  priority: "proof",
  schema: processEventPayload,
  handler: processEvent,
} as const;

const UNREACHABLE_PAUSE_MS = 15_000;

type EventRun = { ctx: Context; payload: ProcessEventPayload; run: JobRun };

async function processEvent({ ctx, payload: { eventId }, run }: EventRun): Promise<void> {
  const event = await ctx.db.dwollaEvent.findUnique({ where: { id: eventId } });
  if (!event || event.processedAt !== null) return;
  const settle = (effect: EventEffect, openedCaseIds?: string[]) =>
    settleEvent(ctx.db, { eventId, effect, openedCaseIds, now: ctx.now() });
  try {
    const { effect, openedCaseIds } = await readAnew(ctx, event);
    await settle(effect, openedCaseIds);
  } catch (error) {
    if (!isDwollaError(error)) {
      if (run.isLastAttempt && !run.signal.aborted) await settle("failed");
      throw error;
    }
    const failure = checkFailureOf(error);
    if (failure === "gone") return settle("resource_gone");
    const isPassing = failure === "rate_limited" || failure === "unreachable" || error.status === 401;
    if (error.kind === "aborted" || isPassing) return postpone(ctx, eventId, resumesAtOf(error));
    // What Dwolla refuses or we cannot read may be otherwise later: the job's attempts are spread over half an hour.
    if (!run.isLastAttempt) throw error;
    await settle("failed");
  }
}

/** Without using an attempt up: an outage may be long. */
async function postpone(ctx: Context, eventId: string, resumesAt: Date | null): Promise<void> {
  const runAt = resumesAt ?? new Date(ctx.now().getTime() + UNREACHABLE_PAUSE_MS);
  await addJob(ctx.db, PROCESS_EVENT_JOB, { eventId }, { key: `${PROCESS_EVENT_JOB}/${eventId}`, runAt });
}

interface Outcome {
  effect: EventEffect;
  openedCaseIds: string[];
}

async function readAnew(ctx: Context, event: DwollaEvent): Promise<Outcome> {
  const source = sourceOf(event);
  const reading = readingOf(event.topic, event.resourceKind);
  if (reading === null) return { effect: "no_reading", openedCaseIds: [] };
  if (reading === "exchange") return readExchange(ctx, event);
  const customerId = reading === "customer" ? event.resourceId : event.customerId;
  if (customerId === null) return { effect: "unknown_customer", openedCaseIds: [] };
  const { isGone, casesOpened } = await refreshAccount(ctx, customerId as CustomerId, source);
  return { effect: isGone ? "resource_gone" : "read", openedCaseIds: casesOpened.map(({ id }) => id) };
}

/**
 * A warning is on the list before Dwolla is asked anything, where the exchange is known; the proof that begins with it asks at once,
 * and again until it is clear what became of the link.
 */
async function readExchange(ctx: Context, event: DwollaEvent): Promise<Outcome> {
  const exchangeId = event.resourceId as ExchangeId;
  const openedCaseIds: string[] = [];
  if (!(await isStored(ctx, exchangeId))) {
    const { customerId } = event.customerId ? event : await ctx.dwolla.getExchange(exchangeId);
    if (customerId === null) return { effect: "unknown_customer", openedCaseIds };
    const { casesOpened } = await refreshAccount(ctx, customerId as CustomerId, sourceOf(event));
    openedCaseIds.push(...casesOpened.map(({ id }) => id));
    if (!(await isStored(ctx, exchangeId))) return { effect: "resource_gone", openedCaseIds };
  }
  await ctx.db.$transaction(async (tx) => {
    const { customerId } = await tx.exchange.findUniqueOrThrow({ where: { id: exchangeId } });
    const observation = eventObservation(event, customerId as CustomerId, ctx.now());
    const { casesOpened } = await recordObservations(tx, ctx, [observation]);
    openedCaseIds.push(...casesOpened.map(({ id }) => id));
    await startProof(tx, { exchangeId, trigger: "event", now: ctx.now() });
    await settleEvent(tx, { eventId: event.id, effect: "read", openedCaseIds, now: ctx.now() });
  });
  return { effect: "read", openedCaseIds };
}

async function isStored(ctx: Context, exchangeId: ExchangeId): Promise<boolean> {
  return (await ctx.db.exchange.count({ where: { id: exchangeId } })) === 1;
}

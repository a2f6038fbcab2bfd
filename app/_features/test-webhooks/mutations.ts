import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { controlSimulator, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import type { AuditEntry } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { closeOperation, openOperation } from "#platform/operation.ts";
import type { TestWebhookInput, TestWebhookResult } from "./schema.ts";

const PATIENCE_MS = 5_000;
/** A webhook of the simulator's takes milliseconds; what is not there by then does not come by itself. */
const ARRIVES_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 50;

const answerShape = z.object({ eventId: z.uuid() });

type Call = { ctx: Context<StaffActor>; input: TestWebhookInput };

/**
 * Has the simulator make an event and send it, signed, to whoever is subscribed; then waits until it is here, by the same way as
 * every other webhook. Only the simulator has such a control; the permission exists nowhere else.
 */
export async function sendTestWebhook({ ctx, input: { topic, exchangeId } }: Call): Promise<TestWebhookResult> {
  const link = await findLink(ctx.db, exchangeId);
  const about = link?.id ?? exchangeId;
  const target = about === null ? null : ({ type: "exchange", id: about } as const);
  const operation = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "simulator:operate");
    return openOperation(tx, ctx, { action: "simulator.webhook_sent", target, details: { topic } });
  });
  const pressedAt = performance.now();
  const sent = link ? await askSimulator(ctx, eventOf(topic, link)) : ({ ok: false, reason: "no_link" } as const);
  const result = sent.ok ? { ...sent, afterMs: await arrivalOf(ctx.db, sent.eventId, pressedAt) } : sent;
  // The simulator has acted by now: what it did is said even where it cannot be recorded. The trail then gets an "unknown" from a worker.
  await closeOperation(ctx, operation, outcomeOf(topic, result)).catch(() =>
    ctx.warn({ operationId: operation.operationId }, "a simulator act has no outcome on record"),
  );
  return result;
}

interface Link {
  id: string;
  customerId: string;
  fundingSourceId: string | null;
}

async function findLink(db: Database, exchangeId: string | null): Promise<Link | null> {
  const link = await db.exchange.findFirst({
    where: exchangeId === null ? { status: "active" } : { id: exchangeId },
    orderBy: { id: "asc" },
    select: { id: true, customer: { select: { id: true, fundingSources: { select: { id: true }, take: 1 } } } },
  });
  if (!link) return null;
  return { id: link.id, customerId: link.customer.id, fundingSourceId: link.customer.fundingSources[0]?.id ?? null };
}

function eventOf(topic: TestWebhookInput["topic"], { id, customerId, fundingSourceId }: Link) {
  if (topic === REAUTH_REQUIRED) return { topic, customerId, resource: { path: "exchanges", id } };
  const resource =
    topic === "customer_funding_source_updated" && fundingSourceId !== null
      ? { path: "funding-sources", id: fundingSourceId }
      : { path: "customers", id: customerId };
  return { topic, customerId, resource };
}

type Sent = { ok: true; eventId: string } | { ok: false; reason: "refused" | "unreachable" };

async function askSimulator({ settings }: Context, event: object): Promise<Sent> {
  try {
    const answer = await controlSimulator(settings.dwollaApiUrl, "POST", "/events", event, PATIENCE_MS);
    return { ok: true, eventId: answerShape.parse(answer).eventId };
  } catch (error) {
    return { ok: false, reason: error instanceof SimulatorRefusal ? "refused" : "unreachable" };
  }
}

async function arrivalOf(db: Database, eventId: string, pressedAt: number): Promise<number | null> {
  while (performance.now() - pressedAt < ARRIVES_WITHIN_MS) {
    const arrived = await db.dwollaEvent.count({ where: { id: eventId, receivedAt: { not: null } } });
    if (arrived === 1) return Math.round(performance.now() - pressedAt);
    await pause(LOOK_EVERY_MS);
  }
  return null;
}

/** Without an answer nobody can tell whether the simulator has acted. */
function outcomeOf(topic: string, result: TestWebhookResult): Pick<AuditEntry, "outcome" | "details"> {
  if (!result.ok) {
    const outcome = result.reason === "unreachable" ? "unknown" : "failed";
    return { outcome, details: { topic, failureKind: result.reason } };
  }
  const { eventId, afterMs } = result;
  return { outcome: "succeeded", details: { topic, eventId, arrived: afterMs !== null } };
}

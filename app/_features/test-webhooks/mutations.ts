import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { controlSimulator, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { operate } from "#features/simulator-controls/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import type { ArrivedWebhook, TestWebhookInput } from "./schema.ts";

/** A webhook of the simulator's takes milliseconds; what is not there by then does not come by itself. */
const ARRIVES_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 50;

const answerShape = z.object({ eventId: z.uuid() });

type Call = { ctx: Context<StaffActor>; input: TestWebhookInput };

/**
 * Has the simulator make an event and send it, signed, to whoever is subscribed; then waits until it is here, by the same way as
 * every other webhook. Only the simulator has such a control; the permission exists nowhere else.
 */
export async function sendTestWebhook({ ctx, input: { topic, exchangeId } }: Call) {
  const link = await findLink(ctx.db, exchangeId);
  const about = link?.id ?? exchangeId;
  return operate<ArrivedWebhook>(ctx, {
    action: "simulator.webhook_sent",
    target: about === null ? null : { type: "exchange", id: about },
    details: { topic },
    run: async () => {
      if (!link) throw new SimulatorRefusal(404, "The desk knows no such bank link. A sweep reads them from Dwolla.");
      const pressedAt = performance.now();
      const answer = await controlSimulator(ctx.settings.dwollaApiUrl, "POST", "/events", eventOf(topic, link));
      const { eventId } = answerShape.parse(answer);
      return { eventId, afterMs: await arrivalOf(ctx.db, eventId, pressedAt) };
    },
    learnt: ({ eventId, afterMs }) => ({ details: { eventId, arrived: afterMs !== null } }),
  });
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

async function arrivalOf(db: Database, eventId: string, pressedAt: number): Promise<number | null> {
  while (performance.now() - pressedAt < ARRIVES_WITHIN_MS) {
    const arrived = await db.dwollaEvent.count({ where: { id: eventId, receivedAt: { not: null } } });
    if (arrived === 1) return Math.round(performance.now() - pressedAt);
    await pause(LOOK_EVERY_MS);
  }
  return null;
}

import { randomUUID } from "node:crypto";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { CustomerId, ExchangeId } from "#domain/ids.ts";
import { type Observation, recordObservations } from "#features/signals/mutations.ts";
import type { TestContext } from "./context.ts";
import { addBrokenExchange } from "./worklist-rows.ts";

interface Link {
  customerId: string;
  exchangeId: string;
}

/** A link that broke and was proven repaired, each at its time. */
export async function repairedLink(ctx: TestContext, { brokeAt, provenAt }: { brokeAt: Date; provenAt: Date }) {
  const link = await addBrokenExchange(ctx.db, { brokenSince: brokeAt });
  await observe(ctx, link, "deactivated", brokeAt);
  await observe(ctx, link, "active", provenAt);
  return link;
}

/** A link of which nothing bad was ever seen. */
export async function healthyLink(ctx: TestContext, at: Date): Promise<Link> {
  const { customerId, exchangeId, caseId } = await addBrokenExchange(ctx.db);
  await ctx.db.repairCase.delete({ where: { id: caseId } });
  await ctx.db.exchange.update({
    where: { id: exchangeId },
    data: { health: "unknown", cause: null, brokenSince: null },
  });
  await observe(ctx, { customerId, exchangeId }, "active", at);
  return { customerId, exchangeId };
}

async function observe(ctx: TestContext, link: Link, value: string, at: Date): Promise<void> {
  const observation: Observation = {
    customerId: link.customerId as CustomerId,
    kind: "exchange_status",
    exchangeId: link.exchangeId as ExchangeId,
    fundingSourceId: null,
    value,
    source: "check",
    observedAt: at,
    speaksOfAt: at,
    upstreamRequestId: null,
    eventId: null,
  };
  await ctx.db.$transaction((tx) => recordObservations(tx, { ...ctx, now: () => at }, [observation]));
}

/** An event that came as a webhook; of a link unless it is said otherwise, and given up, so that it left nothing behind. */
export async function givenUpEvent(
  ctx: TestContext,
  event: { createdAt: Date; link?: Link; topic?: string; effect?: string | null; customerId?: string },
): Promise<string> {
  const { createdAt, link, topic = REAUTH_REQUIRED, effect = "failed" } = event;
  const id = randomUUID();
  const customerId = link?.customerId ?? event.customerId ?? randomUUID();
  await ctx.db.dwollaEvent.create({
    data: {
      id,
      topic,
      createdAt,
      resourceKind: link ? "exchanges" : "customers",
      resourceId: link?.exchangeId ?? customerId,
      customerId,
      receivedAt: createdAt,
      lastReceivedAt: createdAt,
      deliveries: 1,
      effect,
      processedAt: effect === null ? null : createdAt,
    },
  });
  return id;
}

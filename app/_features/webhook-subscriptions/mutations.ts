import type { AuditAction, AuditTarget } from "#domain/audit-event.ts";
import type { WebhookSubscriptionId } from "#domain/ids.ts";
import { type DwollaError, isAnsweredByDwolla, isDwollaError, resumesAtOf } from "#dwolla/errors.ts";
import type { SentWebhook, WebhookSubscription } from "#dwolla/webhook-subscriptions.ts";
import type { AuditEntry } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import { closeOperation, openOperation } from "#platform/operation.ts";
import { forgetSubscriptions, isOurs } from "./data.ts";
import type {
  Redelivery,
  SubscriptionFailure,
  SubscriptionInput,
  SubscriptionRefusal,
  SubscriptionResult,
} from "./schema.ts";

/** Longer than the slowest act takes; then the lock is free again, whatever became of its holder. */
const TURN_TIMEOUT_MS = 60_000;
/** Of one press: a person waits for it, and its calls go before everybody else's. */
const MAX_ASKED = 100;
const ASK_FOR_MS = 20_000;
const MAX_PAGES = 100;
/** A webhook is listed with the bodies of all its attempts: larger pages could be more than the client reads. */
const PAGE_SIZE = 50;
/** Dwolla waits ten seconds for our answer: a younger attempt may still be under way. */
const ATTEMPT_OVER_AFTER_MS = 60_000;

type Call = { ctx: Context; input: SubscriptionInput };

/** Makes Dwolla send webhooks to our address, signed with the current secret. Never a second subscription: each would send all of them. */
export function createWebhookSubscription({
  ctx,
}: {
  ctx: Context;
}): Promise<SubscriptionResult<{ subscriptionId: string }>> {
  return operate(ctx, { action: "webhook_subscription.created", subscriptionId: null }, async (all) => {
    const { webhookUrl: url, webhookSecrets } = ctx.settings;
    const [secret] = webhookSecrets;
    if (all.some((each) => isOurs(each, url))) return refused("exists");
    if (!secret) return refused("no_secret");
    return { ok: true, subscriptionId: await ctx.dwolla.createWebhookSubscription({ url, secret }) };
  });
}

export function pauseWebhookSubscription(call: Call): Promise<SubscriptionResult> {
  return setPaused(call, true);
}

/** What was made meanwhile stays unsent, until it is asked for. */
export function resumeWebhookSubscription(call: Call): Promise<SubscriptionResult> {
  return setPaused(call, false);
}

function setPaused({ ctx, input }: Call, paused: boolean): Promise<SubscriptionResult> {
  const action = paused ? "webhook_subscription.paused" : "webhook_subscription.resumed";
  return operate(ctx, { action, ...input }, async (all) => {
    const subscription = findOurs(ctx, all, input);
    if (!subscription) return refused("not_ours");
    if (subscription.paused === paused) return refused("already_so");
    await ctx.dwolla.pauseWebhookSubscription(subscription.id, paused);
    return { ok: true };
  });
}

export function deleteWebhookSubscription({ ctx, input }: Call): Promise<SubscriptionResult> {
  return operate(ctx, { action: "webhook_subscription.deleted", ...input }, async (all) => {
    const subscription = findOurs(ctx, all, input);
    if (!subscription) return refused("not_ours");
    await ctx.dwolla.deleteWebhookSubscription(subscription.id);
    return { ok: true };
  });
}

/** Asks for the webhooks that were never sent, and for those that we took at no attempt. One that comes twice has one effect. */
export function requestRedelivery({ ctx, input }: Call): Promise<SubscriptionResult<Redelivery>> {
  return operate(ctx, { action: "webhook_subscription.redelivery_requested", ...input }, async (all) => {
    const subscription = findOurs(ctx, all, input);
    if (!subscription) return refused("not_ours");
    if (subscription.paused) return refused("is_paused");
    const { missing, sawAll } = await listMissing(ctx, subscription.id);
    return { ok: true, ...(await askFor(ctx, missing)), sawAll };
  });
}

async function listMissing(
  ctx: Context,
  id: WebhookSubscriptionId,
): Promise<{ missing: SentWebhook[]; sawAll: boolean }> {
  const missing = new Map<string, SentWebhook>();
  let offset = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const webhooks = await ctx.dwolla.listWebhooks(id, { limit: PAGE_SIZE, offset });
    if (webhooks.length === 0) return { missing: neverSentFirst(missing), sawAll: true };
    for (const webhook of webhooks) if (isMissing(webhook, ctx.now())) missing.set(webhook.id, webhook);
    offset += webhooks.length;
  }
  return { missing: neverSentFirst(missing), sawAll: false };
}

function isMissing({ attempts, hasArrived, lastAttemptAt }: SentWebhook, now: Date): boolean {
  if (attempts === 0) return true;
  return !hasArrived && lastAttemptAt !== null && now.getTime() - lastAttemptAt.getTime() > ATTEMPT_OVER_AFTER_MS;
}

/** Dwolla itself repeats the others for three days. */
function neverSentFirst(missing: ReadonlyMap<string, SentWebhook>): SentWebhook[] {
  return [...missing.values()].sort((one, other) => one.attempts - other.attempts);
}

/** Stops quietly when Dwolla will not go on: what was asked for stands, and the rest is said to remain. */
async function askFor(ctx: Context, missing: readonly SentWebhook[]): Promise<Omit<Redelivery, "sawAll">> {
  const giveUpAt = ctx.now().getTime() + ASK_FOR_MS;
  const asked = { neverSent: 0, failed: 0 };
  let seen = 0;
  for (const { id, attempts } of missing.slice(0, MAX_ASKED)) {
    if (ctx.now().getTime() > giveUpAt) break;
    try {
      await ctx.dwolla.retryWebhook(id);
      asked[attempts === 0 ? "neverSent" : "failed"] += 1;
    } catch (error) {
      // Older than 30 days by now.
      const isGone = isDwollaError(error) && error.status === 404;
      if (!isGone && (seen === 0 || !isDwollaError(error))) throw error;
      if (!isGone) break;
    }
    seen += 1;
  }
  return { ...asked, remaining: missing.length - seen };
}

type Act = { action: AuditAction; subscriptionId: string | null };
type Perform<Done extends object> = (all: readonly WebhookSubscription[]) => Promise<SubscriptionResult<Done>>;

/** The intent is on record before Dwolla is asked for anything, and what came of it afterwards. */
async function operate<Done extends object>(
  ctx: Context,
  { action, subscriptionId }: Act,
  perform: Perform<Done>,
): Promise<SubscriptionResult<Done>> {
  const operation = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "webhook:operate");
    return openOperation(tx, ctx, { action, target: targetOf(subscriptionId) });
  });
  const result = await performInTurn(ctx, perform);
  forgetSubscriptions(ctx.dwolla);
  // Dwolla has acted by now: what it did is said even where it cannot be recorded. The trail then gets an "unknown" from a worker.
  await closeOperation(ctx, operation, outcomeOf(result)).catch(() =>
    ctx.warn({ operationId: operation.operationId }, "an act on the webhook subscription has no outcome on record"),
  );
  return result;
}

/** One at a time, over all processes: of two who create at once, the second must see what the first has made. */
async function performInTurn<Done extends object>(
  ctx: Context,
  perform: Perform<Done>,
): Promise<SubscriptionResult<Done>> {
  let result: SubscriptionResult<Done> | undefined;
  const turn = ctx.db.$transaction(
    async (tx) => {
      const [lock] = await tx.$queryRaw<{ isOurs: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtextextended('webhook_subscription', 0)) AS "isOurs"`;
      result = lock?.isOurs ? await performAtDwolla(ctx, perform) : refused("busy");
    },
    { timeout: TURN_TIMEOUT_MS },
  );
  // A lock that is lost with its connection changes nothing about what Dwolla has done.
  await turn.catch((error) => {
    if (!result) throw error;
  });
  return result ?? refused("busy");
}

async function performAtDwolla<Done extends object>(
  ctx: Context,
  perform: Perform<Done>,
): Promise<SubscriptionResult<Done>> {
  try {
    return await perform(await ctx.dwolla.listWebhookSubscriptions());
  } catch (error) {
    if (!isDwollaError(error)) {
      // Not the client's error: what Dwolla had done by then cannot be told, so nothing may be promised.
      ctx.warn(
        { reason: error instanceof Error ? error.name : "unknown" },
        "an act on the webhook subscription broke off",
      );
      return { ok: false, reason: "lost", status: null, code: null, requestId: null, resumesAt: null };
    }
    return {
      ok: false,
      reason: failureOf(error),
      status: error.status,
      code: error.kind === "http" ? error.code : null,
      requestId: error.requestId,
      resumesAt: resumesAtOf(error)?.toISOString() ?? null,
    };
  }
}

function failureOf(error: DwollaError): SubscriptionFailure {
  if (error.effect === "unknown") return "lost";
  if (error.kind === "circuit_open" || error.status === 429) return "rate_limited";
  return isAnsweredByDwolla(error) ? "refused" : "unreachable";
}

function refused(reason: SubscriptionRefusal): { ok: false; reason: SubscriptionRefusal } {
  return { ok: false, reason };
}

function findOurs(
  ctx: Context,
  all: readonly WebhookSubscription[],
  { subscriptionId }: SubscriptionInput,
): WebhookSubscription | undefined {
  return all.find((each) => each.id === subscriptionId && isOurs(each, ctx.settings.webhookUrl));
}

function targetOf(id: string | null): AuditTarget | null {
  return id === null ? null : { type: "webhook_subscription", id };
}

function outcomeOf(result: SubscriptionResult): Pick<AuditEntry, "outcome" | "details" | "upstream" | "target"> {
  if (result.ok) {
    const { ok: _, subscriptionId, ...details } = result as { ok: true; subscriptionId?: string };
    return { outcome: "succeeded", details, ...(subscriptionId && { target: targetOf(subscriptionId) }) };
  }
  if (!("status" in result)) return { outcome: "denied", details: { refusedBy: result.reason } };
  const { reason, status, code, requestId } = result;
  const outcome = reason === "lost" ? "unknown" : "failed";
  return { outcome, details: { failureKind: reason }, upstream: { status, code, requestId } };
}

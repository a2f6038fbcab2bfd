import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { redeliveryWords, refusalWords } from "#features/webhook-subscriptions/components/subscription-words.ts";
import { getSubscriptions, type SubscriptionView } from "#features/webhook-subscriptions/data.ts";
import {
  createWebhookSubscription,
  deleteWebhookSubscription,
  pauseWebhookSubscription,
  requestRedelivery,
  resumeWebhookSubscription,
} from "#features/webhook-subscriptions/mutations.ts";
import type { SubscriptionResult } from "#features/webhook-subscriptions/schema.ts";
import { causing } from "#platform/call-cause.ts";
import type { Context } from "#platform/context.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";

const COMMANDS = ["show", "create", "pause", "resume", "redeliver", "delete"] as const;
type Command = (typeof COMMANDS)[number];

/** What is noted about calls, for the engineers' page, is written a moment after them. */
const LAST_NOTES_MS = 1_000;

export function isCommand(word: string): word is Command {
  return COMMANDS.some((command) => command === word);
}

/** Does it and says what came of it. Gives the exit code: 0 when it was done. */
export async function runCommand(command: Command, id: string | undefined): Promise<number> {
  const { refuseUnsafeStart } = await import("#platform/refuse-unsafe-start.ts");
  await refuseUnsafeStart();
  const { ctx, close } = await commandLineContext();
  try {
    const { requestId } = ctx.origin;
    const cause = { staffMemberId: null, act: `webhooks.${command}`, jobId: null, requestId, concerns: null };
    return await causing(cause, () => perform(command, ctx, id));
  } catch (error) {
    const isOutage = isDatabaseOutage(error);
    console.error(isOutage ? "Nothing was done: the desk's database does not answer." : `It broke off: ${error}`);
    return 1;
  } finally {
    await close();
  }
}

async function perform(command: Command, ctx: Context, id: string | undefined): Promise<number> {
  if (command === "show") return show(ctx);
  if (command === "create") return say(await createWebhookSubscription({ ctx }), () => "Created.");
  const subscription = await findOurs(ctx, id);
  return subscription ? act(command, ctx, subscription) : 1;
}

async function act(
  command: Exclude<Command, "show" | "create">,
  ctx: Context,
  { id: subscriptionId }: SubscriptionView,
): Promise<number> {
  const call = { ctx, input: { subscriptionId } };
  switch (command) {
    case "pause":
      return say(await pauseWebhookSubscription(call), () => "Paused.");
    case "resume":
      return say(await resumeWebhookSubscription(call), () => "Resumed. Ask for what was not sent: redeliver.");
    case "delete":
      return say(await deleteWebhookSubscription(call), () => "Deleted.");
    case "redeliver":
      return say(await requestRedelivery(call), redeliveryWords);
  }
}

function say<Done extends object>(result: SubscriptionResult<Done>, doneWords: (done: Done) => string): number {
  if (result.ok) {
    console.log(doneWords(result));
    return 0;
  }
  console.error(refusalWords(result));
  return 1;
}

/** Fails, for whoever watches it, unless exactly one subscription sends to this desk. */
async function show({ dwolla, settings }: Context): Promise<number> {
  const answer = await getSubscriptions(dwolla, settings.webhookUrl);
  if (!answer.isAnswered) return notAnswered(answer);
  const { ours, others } = answer;
  console.log(`This desk: ${settings.webhookUrl}`);
  if (ours.length === 0) console.log("  missing: Dwolla does not know this address");
  for (const each of ours) console.log(`  ${line(each)}`);
  if (others.length > 0) console.log("Not ours:");
  for (const each of others) console.log(`  ${line(each)}  ${each.address}`);
  return ours.length === 1 && !ours[0]?.isPaused ? 0 : 1;
}

async function findOurs({ dwolla, settings }: Context, id: string | undefined): Promise<SubscriptionView | null> {
  const answer = await getSubscriptions(dwolla, settings.webhookUrl);
  if (!answer.isAnswered) {
    notAnswered(answer);
    return null;
  }
  const [found, ...more] = id === undefined ? answer.ours : answer.ours.filter((each) => each.id === id.toLowerCase());
  if (found && more.length === 0) return found;
  const all = answer.ours.map((each) => `\n  ${line(each)}`).join("");
  console.error(
    found
      ? `Nothing was done: more than one subscription sends to this desk. Name one:${all}`
      : `Nothing was done: no such subscription sends to ${settings.webhookUrl}.`,
  );
  return null;
}

function line({ id, isPaused, createdAt }: SubscriptionView): string {
  return `${isPaused ? "paused   " : "listening"}  ${id}  created ${createdAt ?? "at an unknown time"}`;
}

function notAnswered({ kind, status }: { kind: string; status: number | null }): number {
  console.error(`Dwolla is not answering (${status ?? kind}). Nothing was done.`);
  return 1;
}

async function commandLineContext(): Promise<{ ctx: Context; close: () => Promise<void> }> {
  const [{ db, auditorDb }, { dwolla }, { env }, { logger }, { settings }] = await Promise.all([
    import("#platform/db.ts"),
    import("#platform/dwolla.ts"),
    import("#platform/env.ts"),
    import("#platform/logger.ts"),
    import("#platform/settings.ts"),
  ]);
  const ctx: Context = {
    actor: { type: "system", job: "command line" },
    environment: env().RECONNECT_ENVIRONMENT,
    origin: { requestId: randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
    db: db(),
    dwolla: dwolla(),
    settings: settings(),
    warn: (facts, message) => logger.warn(facts, message),
  };
  const close = async () => {
    await dwolla().close();
    await pause(LAST_NOTES_MS);
    // The start looked at the trail over both.
    await Promise.all([db().$disconnect(), auditorDb().$disconnect()]);
  };
  return { ctx, close };
}

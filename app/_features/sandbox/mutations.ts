import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import type { AuditAction } from "#domain/audit-event.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import { closeOperation, openOperation } from "#platform/operation.ts";
import type { breakExchangeSchema, repairExchangeSchema } from "./schema.ts";

const PATIENCE_MS = 5_000;

export type SimulatorResult = { ok: true } | { ok: false; reason: "refused" | "unreachable"; says: string | null };

/** Makes the simulator break an exchange. Only the simulator has such a control; the permission exists nowhere else. */
export function breakExchange({
  ctx,
  input,
}: {
  ctx: Context<StaffActor>;
  input: z.output<typeof breakExchangeSchema>;
}) {
  return operate(ctx, {
    action: "simulator.exchange_broken",
    exchangeId: input.exchangeId,
    verb: "break",
    body: { as: input.as },
  });
}

export function repairExchange({
  ctx,
  input,
}: {
  ctx: Context<StaffActor>;
  input: z.output<typeof repairExchangeSchema>;
}) {
  return operate(ctx, {
    action: "simulator.exchange_repaired",
    exchangeId: input.exchangeId,
    verb: "repair",
    body: {},
  });
}

interface Act {
  action: AuditAction;
  exchangeId: string;
  verb: "break" | "repair";
  body: Record<string, string>;
}

async function operate(ctx: Context<StaffActor>, { action, exchangeId, verb, body }: Act): Promise<SimulatorResult> {
  const target = { type: "exchange", id: exchangeId } as const;
  const operation = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "simulator:operate");
    return openOperation(tx, ctx, { action, target, details: body });
  });
  const result = await askSimulator(
    new URL(`/__simulator/exchanges/${exchangeId}/${verb}`, ctx.settings.dwollaApiUrl),
    body,
  );
  // The simulator has acted by now: what it did is said even where it cannot be recorded. The trail then gets an "unknown" from a worker.
  await closeOperation(ctx, operation, { outcome: outcomeOf(result), details: body }).catch(() =>
    ctx.warn({ operationId: operation.operationId }, "a simulator act has no outcome on record"),
  );
  return result;
}

/** Without an answer nobody can tell whether the simulator has acted. */
function outcomeOf(result: SimulatorResult): "succeeded" | "failed" | "unknown" {
  if (result.ok) return "succeeded";
  return result.reason === "refused" ? "failed" : "unknown";
}

async function askSimulator(address: URL, body: object): Promise<SimulatorResult> {
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return { ok: true };
    const { message } = (await answer.json()) as { message?: string };
    return { ok: false, reason: "refused", says: message?.slice(0, 300) ?? null };
  } catch {
    return { ok: false, reason: "unreachable", says: null };
  }
}

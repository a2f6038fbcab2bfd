import type { StaffActor } from "#domain/actor.ts";
import type { AuditAction, AuditEvent, AuditTarget } from "#domain/audit-event.ts";
import { isDwollaError } from "#dwolla/errors.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import { closeOperation, openOperation } from "#platform/operation.ts";
import { SimulatorAway, SimulatorRefusal } from "./data.ts";

export type SimulatorFailure = { ok: false; reason: "refused" | "unreachable"; says: string | null };

interface Act<Done> {
  action: AuditAction;
  target: AuditTarget | null;
  details: AuditEvent["details"];
  run: () => Promise<Done>;
  /** What the act turned out to be about, and what else its outcome says. */
  learnt?: (done: Done) => { target?: AuditTarget; details?: AuditEvent["details"] };
}

/** An act on the simulator, with its intent on record before and its outcome after. */
export async function operate<Done extends object>(
  ctx: Context<StaffActor>,
  { action, target, details, run, learnt }: Act<Done>,
): Promise<({ ok: true } & Done) | SimulatorFailure> {
  const operation = await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "simulator:operate");
    return openOperation(tx, ctx, { action, target, details });
  });
  let surprise: unknown;
  const result = await run().then(
    (done) => ({ ok: true as const, ...done }),
    (error: unknown): SimulatorFailure => {
      const failure = failureOf(error);
      if (failure) return failure;
      surprise = error;
      return UNREACHABLE;
    },
  );
  const outcome = result.ok
    ? { outcome: "succeeded" as const, ...learnt?.(result) }
    : { outcome: OUTCOMES[result.reason], details: { failureKind: result.reason } };
  // The simulator has acted by now: what it did is said even where it cannot be recorded. The trail then gets an "unknown" from a worker.
  await closeOperation(ctx, operation, { ...outcome, details: { ...details, ...outcome.details } }).catch(() =>
    ctx.warn({ operationId: operation.operationId }, "a simulator act has no outcome on record"),
  );
  if (surprise !== undefined) throw surprise;
  return result;
}

/** Without an answer nobody can tell whether the simulator has acted. */
const OUTCOMES = { refused: "failed", unreachable: "unknown" } as const;

const UNREACHABLE: SimulatorFailure = { ok: false, reason: "unreachable", says: null };

/** Null for what neither the simulator nor the way to it has to do with. */
function failureOf(error: unknown): SimulatorFailure | null {
  if (error instanceof SimulatorRefusal) return { ok: false, reason: "refused", says: error.message.slice(0, 300) };
  if (isDwollaError(error)) {
    if (error.status === null) return UNREACHABLE;
    return { ok: false, reason: "refused", says: `Dwolla answered ${error.status}.` };
  }
  return error instanceof SimulatorAway ? UNREACHABLE : null;
}

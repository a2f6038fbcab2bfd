import "server-only";
import { headers } from "next/headers";
import { createSafeActionClient } from "next-safe-action";
import { RateLimiterPrisma, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { AUDIT_ACTIONS, type AuditAction, type AuditEvent } from "#domain/audit-event.ts";
import { AppError, type AppErrorCode, ForbiddenError } from "#domain/errors.ts";
import type { Permission } from "#domain/permissions.ts";
import { forbidden, isAllowed } from "./access.ts";
import { recordAuditEvent } from "./audit-trail.ts";
import { currentActorAtWork } from "./auth.ts";
import { type CallCause, causing, subjectOf } from "./call-cause.ts";
import type { Context } from "./context.ts";
import { db } from "./db.ts";
import { dwolla } from "./dwolla.ts";
import { env } from "./env.ts";
import { targetOfInput } from "./input-target.ts";
import { isDatabaseOutage } from "./is-database-outage.ts";
import { logger } from "./logger.ts";
import { requestContext } from "./request-context.ts";
import { requestOrigin } from "./request-origin.ts";
import { settings } from "./settings.ts";

/** What the browser is told when an action did not run, or ran into a surprise. Never a vendor's body, never a stack. */
export interface ActionError {
  code: AppErrorCode | "unexpected";
  message: string;
  requestId: string;
  fieldErrors?: Record<string, string[] | undefined>;
}

export type ActionResult<Value> = { ok: true; value: Value } | { ok: false; error: ActionError };

export interface ActionOptions<Schema extends z.ZodType, Value> {
  /** Under which a refusal is put on record; the mutation records what it does itself. */
  action: AuditAction;
  /** Null for what every signed-in person may do. */
  permission: Permission | null;
  input: Schema;
  /** How often one person may press, counted in Postgres. */
  limit?: { presses: number; perSeconds: number };
  /** The mutation. When it throws, nothing was done: that is what the person is told. */
  run: (call: { ctx: Context<StaffActor>; input: z.output<Schema> }) => Promise<Value>;
}

/**
 * The one way to make a server action: session, role, same origin, rate, input, then the mutation.
 * Refusals by role, origin or rate are audit events; every error becomes a message with a request id.
 */
export function defineAction<Schema extends z.ZodType, Value>(options: ActionOptions<Schema, Value>) {
  const run = client
    .metadata({ action: options.action })
    .use(async ({ next, clientInput }) => next({ ctx: await authorize(options, clientInput) }))
    .inputSchema(options.input)
    .action(({ parsedInput, ctx }) =>
      causing(causeOf(ctx, options.action, parsedInput), () =>
        options.run({ ctx, input: parsedInput as z.output<Schema> }),
      ).catch(async (error: unknown) => {
        // From inside a transaction that found the role gone: its own work was rolled back, the refusal stays.
        if (error instanceof ForbiddenError) await recordForbidden(ctx, options.action, error, parsedInput);
        throw error;
      }),
    );

  return async (input: z.input<Schema>): Promise<ActionResult<Value>> => {
    // An action is a public address: whatever was sent is unknown until the schema has seen it.
    const result = await run(input as never);
    if (result.serverError) return { ok: false, error: result.serverError };
    if (result.validationErrors) {
      const { requestId } = await requestOrigin();
      const { fieldErrors, formErrors } = result.validationErrors;
      const message = formErrors[0] ?? "Nothing was done: please correct what is marked.";
      return { ok: false, error: { code: "invalid_input", message, requestId, fieldErrors } };
    }
    return { ok: true, value: result.data as Value };
  };
}

const client = createSafeActionClient({
  defaultValidationErrorsShape: "flattened",
  defineMetadataSchema: () => z.object({ action: z.enum(AUDIT_ACTIONS) }),
  handleServerError: async (error, { metadata }): Promise<ActionError> => {
    const { requestId } = await requestOrigin();
    if (error instanceof AppError) return { code: error.code, message: error.message, requestId };
    logger.error({ err: error, requestId, action: metadata.action }, "action failed");
    if (isDatabaseOutage(error)) {
      const message = "Nothing was done: the desk's own database does not answer. It is safe to try again in a moment.";
      return { code: "unavailable", message, requestId };
    }
    return {
      code: "unexpected",
      message: "Nothing was done: something unexpected went wrong on our side. Trying again is safe.",
      requestId,
    };
  },
});

/** `input` is what was sent, unchecked: it is only looked at for what a refusal is about. */
async function authorize(
  { action, permission, limit }: Pick<ActionOptions<z.ZodType, unknown>, "permission" | "limit" | "action">,
  input: unknown,
): Promise<Context<StaffActor>> {
  const actor = await currentActorAtWork();
  if (!actor) throw new AppError("unauthenticated", "Nothing was done: you are signed out. Sign in and try again.");
  const ctx = await actionContext(actor);
  if (!(await isSameOrigin())) {
    await recordRefusal(ctx, action, input, { refusedBy: "origin" });
    throw new AppError("forbidden", "Nothing was done: the request did not come from this desk's own pages.");
  }
  if (permission && !isAllowed(actor, permission)) {
    const refusal = forbidden(actor, permission);
    await recordForbidden(ctx, action, refusal, input);
    throw refusal;
  }
  if (limit) await consume(ctx, action, limit, input);
  return ctx;
}

async function actionContext(actor: StaffActor): Promise<Context<StaffActor>> {
  return {
    ...(await requestContext(actor)),
    dwolla: dwolla(),
    settings: settings(),
    warn: (facts, message) => logger.warn(facts, message),
  };
}

function causeOf({ actor, origin }: Context<StaffActor>, act: AuditAction, input: unknown): CallCause {
  return { staffMemberId: actor.id, act, jobId: null, requestId: origin.requestId, concerns: subjectOf(input) };
}

/** Next lets an action through when `Origin` is missing and only warns; this does not. */
async function isSameOrigin(): Promise<boolean> {
  const header = await headers();
  const site = header.get("sec-fetch-site");
  return header.get("origin") === env().NEXTAUTH_URL && (site === null || site === "same-origin");
}

async function consume(
  ctx: Context<StaffActor>,
  action: AuditAction,
  limit: { presses: number; perSeconds: number },
  input: unknown,
): Promise<void> {
  const limiter = new RateLimiterPrisma({
    storeClient: db(),
    tableName: "rateLimiterFlexible",
    keyPrefix: action,
    points: limit.presses,
    duration: limit.perSeconds,
    clearExpiredByTimeout: false,
  });
  try {
    await limiter.consume(ctx.actor.id);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    // One row for a burst: the trail must not grow with somebody's script.
    if (refusal.consumedPoints === limit.presses + 1) await recordRefusal(ctx, action, input, { refusedBy: "rate" });
    const seconds = Math.ceil(refusal.msBeforeNext / 1_000);
    throw new AppError(
      "too_many",
      `Nothing was done: that were too many attempts in a short time. Try again in ${seconds} s.`,
    );
  }
}

/** With the role that was asked for by: a person disabled meanwhile is nobody any more, and is refused on record all the same. */
function recordForbidden(
  ctx: Context<StaffActor>,
  action: AuditAction,
  { permission }: ForbiddenError,
  input: unknown,
): Promise<void> {
  return recordRefusal(ctx, action, input, { permission });
}

function recordRefusal(
  ctx: Context<StaffActor>,
  action: AuditAction,
  input: unknown,
  details: AuditEvent["details"],
): Promise<void> {
  return recordAuditEvent(ctx.db, ctx, { action, outcome: "denied", target: targetOfInput(input), details });
}

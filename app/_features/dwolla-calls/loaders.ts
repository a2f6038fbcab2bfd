import "server-only";
import { KEPT_FIELDS } from "#dwolla/kept-fields.ts";
import { isAllowed, mayReadTrail, requireActor, requirePermission } from "#platform/access.ts";
import type { CallLogMode } from "#platform/call-log-mode.ts";
import { db } from "#platform/db.ts";
import { callLogMode, env, hasCallLog } from "#platform/env.ts";
import { getCall, listActs, listAttempts, listCallers, listCalls } from "./data.ts";
import { MOST_KEPT_CALLS } from "./mutations.ts";
import { parseCallId, parseCallsAddress } from "./schema.ts";

/** What is kept, and for how long. */
export interface CallLogTerms {
  keeps: CallLogMode;
  days: number;
  mostCalls: number;
  isProduction: boolean;
}

export type CallsScreen = NonNullable<Awaited<ReturnType<typeof loadCalls>>>;
export type CallScreen = NonNullable<Awaited<ReturnType<typeof loadCall>>>;

/** The calls an address asks for, and what its filters offer; null where there is no log. `now` is ISO 8601. */
export async function loadCalls(search: Record<string, string | string[] | undefined>) {
  if (!(await requireReader())) return null;
  const now = new Date();
  const { address, ignored } = parseCallsAddress(search);
  const [page, acts, callers] = await Promise.all([listCalls(db(), address, now), listActs(db()), listCallers(db())]);
  const paths = Object.keys(KEPT_FIELDS);
  return { address, ignored, page, acts, callers, paths, terms: termsOf(), now: now.toISOString() };
}

/** One attempt with the others of its call; null where there is no log, or no such call in it any more. */
export async function loadCall(text: string) {
  const actor = await requireReader();
  const id = parseCallId(text);
  const call = actor && id !== null ? await getCall(db(), id) : null;
  if (!actor || !call) return null;
  return {
    call,
    attempts: await listAttempts(db(), call.callId),
    apiUrl: env().DWOLLA_API_URL,
    terms: termsOf(),
    mayReadTrail: mayReadTrail(actor),
    mayOperateLab: isAllowed(actor, "simulator:operate"),
    now: new Date().toISOString(),
  };
}

/** Null for everybody where there is no log: nobody is refused what does not exist. */
async function requireReader() {
  await requireActor();
  return hasCallLog(env()) ? requirePermission("dwolla_call:read") : null;
}

function termsOf(): CallLogTerms {
  const { DWOLLA_CALL_LOG_DAYS: days, RECONNECT_ENVIRONMENT: environment } = env();
  return { keeps: callLogMode(env()), days, mostCalls: MOST_KEPT_CALLS, isProduction: environment === "production" };
}

import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import type { AuditAction, AuditEvent } from "#domain/audit-event.ts";
import type { CustomerId, WebhookId } from "#domain/ids.ts";
import { isDwollaError } from "#dwolla/errors.ts";
import { refreshAccount } from "#features/accounts/mutations.ts";
import { controlSimulator, getNewestWebhook, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { operate } from "#features/simulator-controls/mutations.ts";
import type { Context } from "#platform/context.ts";
import { type Conditions, getConditions } from "./data.ts";
import {
  type breakExchangeSchema,
  CLOCK_MOVES,
  type ConditionsChange,
  DWOLLA_TOKEN_SECONDS,
  type endSessionSchema,
  type Fault,
  type FaultyCall,
  type makeCustomerSchema,
  type repairExchangeSchema,
  type SessionEnd,
  type sendWebhookSchema,
  type WebhookMischief,
} from "./schema.ts";

type Call<Schema extends z.ZodType> = { ctx: Context<StaffActor>; input: z.output<Schema> };
type Control = { method: "POST" | "DELETE"; path: string; body?: object };

/** Makes the simulator break a link. Only the simulator has such controls; the permission exists nowhere else. */
export function breakExchange({ ctx, input: { exchangeId, as, webhook } }: Call<typeof breakExchangeSchema>) {
  const body = { as, ...(!webhook && { webhook }) };
  const control = { method: "POST", path: `/exchanges/${exchangeId}/break`, body } as const;
  return operateLink(ctx, { action: "simulator.exchange_broken", exchangeId, details: body, control });
}

export function repairExchange({ ctx, input: { exchangeId } }: Call<typeof repairExchangeSchema>) {
  const control = { method: "POST", path: `/exchanges/${exchangeId}/repair`, body: {} } as const;
  return operateLink(ctx, { action: "simulator.exchange_repaired", exchangeId, details: {}, control });
}

/** What the customer does with a session in the bank's page. */
export function endSession({ ctx, input: { exchangeId, dwollaSessionId, as } }: Call<typeof endSessionSchema>) {
  const { verb, ...body } = ENDS[as];
  const control = { method: "POST", path: `/exchange-sessions/${dwollaSessionId}/${verb}`, body } as const;
  return operateLink(ctx, { action: "simulator.session_ended", exchangeId, details: { as }, control });
}

const ENDS: Record<SessionEnd, { verb: "complete" | "abandon"; account?: string }> = {
  same_account: { verb: "complete" },
  other_account: { verb: "complete", account: "different" },
  abandoned: { verb: "abandon" },
};

/** Has Dwolla send the newest webhook about the link, also one that was lost or is held: the same id, byte for byte. */
export function sendWebhook({ ctx, input: { exchangeId, times } }: Call<typeof sendWebhookSchema>) {
  return operate(ctx, {
    action: "simulator.webhook_repeated",
    target: { type: "exchange", id: exchangeId },
    details: { times },
    run: async () => {
      const newest = await getNewestWebhook(ctx.settings.dwollaApiUrl, exchangeId);
      if (!newest) throw new SimulatorRefusal(404, "Dwolla has made no webhook about this link.");
      for (let sent = 0; sent < times; sent += 1) await ctx.dwolla.retryWebhook(newest.id as WebhookId);
      return {};
    },
  });
}

/** What goes wrong for everybody at the simulated Dwolla, or that nothing does any more. */
export function changeConditions({ ctx, input }: { ctx: Context<StaffActor>; input: ConditionsChange }) {
  return operate(ctx, {
    action: "simulator.conditions_changed",
    target: null,
    details: input,
    run: async () => {
      for (const control of await controlsFor(ctx.settings.dwollaApiUrl, input)) await use(ctx, control);
      return {};
    },
  });
}

/** Nothing goes wrong at the simulated Dwolla any more, for anybody. */
export async function clearConditions(ctx: Context): Promise<void> {
  for (const control of await controlsFor(ctx.settings.dwollaApiUrl, { set: "nothing" })) await use(ctx, control);
}

export type MadeCustomer = {
  exchangeId: string;
  /** Whether the desk could read it at once; else the next sweep does. */
  isKnown: boolean;
};

/** Makes a customer with a working bank of a partner, and lets the desk read it. */
export function makeCustomer({ ctx, input: { partner } }: Call<typeof makeCustomerSchema>) {
  return operate<MadeCustomer>(ctx, {
    action: "simulator.customer_made",
    target: null,
    details: { partner },
    run: async () => {
      const made = await use<{ customerId: string; exchangeId: string }>(ctx, {
        method: "POST",
        path: "/customers",
        body: { partner },
      });
      return { exchangeId: made.exchangeId, isKnown: await canRead(ctx, made.customerId as CustomerId) };
    },
    learnt: ({ exchangeId: id }) => ({ target: { type: "exchange", id } }),
  });
}

async function canRead(ctx: Context, customerId: CustomerId): Promise<boolean> {
  try {
    return !(await refreshAccount(ctx, customerId, "check")).isGone;
  } catch (error) {
    if (isDwollaError(error)) return false;
    throw error;
  }
}

interface LinkAct {
  action: AuditAction;
  exchangeId: string;
  details: AuditEvent["details"];
  control: Control;
}

function operateLink(ctx: Context<StaffActor>, { action, exchangeId: id, details, control }: LinkAct) {
  const run = () => use<object>(ctx, control).then(() => ({}));
  return operate(ctx, { action, target: { type: "exchange", id }, details, run });
}

function use<Answer>({ settings }: Context, { method, path, body }: Control): Promise<Answer> {
  return controlSimulator<Answer>(settings.dwollaApiUrl, method, path, body);
}

async function controlsFor(dwollaApiUrl: string, change: ConditionsChange): Promise<Control[]> {
  switch (change.set) {
    case "outage":
      return [post("/outage", { as: change.as })];
    case "latency":
      return [post("/settings", { latencyMs: change.ms })];
    case "fault":
      return [post("/faults", { ...CALLS[change.call], times: change.times, fault: FAULT_BODIES[change.fault] })];
    case "webhooks":
      return [post("/webhooks/mischief", MISCHIEF[change.mischief])];
    case "partner":
      return [post(`/partners/${change.partner}/break`, { as: change.as })];
    case "limit":
      return [post("/settings", { callsPerSecond: change.perSecond })];
    case "token_life":
      return [post("/settings", { tokenLifetimeSeconds: change.seconds })];
    case "clock":
      return [post("/clock", { advanceSeconds: CLOCK_MOVES[change.move] })];
    case "nothing":
      return controlsThatEnd(await getConditions(dwollaApiUrl));
  }
}

/** Only what is set is set back: a control that changes nothing would stand in each run, and in what is kept of it. */
function controlsThatEnd(conditions: Conditions): Control[] {
  const { outage, latencyMs, callsPerSecond, tokenLifetimeSeconds, faults, mischief, partners } = conditions;
  const { lose, loseShare, duplicateShare, reorder, delaySeconds, hold } = mischief;
  const isSlowed = latencyMs > 0 || callsPerSecond !== null;
  const hasMischief = reorder || lose + loseShare + duplicateShare + delaySeconds + hold.length > 0;
  const usual = { latencyMs: 0, callsPerSecond: null, tokenLifetimeSeconds: DWOLLA_TOKEN_SECONDS };
  return [
    ...(outage === "none" ? [] : [post("/outage", { as: "none" })]),
    ...(isSlowed || tokenLifetimeSeconds !== DWOLLA_TOKEN_SECONDS ? [post("/settings", usual)] : []),
    ...(faults.length > 0 ? [{ method: "DELETE", path: "/faults" } as const] : []),
    ...(hasMischief ? [post("/webhooks/mischief", {})] : []),
    ...partners.map(({ partner }) => post(`/partners/${partner}/repair`, {})),
  ];
}

const post = (path: string, body: object): Control => ({ method: "POST", path, body });

const CALLS: Record<FaultyCall, { method: string; path: string }> = {
  balance: { method: "GET", path: "/funding-sources/*/balance" },
  exchange: { method: "GET", path: "/exchanges/*" },
  create_session: { method: "POST", path: "/exchanges/*/exchange-sessions" },
  read_session: { method: "GET", path: "/exchange-sessions/*" },
  events: { method: "GET", path: "/events" },
  token: { method: "POST", path: "/token" },
};

const FAULT_BODIES: Record<Fault, object> = {
  server_error: { kind: "status", status: 500, code: "ServerError" },
  forbidden: { kind: "status", status: 403, code: "Forbidden" },
  token_expired: { kind: "status", status: 401, code: "ExpiredAccessToken" },
  rate_limit: { kind: "rate-limit" },
  reset: { kind: "reset" },
  reply_lost: { kind: "reset", afterEffect: true },
  slow: { kind: "delay", ms: 1_000 },
  hang: { kind: "hang" },
  truncated: { kind: "truncate" },
  not_json: { kind: "not-json" },
  no_location: { kind: "no-location" },
  foreign_location: { kind: "foreign-location" },
};

const MISCHIEF: Record<WebhookMischief, object> = {
  lose_next: { lose: 1 },
  lose_all: { loseShare: 1 },
  double: { duplicateShare: 1 },
  late: { delaySeconds: 60 },
  hold: { hold: ["*"] },
  reorder: { reorder: true },
};

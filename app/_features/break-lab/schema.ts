import { z } from "zod";
import { BREAKS, PARTNER_BREAKS, SIMULATED_PARTNERS } from "#features/simulator-controls/schema.ts";

/** How the customer ends a session at the bank. */
export const SESSION_ENDS = ["same_account", "other_account", "abandoned"] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

export const FAULTS = [
  "server_error",
  "forbidden",
  "token_expired",
  "rate_limit",
  "reset",
  "reply_lost",
  "slow",
  "hang",
  "truncated",
  "not_json",
  "no_location",
  "foreign_location",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Which calls go wrong: those that the desk makes about a link. */
export const FAULTY_CALLS = ["balance", "exchange", "create_session", "read_session", "events", "token"] as const;
export type FaultyCall = (typeof FAULTY_CALLS)[number];

export const WEBHOOK_MISCHIEF = ["lose_next", "lose_all", "double", "late", "hold", "reorder"] as const;
export type WebhookMischief = (typeof WEBHOOK_MISCHIEF)[number];

export const CLOCK_MOVES = { "30m": 1_800, "1h": 3_600, "1d": 86_400, "7d": 604_800 } as const;
export type ClockMove = keyof typeof CLOCK_MOVES;

const exchangeId = z.uuid("An exchange id is a UUID, such as 036c8a60-fa45-45d4-8f5d-181d348c6ec8.").toLowerCase();

export const breakExchangeSchema = z.object({
  exchangeId,
  as: z.enum(BREAKS),
  /** Whether the webhook of an announcement arrives. */
  webhook: z.boolean().default(true),
});
export const repairExchangeSchema = z.object({ exchangeId });
export const endSessionSchema = z.object({
  exchangeId,
  /** Dwolla's id of the session. */
  dwollaSessionId: z.uuid().toLowerCase(),
  as: z.enum(SESSION_ENDS),
});
export const sendWebhookSchema = z.object({ exchangeId, times: z.int().min(1).max(100) });
export const makeCustomerSchema = z.object({ partner: z.enum(SIMULATED_PARTNERS) });

const MAX_LATENCY_MS = 5_000;
const MAX_CALLS_PER_SECOND = 1_000;
/** Dwolla, "Application access token": an hour. */
export const DWOLLA_TOKEN_SECONDS = 3_600;

/** One thing that holds for everybody at the simulated Dwolla. */
export const changeConditionsSchema = z.discriminatedUnion("set", [
  z.object({ set: z.literal("outage"), as: z.enum(["down", "hang"]) }),
  z.object({ set: z.literal("latency"), ms: z.int().min(1).max(MAX_LATENCY_MS) }),
  z.object({
    set: z.literal("fault"),
    fault: z.enum(FAULTS),
    call: z.enum(FAULTY_CALLS),
    times: z.int().min(1).max(100),
  }),
  z.object({ set: z.literal("webhooks"), mischief: z.enum(WEBHOOK_MISCHIEF) }),
  z.object({ set: z.literal("partner"), partner: z.enum(SIMULATED_PARTNERS), as: z.enum(PARTNER_BREAKS) }),
  /** Passing it is answered 429 for five minutes. */
  z.object({ set: z.literal("limit"), perSecond: z.int().min(1).max(MAX_CALLS_PER_SECOND) }),
  /** Of access tokens that are made from then on. */
  z.object({
    set: z.literal("token_life"),
    seconds: z
      .int()
      .min(1)
      .max(DWOLLA_TOKEN_SECONDS - 1),
  }),
  z.object({ set: z.literal("clock"), move: z.enum(["30m", "1h", "1d", "7d"]) }),
  /** Ends all of them, but for the time that has passed. */
  z.object({ set: z.literal("nothing") }),
]);
export type ConditionsChange = z.output<typeof changeConditionsSchema>;

/** What one line of happenings is made of. */
export const KINDS = ["simulator", "webhook", "call", "signal", "case", "session", "audit"] as const;
export type Kind = (typeof KINDS)[number];

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value);

const text = z.preprocess(first, z.string().trim().max(200).default("")).catch("");

/** The page's address: never throws, an odd value is as if it were absent. `since`: when the run on this link began. */
export const labAddressSchema = z.object({
  exchange: z.preprocess(first, z.uuid().toLowerCase().optional()).catch(undefined),
  since: z.preprocess(first, z.iso.datetime().optional()).catch(undefined),
  show: z.preprocess(first, z.enum(KINDS).optional()).catch(undefined),
  q: text,
  partner: z.preprocess(first, z.enum(SIMULATED_PARTNERS).optional()).catch(undefined),
});
export type LabAddress = z.output<typeof labAddressSchema>;

/** Of the lab on one link: a run that begins then. */
export function labHref(exchange: string, since: string, show?: Kind): string {
  return `/sandbox?${new URLSearchParams({ exchange, since, ...(show && { show }) })}`;
}

import { z } from "zod";
import { PROOF_ANCHOR } from "#features/proofs/schema.ts";
import { sessionAnchor } from "#features/reauth-sessions/schema.ts";

export const CALLS_PER_PAGE = 50;
/** Further nobody counts while somebody waits. */
export const MOST_COUNTED = 10_000;

/** How a call ended. `failed` is all that is no success, also what got no answer. */
export const CALL_ANSWERS = ["failed", "2xx", "3xx", "4xx", "429", "5xx", "none"] as const;
export type CallAnswer = (typeof CALL_ANSWERS)[number];
export const CALL_METHODS = ["GET", "POST", "DELETE"] as const;
/** `command` is one of our commands on a person's own command line. */
export const CALL_PROCESSES = ["web", "worker", "command"] as const;
export const CALL_DURATIONS = { "100ms": 100, "1s": 1_000, "5s": 5_000 } as const;
export type CallDuration = keyof typeof CALL_DURATIONS;
const MINUTE_MS = 60_000;
export const CALL_PERIODS = { "15m": 15 * MINUTE_MS, "1h": 60 * MINUTE_MS, "24h": 1_440 * MINUTE_MS } as const;
export type CallPeriod = keyof typeof CALL_PERIODS;

const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);
const milliseconds = (text: string) => Number(text) >= EARLIEST_MS && Number(text) < LATEST_MS;

const instant = z.iso.datetime().refine((text) => milliseconds(String(Date.parse(text))));
/** A row's place: the milliseconds of its time and its id. */
const place = z
  .string()
  .regex(/^\d{12,13}_[1-9]\d{0,17}$/)
  .refine((text) => milliseconds(text.slice(0, text.indexOf("_"))));

/** Each parameter stands alone: one that is wrong is dropped, the others hold. */
const parameters = {
  /** Any id: what the call was about, what caused it, what it made, or of a request: Dwolla's own or ours. */
  q: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[0-9a-z-]{1,64}$/),
  answer: z.enum(CALL_ANSWERS),
  method: z.enum(CALL_METHODS),
  path: z
    .string()
    .max(100)
    .regex(/^\/[a-z{}/-]*$/),
  process: z.enum(CALL_PROCESSES),
  act: z
    .string()
    .max(80)
    .regex(/^[a-z_.]+$/),
  person: z.uuid().toLowerCase(),
  took: z.enum(Object.keys(CALL_DURATIONS) as [CallDuration, ...CallDuration[]]),
  period: z.enum(Object.keys(CALL_PERIODS) as [CallPeriod, ...CallPeriod[]]),
  from: instant,
  until: instant,
  after: place,
  before: place,
};
export type CallsAddress = { [Name in keyof typeof parameters]?: z.output<(typeof parameters)[Name]> };

/** Never throws: what it can not use is left out and named in `ignored`, so that the page can say so. */
export function parseCallsAddress(search: Record<string, string | string[] | undefined>): {
  address: CallsAddress;
  ignored: string[];
} {
  const address: Record<string, string> = {};
  const ignored: string[] = [];
  for (const [name, schema] of Object.entries(parameters)) {
    const given = Object.hasOwn(search, name) ? search[name] : undefined;
    if (given === undefined || given === "") continue;
    const { success, data } = schema.safeParse(given);
    if (success) address[name] = data;
    else ignored.push(name);
  }
  return { address, ignored };
}

/** The same list with other filters, from its newest page on, unless a place is given. Also the way from other pages to their calls. */
export function callsHref(filters: CallsAddress, to: Pick<CallsAddress, "after" | "before"> = {}): string {
  const { after: _after, before: _before, ...kept } = filters;
  const given = Object.entries({ ...kept, ...to }).filter((entry) => entry[1] !== undefined);
  const query = new URLSearchParams(given as [string, string][]);
  return query.size > 0 ? `/calls?${query}` : "/calls";
}

/** What a call was made for. A session and a proof stand on the page of their link, where the desk knows it. */
type CallConcern = { type: string; id: string; exchangeId: string | null };

/** Where that is shown, if anywhere. */
export function causeHref({ type, id, exchangeId }: CallConcern): string | null {
  if (type === "reauth_session") return exchangeId && `/exchanges/${exchangeId}#${sessionAnchor(id)}`;
  if (type === "proof") return exchangeId && `/exchanges/${exchangeId}#${PROOF_ANCHOR}`;
  if (type === "event") return `/webhooks/${id}`;
  if (type === "sweep") return "/coverage";
  if (type === "exchange") return `/exchanges/${id}`;
  if (type === "customer") return `/customers/${id}`;
  if (type === "catch_up" || type === "webhook_subscription") return "/webhooks";
  return null;
}

/** The number of a call, as its page's address has it; null where it can be none. */
export function parseCallId(text: string): bigint | null {
  return /^[1-9]\d{0,17}$/.test(text) ? BigInt(text) : null;
}

export function readPlace(text: string): { calledAt: Date; id: bigint } {
  const [milliseconds = "", id = ""] = text.split("_");
  return { calledAt: new Date(Number(milliseconds)), id: BigInt(id) };
}

export function placeOf({ calledAt, id }: { calledAt: string; id: string }): string {
  return `${Date.parse(calledAt)}_${id}`;
}

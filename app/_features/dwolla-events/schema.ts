import { z } from "zod";
import { DELIVERIES } from "#domain/event-delivery.ts";

export const PROCESS_EVENT_JOB = "dwolla_event.process";

export const processEventPayload = z.object({ eventId: z.uuid() });
export type ProcessEventPayload = z.output<typeof processEventPayload>;

/**
 * What processing an event came to. `no_reading`: its topic says nothing about a bank link. `unreadable_link`: it is about one,
 * but names it by an address that is not Dwolla's. `backlog`: older than our first knowledge, and only kept. `failed`: given up
 * after many attempts; it is shown, and the next sweep reads the customer anyway.
 */
export const EVENT_EFFECTS = [
  "read",
  "no_reading",
  "unreadable_link",
  "backlog",
  "resource_gone",
  "unknown_customer",
  "failed",
] as const;
export type EventEffect = (typeof EVENT_EFFECTS)[number];

/** What the list can be narrowed to: an effect, or that there is none yet, or that a case was opened. */
export const EFFECT_FILTERS = ["case_opened", ...EVENT_EFFECTS, "waiting"] as const;
export type EffectFilter = (typeof EFFECT_FILTERS)[number];

/** By which way we came to know of an event first. */
export const FOUND_BY = ["webhook", "catch_up"] as const;
export type FoundBy = (typeof FOUND_BY)[number];

export const EVENT_PERIODS = ["1h", "24h", "7d", "30d"] as const;
export type EventPeriod = (typeof EVENT_PERIODS)[number];

const topic = z
  .string()
  .trim()
  .max(200)
  .regex(/^[\w.:-]+$/);
const id = z.uuid().toLowerCase();

/**
 * Each parameter stands alone: one that is wrong is dropped, the others hold. `resource`: the id of an event, or of what it is about.
 * `received=day`: came as a webhook within 24 hours. `after` and `before` are ids of events.
 */
const parameters = {
  topic,
  resource: z.string().trim().pipe(id),
  delivery: z.enum(DELIVERIES),
  effect: z.enum(EFFECT_FILTERS),
  found: z.enum(FOUND_BY),
  period: z.enum(EVENT_PERIODS),
  received: z.literal("day"),
  after: id,
  before: id,
};
export type EventsAddress = { [Name in keyof typeof parameters]?: z.output<(typeof parameters)[Name]> };

/** Never throws: what it can not use is left out and named in `ignored`, so that the page can say so. */
export function parseEventsAddress(search: Record<string, string | string[] | undefined>): {
  address: EventsAddress;
  ignored: string[];
} {
  const address: Record<string, string> = {};
  const ignored: string[] = [];
  for (const [name, schema] of Object.entries(parameters)) {
    const given = search[name];
    if (given === undefined || given === "") continue;
    const { success, data } = schema.safeParse(given);
    if (success) address[name] = data;
    else ignored.push(name);
  }
  return { address, ignored };
}

/** The same list with other filters, from its first page on. */
export function eventsHref(address: EventsAddress, { after, before }: EventsAddress = {}): string {
  const given = Object.entries({ ...eventsFilter(address), after, before }).filter((entry) => entry[1] !== undefined);
  const query = new URLSearchParams(given as [string, string][]);
  return query.size > 0 ? `/webhooks?${query}` : "/webhooks";
}

/** What narrows the list; where its page begins does not. */
export const EVENT_FILTERS = ["topic", "resource", "delivery", "effect", "found", "period", "received"] as const;
export type EventsFilter = { [Name in (typeof EVENT_FILTERS)[number]]?: string };

/** What an address asks for, wherever its page begins. */
export function eventsFilter(address: EventsAddress): EventsFilter {
  const given = EVENT_FILTERS.map((name) => [name, address[name]] as const);
  return Object.fromEntries(given.filter((entry) => entry[1] !== undefined));
}

/** The same in one line: "topic=customer_suspended delivery=lost". */
export function filterWords(filter: EventsFilter): string {
  const parts = Object.entries(filter).map(([name, value]) => `${name}=${value}`);
  return parts.join(" ") || "all";
}

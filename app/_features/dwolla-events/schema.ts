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

const topic = z
  .string()
  .trim()
  .max(200)
  .regex(/^[\w.:-]+$/);
const id = z.uuid().toLowerCase();

/**
 * Each parameter stands alone: one that is wrong is dropped, the others hold. `received=day`: came as a webhook within 24 hours.
 * `after` and `before` are ids of events.
 */
const parameters = {
  topic,
  resource: z.string().trim().pipe(id),
  delivery: z.enum(DELIVERIES),
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
export function eventsHref({ topic, resource, delivery, received }: EventsAddress, place: EventsAddress = {}): string {
  const { after, before } = place;
  const given = Object.entries({ topic, resource, delivery, received, after, before }).filter(
    (entry) => entry[1] !== undefined,
  );
  const query = new URLSearchParams(given as [string, string][]);
  return query.size > 0 ? `/webhooks?${query}` : "/webhooks";
}

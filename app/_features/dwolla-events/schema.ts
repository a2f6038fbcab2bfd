import { z } from "zod";
import { DELIVERIES } from "#domain/event-delivery.ts";

export const PROCESS_EVENT_JOB = "dwolla_event.process";

export const processEventPayload = z.object({ eventId: z.uuid() });
export type ProcessEventPayload = z.output<typeof processEventPayload>;

/**
 * What processing an event came to. `no_reading`: its topic says nothing about a bank link. `backlog`: older than our first
 * knowledge, and only kept. `failed`: given up after many attempts; it is shown, and the next sweep reads the customer anyway.
 */
export const EVENT_EFFECTS = ["read", "no_reading", "backlog", "resource_gone", "unknown_customer", "failed"] as const;
export type EventEffect = (typeof EVENT_EFFECTS)[number];

const address = z.object({
  topic: z.string().max(200).optional().catch(undefined),
  resource: z.uuid().toLowerCase().optional().catch(undefined),
  delivery: z.enum(DELIVERIES).optional().catch(undefined),
  after: z.uuid().toLowerCase().optional().catch(undefined),
});
export type EventsAddress = z.output<typeof address>;

/** Never throws: what makes no sense is left out. */
export function parseEventsAddress(search: Record<string, string | string[] | undefined>): EventsAddress {
  return address.parse(Object.fromEntries(Object.entries(search).filter(([, value]) => value !== "")));
}

export function eventsHref({ topic, resource, delivery }: EventsAddress, after?: string): string {
  const given = Object.entries({ topic, resource, delivery, after }).filter((entry) => entry[1] !== undefined);
  const query = new URLSearchParams(given as [string, string][]);
  return query.size > 0 ? `/webhooks?${query}` : "/webhooks";
}

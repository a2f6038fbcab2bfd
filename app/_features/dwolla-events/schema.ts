import { z } from "zod";

export const PROCESS_EVENT_JOB = "dwolla_event.process";

export const processEventPayload = z.object({ eventId: z.uuid() });
export type ProcessEventPayload = z.output<typeof processEventPayload>;

/**
 * What processing an event came to. `no_reading`: its topic says nothing about a bank link. `backlog`: older than our first
 * knowledge, and only kept. `failed`: given up after many attempts; it is shown, and the next sweep reads the customer anyway.
 */
export const EVENT_EFFECTS = ["read", "no_reading", "backlog", "resource_gone", "unknown_customer", "failed"] as const;
export type EventEffect = (typeof EVENT_EFFECTS)[number];

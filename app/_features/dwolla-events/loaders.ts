import "server-only";
import { isUuid } from "#domain/ids.ts";
import { isWhole } from "#dwolla/kept-body.ts";
import { isAllowed, mayReadCalls, mayReadTrail, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { countDeliveries, getEvent, listEvents, listTopics } from "./data.ts";
import { parseEventsAddress } from "./schema.ts";

export type EventsScreen = Awaited<ReturnType<typeof loadEvents>>;

/** The events an address asks for, and what its filters offer. `now` is ISO 8601. */
export async function loadEvents(search: Record<string, string | string[] | undefined>) {
  await requirePermission("webhook:read");
  const now = new Date();
  const { address, ignored } = parseEventsAddress(search);
  const [page, deliveries, topics] = await Promise.all([
    listEvents(db(), address, now),
    countDeliveries(db(), now, address),
    listTopics(db()),
  ]);
  return { address, ignored, page, deliveries, topics, now: now.toISOString() };
}

export type EventScreen = NonNullable<Awaited<ReturnType<typeof loadEvent>>>;

/** One event, its payload laid out for reading; null where nobody knows it. `now` is ISO 8601. */
export async function loadEvent(eventId: string) {
  const actor = await requirePermission("webhook:read");
  const now = new Date();
  const found = isUuid(eventId) ? await getEvent(db(), eventId, now) : null;
  if (!found) return null;
  const { payload, ...event } = found;
  return {
    event,
    payload:
      payload === null ? null : { text: JSON.stringify(JSON.parse(payload), null, 2), isWhole: isWhole(payload) },
    may: {
      readLinks: isAllowed(actor, "repair_case:read"),
      readCalls: mayReadCalls(actor),
      readTrail: mayReadTrail(actor),
      operateLab: isAllowed(actor, "simulator:operate"),
    },
    now: now.toISOString(),
  };
}

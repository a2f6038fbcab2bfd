import "server-only";
import { requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { countDeliveries, listEvents, listTopics } from "./data.ts";
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

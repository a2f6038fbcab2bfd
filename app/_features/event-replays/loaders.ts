import "server-only";
import { z } from "zod";
import { eventSetDigest } from "#domain/event-set-digest.ts";
import { isUuid } from "#domain/ids.ts";
import { isAllowed, mayReadTrail, requireActor, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { listReplayedEvents, listReplays } from "./data.ts";

export type EventReplaysScreen = Awaited<ReturnType<typeof loadEventReplays>>;

/** `now` is ISO 8601. */
export async function loadEventReplays(eventId: string) {
  const actor = await requirePermission("webhook:read");
  return {
    replays: isUuid(eventId) ? await listReplays(db(), eventId) : [],
    mayReplay: isAllowed(actor, "webhook:operate"),
    mayReadTrail: mayReadTrail(actor),
    now: new Date().toISOString(),
  };
}

export async function loadMayReplay(): Promise<boolean> {
  return isAllowed(await requirePermission("webhook:read"), "webhook:operate");
}

export type ReplayedSet = NonNullable<Awaited<ReturnType<typeof loadReplayedSet>>>;

/** Of the operation that a row of the trail is of; null for what is no replay that took place, and for who may not see events. */
export async function loadReplayedSet(operationId: string, story: readonly { action: string; body: string }[]) {
  const actor = await requireActor();
  const replays = story.filter(({ action }) => action === "dwolla_event.replayed");
  if (replays.length === 0 || !isAllowed(actor, "webhook:read")) return null;
  const events = await listReplayedEvents(db(), operationId);
  const onRecord = replays.map(({ body }) => digestIn(body)).find((digest) => digest !== null) ?? null;
  if (events.length === 0 && onRecord === null) return null;
  const digest = eventSetDigest(events.map(({ eventId }) => eventId));
  return { events, digest: onRecord === null ? null : { onRecord, isSame: digest === onRecord } };
}

const withDigest = z.object({ details: z.object({ replayedSha256: z.string() }) });

/** Null of one event, which is named itself, and of a body that was tampered with. */
function digestIn(body: string): string | null {
  try {
    return withDigest.safeParse(JSON.parse(body)).data?.details.replayedSha256 ?? null;
  } catch {
    return null;
  }
}

import type { Database } from "#platform/database-client.ts";
import { getDwollaReachability } from "#platform/dwolla-reachability.ts";
import type { Reachability } from "./schema.ts";

/** A shorter silence is nobody's concern: the question is asked again at once, and mostly answered. */
export const SILENT_AFTER_MS = 3_000;
/** While it lasts: should the news of its end get lost. */
const LOOK_AGAIN_MS = 15_000;

/** What web and workers together know, from our own database. Asks Dwolla nothing. */
export async function getReachability(db: Database, now: Date): Promise<Reachability> {
  const { lastAnsweredAt, unreachableSince, resumesAt } = await getDwollaReachability(db);
  const said = { answeredAt: lastAnsweredAt?.toISOString() ?? null, now: now.toISOString() };
  if (resumesAt !== null) {
    const reviewAfterMs = Math.max(0, resumesAt.getTime() - now.getTime());
    return { ...said, state: "limited", resumesAt: resumesAt.toISOString(), reviewAfterMs };
  }
  if (unreachableSince === null) return { ...said, state: "answers", resumesAt, reviewAfterMs: null };
  const doubtMs = unreachableSince.getTime() + SILENT_AFTER_MS - now.getTime();
  return doubtMs > 0
    ? { ...said, state: "answers", resumesAt, reviewAfterMs: doubtMs }
    : { ...said, state: "silent", resumesAt, reviewAfterMs: LOOK_AGAIN_MS };
}

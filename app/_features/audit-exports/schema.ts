import type { AuditFilter } from "#features/audit/schema.ts";
import { formatAuditSearch } from "#features/audit-search/schema.ts";

/** A convenience copy of the trail, beside the bundle that proves itself. */
export type CopyFormat = "csv" | "jsonl";

/** Why no bundle was begun. */
export type BundleRefusal = "no_checkpoint" | "unknown_key" | "since_is_unreadable" | "since_is_larger";

export const BUNDLE_REFUSAL_WORDS: Record<BundleRefusal, string> = {
  no_checkpoint: "No checkpoint has been signed yet, so nothing could be proven. The sealer signs one within a minute.",
  unknown_key:
    "The newest checkpoint names a key that the trail does not know. Nobody should use this trail before that is explained.",
  since_is_unreadable: "The earlier checkpoint is not one that a key of this trail has signed.",
  since_is_larger:
    "The earlier checkpoint covers more events than this trail has. That must not happen: keep the file, and ask who changed the trail.",
};

/** What is asked for besides the period, as it would be typed; null where that is nothing. */
export function filterWords({ terms }: AuditFilter): string | null {
  return formatAuditSearch(terms.filter(({ qualifier }) => qualifier !== "created")) || null;
}

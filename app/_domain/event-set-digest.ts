import { createHash } from "node:crypto";

/**
 * What the trail says of a set of events that is too large to be named one by one: SHA-256, in hex, of their ids in lower case, sorted,
 * a line feed after each. `sort | sha256sum` computes the same.
 */
export function eventSetDigest(eventIds: readonly string[]): string {
  const lines = eventIds.map((id) => `${id.toLowerCase()}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

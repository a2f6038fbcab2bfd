import canonicalize from "canonicalize";
import { canonicalize as secondCanonicalize } from "json-canonicalize";
import { auditEventSchema } from "#domain/audit-event.ts";
import { auditEvent } from "./sealed-trail.ts";
import { seededRandom } from "./seeded-random.ts";

/**
 * Events of our schema whose canonical text (RFC 8785) two implementations write differently, or which are not the same
 * event any more when that text is read.
 */
export function canonicalDisagreements({ seed, count }: { seed: number; count: number }): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => auditEvent(random)).flatMap((event) => {
    const text = canonicalize(event) ?? "";
    const readAgain = canonicalize(auditEventSchema.parse(JSON.parse(text)));
    return text === secondCanonicalize(event) && text === readAgain ? [] : [text];
  });
}

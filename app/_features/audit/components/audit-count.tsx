import type { AuditCount } from "../mutations.ts";

/** "1,234 events"; past what is counted, or where counting took too long, it says so. */
export async function AuditCountWords({ count }: { count: Promise<AuditCount> }) {
  const counted = await count;
  if (!counted) return "many: counting them took too long";
  return `${counted.isMore ? "more than " : ""}${counted.count.toLocaleString("en")} events`;
}

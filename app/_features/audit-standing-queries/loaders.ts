import "server-only";
import { getPrintFacts, getRecordingTime } from "#features/audit/data.ts";
import { requirePermission } from "#platform/access.ts";
import { auditorDb } from "#platform/db.ts";
import { requestContext } from "#platform/request-context.ts";
import { readStandingCounts, readStandingQuery } from "./mutations.ts";
import { parseStandingAddress, STANDING_QUERIES } from "./schema.ts";

type Address = Record<string, string | string[] | undefined>;

/** How much each standing query finds in the period that the address names. */
export async function loadStandingCounts(address: Address) {
  const actor = await requirePermission("audit:read");
  const ctx = { ...(await requestContext(actor)), auditorDb: auditorDb() };
  const asked = parseStandingAddress(address, await getRecordingTime(ctx.auditorDb));
  return { ...asked, ...(await readStandingCounts({ ctx, input: asked })), print: await getPrintFacts(ctx) };
}

/** What one of them finds; null when there is no such query. */
export async function loadStandingQuery(name: string, address: Address) {
  const actor = await requirePermission("audit:read");
  const query = STANDING_QUERIES.find((each) => each === name);
  if (!query) return null;
  const ctx = { ...(await requestContext(actor)), auditorDb: auditorDb() };
  const asked = parseStandingAddress(address, await getRecordingTime(ctx.auditorDb));
  const found = await readStandingQuery({ ctx, input: { query, times: asked } });
  return { ...asked, query, ...found, print: await getPrintFacts(ctx) };
}

import "server-only";
import { requireOutsideProduction, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { getLatestVerification } from "./data.ts";

export async function loadVerification() {
  requireOutsideProduction();
  await requirePermission("dwolla_call:read");
  return { report: await getLatestVerification(db()), now: new Date().toISOString() };
}

import "server-only";
import { requireActorOfOpenPage } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { getReachability } from "./data.ts";
import type { Reachability } from "./schema.ts";

/** Stands around every page, so for all staff. */
export async function loadReachability(): Promise<Reachability> {
  await requireActorOfOpenPage();
  return getReachability(db(), new Date());
}

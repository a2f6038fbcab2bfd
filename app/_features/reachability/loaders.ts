import "server-only";
import { requireActor } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { getReachability } from "./data.ts";
import type { Reachability } from "./schema.ts";

/** Stands around every page, so for all staff. */
export async function loadReachability(): Promise<Reachability> {
  await requireActor();
  return getReachability(db(), new Date());
}

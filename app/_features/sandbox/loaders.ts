import "server-only";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { type CredentialsCheck, getCredentialsCheck, listDwollaCalls } from "./data.ts";

export async function loadSandbox({ calls }: { calls: "all" | "failed" }) {
  const actor = await requirePermission("dwolla_call:read");
  return {
    latestCalls: await listDwollaCalls(db(), calls),
    apiAddress: env().DWOLLA_API_URL,
    canOperateSimulator: isAllowed(actor, "simulator:operate"),
    now: new Date().toISOString(),
  };
}

/** Asks Dwolla, so no page may wait for it: for a part of one that comes later. */
export async function loadCredentialsCheck(): Promise<CredentialsCheck> {
  await requirePermission("dwolla_call:read");
  return getCredentialsCheck(dwolla());
}

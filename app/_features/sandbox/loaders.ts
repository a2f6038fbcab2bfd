import "server-only";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { getCredentialsCheck, listDwollaCalls } from "./data.ts";

export async function loadSandbox({ calls }: { calls: "all" | "failed" }) {
  const actor = await requirePermission("dwolla_call:read");
  const [latestCalls, credentials] = await Promise.all([listDwollaCalls(db(), calls), getCredentialsCheck(dwolla())]);
  return {
    latestCalls,
    credentials,
    apiAddress: env().DWOLLA_API_URL,
    canOperateSimulator: isAllowed(actor, "simulator:operate"),
    canStartSweep: isAllowed(actor, "sweep:operate"),
    now: new Date().toISOString(),
  };
}

import "server-only";
import { isAllowed, requireActor, requirePermission } from "#platform/access.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { causedByLook } from "#platform/request-context.ts";
import { type CredentialsCheck, getCredentialsCheck } from "./data.ts";

/** Null in production, where there is no such page for anybody. */
export async function loadSandbox() {
  await requireActor();
  if (env().RECONNECT_ENVIRONMENT === "production") return null;
  const actor = await requirePermission("dwolla_call:read");
  return {
    apiAddress: env().DWOLLA_API_URL,
    canOperateSimulator: isAllowed(actor, "simulator:operate"),
    now: new Date().toISOString(),
  };
}

/** Asks Dwolla, so no page may wait for it: for a part of one that comes later. */
export async function loadCredentialsCheck(): Promise<CredentialsCheck> {
  const actor = await requirePermission("dwolla_call:read");
  const client = dwolla();
  return causedByLook(actor, "credentials.read", () => getCredentialsCheck(client));
}

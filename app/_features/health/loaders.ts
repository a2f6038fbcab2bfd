import "server-only";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import { causedByLook } from "#platform/request-context.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { getDwollaState, getReadiness, type Readiness } from "./data.ts";

interface BuildVersion {
  version: string;
  commit: string;
}

/** The process answers. Touches nothing else, so that a slow database never makes an orchestrator end healthy processes. */
export function loadLiveness(): { status: "live" } & BuildVersion {
  return { status: "live", ...buildVersion() };
}

export async function loadReadiness(): Promise<Readiness & BuildVersion> {
  return { ...(await getReadiness(db(), recentDwollaState())), ...buildVersion() };
}

const DWOLLA_STATE_LIFE_MS = 10_000;
let latest: { state: Promise<Readiness["dwolla"]>; askedAt: number } | undefined;

/** Anybody may ask whether we are ready: that must not become a way to make us ask Dwolla. */
function recentDwollaState(): Promise<Readiness["dwolla"]> {
  if (!latest || Date.now() - latest.askedAt > DWOLLA_STATE_LIFE_MS) {
    const client = dwolla();
    const state = causedByLook(null, "health.read", () => getDwollaState(client));
    latest = { state, askedAt: Date.now() };
  }
  return latest.state;
}

function buildVersion(): BuildVersion {
  return { version: packageJson.version, commit: env().COMMIT_SHA };
}

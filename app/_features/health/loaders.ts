import "server-only";
import { db } from "#platform/db.ts";
import { dwolla } from "#platform/dwolla.ts";
import { env } from "#platform/env.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { getReadiness, type Readiness } from "./data.ts";

interface BuildVersion {
  version: string;
  commit: string;
}

/** The process answers. Touches nothing else, so that a slow database never makes an orchestrator end healthy processes. */
export function loadLiveness(): { status: "live" } & BuildVersion {
  return { status: "live", ...buildVersion() };
}

export async function loadReadiness(): Promise<Readiness & BuildVersion> {
  return { ...(await getReadiness({ db: db(), dwolla: dwolla() })), ...buildVersion() };
}

function buildVersion(): BuildVersion {
  return { version: packageJson.version, commit: env().COMMIT_SHA };
}

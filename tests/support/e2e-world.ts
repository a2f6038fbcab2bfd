import { buildIsCurrent, buildWeb } from "../../scripts/next-build.ts";
import { startWorld, type WorldAddresses } from "./world.ts";

const VARIABLE = "E2E_WORLD";

/** Playwright's global set-up: one desk for all specs, its addresses handed to them in a variable. */
export default async function setUpWorld(): Promise<() => Promise<void>> {
  if (!buildIsCurrent()) await buildWeb(() => undefined);
  const { web: _web, worker: _worker, env: _env, stop, ...addresses } = await startWorld({ customers: 300, seed: 7 });
  process.env[VARIABLE] = JSON.stringify(addresses);
  return stop;
}

export function worldOfThisRun(): WorldAddresses {
  const addresses = process.env[VARIABLE];
  if (!addresses) throw new Error("There is no world: run the specs through Playwright's configuration.");
  return JSON.parse(addresses) as WorldAddresses;
}

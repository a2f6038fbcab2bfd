import { randomUUID } from "node:crypto";
import { cp, rm } from "node:fs/promises";
import pg from "pg";
import { seedLocalStaff } from "../../prisma/seed.ts";
import type { Child } from "../../scripts/child-process.ts";
import { firstSweepDone } from "../../scripts/first-sweep.ts";
import { startCounterparts, startOurProcesses, subscribeToWebhooks } from "../../scripts/local-desk.ts";
import { localEnvironment } from "../../scripts/local-environment.ts";
import { type DatabaseUrls, localLogins, migrateWithLocalLogins } from "../../scripts/local-logins.ts";
import { freePort } from "../../scripts/ports.ts";
import { startTemporaryPostgres } from "../../scripts/temporary-postgres.ts";

export interface WorldAddresses {
  webUrl: string;
  simulatorUrl: string;
  identityProviderUrl: string;
  database: DatabaseUrls;
  /** Where the processes write their logs. */
  logDirectory: string;
}

export interface World extends WorldAddresses {
  /** What our own processes run with. */
  env: Record<string, string>;
  web: Child;
  worker: Child;
  sealer: Child;
  stop(): Promise<void>;
}

export interface NewWorld {
  customers: number;
  seed: number;
  serverUrl?: string;
  /** Something between our processes and the simulator: what they run with then, and how it ends. */
  standBetween?: (env: Record<string, string>) => Promise<{ env: Record<string, string>; stop: () => Promise<void> }>;
}

/**
 * The whole desk on free ports: the built web app, worker, simulator, identity provider, its own database, the first
 * sweep done. `next build` must have run before.
 */
export async function startWorld(world: NewWorld): Promise<World> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  try {
    const { ownerUrl, drop } = await createDatabase(world.serverUrl ?? process.env.TEST_POSTGRES_URL);
    stops.push(drop);
    const database = localLogins(ownerUrl);
    await migrateWithLocalLogins(database);
    await seedLocalStaff(database.appUrl);
    const [web, simulator, identityProvider] = await Promise.all([freePort(), freePort(), freePort()]);
    const logDirectory = `.data/log/test-${web}`;
    const checkpointDirectory = `.data/checkpoints-test-${web}`;
    const scenarios = await copyScenarios(`.data/scenarios-test-${web}`);
    stops.push(scenarios.remove);
    const env = localEnvironment({ web, simulator, identityProvider }, { ...database, checkpointDirectory });
    const counterparts = {
      env: { ...env, SIMULATOR_SCENARIOS: scenarios.folder },
      logDirectory,
      onStart: (child: Child) => stops.push(child.stop),
    };
    await startCounterparts(counterparts, world);
    const between = await world.standBetween?.(env);
    if (between) stops.push(between.stop);
    const desk = { ...counterparts, env: { ...counterparts.env, ...between?.env } };
    const processes = await startOurProcesses(desk, "start");
    await subscribeToWebhooks(desk);
    const webUrl = `http://localhost:${web}`;
    await firstSweepDone(webUrl, () => undefined);
    const addresses = {
      webUrl,
      simulatorUrl: `http://127.0.0.1:${simulator}`,
      identityProviderUrl: `http://localhost:${identityProvider}`,
    };
    return { ...addresses, database, logDirectory, env: desk.env, ...processes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A spec may keep a run: the files of this clone stay as they are. */
async function copyScenarios(folder: string) {
  await cp("simulator/scenarios", folder, { recursive: true });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** On the given server when there is one, else on a server of its own. */
export async function createDatabase(
  server: string | undefined,
): Promise<{ ownerUrl: string; drop: () => Promise<void> }> {
  if (!server) {
    const { url, stop } = await startTemporaryPostgres();
    return { ownerUrl: url, drop: stop };
  }
  const name = `world_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  return {
    ownerUrl: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

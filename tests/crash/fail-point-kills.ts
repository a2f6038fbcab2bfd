import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { createDatabaseClient } from "#platform/database-client.ts";
import { insertCase } from "../support/broken-exchange.ts";
import type { SimulatorControls } from "../support/simulator.ts";
import { FAIL_POINTS, type FailPoint } from "./fail-points.ts";
import type { CrashGround } from "./ground.ts";
import { LAZY_WASM } from "./programs.ts";

/** One process of an agent that was told to die, and what is known of it from outside. */
export interface Kill {
  point: FailPoint;
  exchangeId: string;
  attemptId: string;
  signal: NodeJS.Signals | null;
  /** What the agent had seen before the end: "created", "shown". */
  said: string[];
  /** What the process wrote to its standard error. */
  complaint: string;
}

export interface KillOptions {
  ground: CrashGround;
  simulator: Pick<SimulatorControls, "truth">;
  dwollaUrl: string;
  /** How often at each point. */
  times: number;
  /** Processes at the same time. */
  atOnce: number;
  onKill?: (kills: number) => void;
}

/** Kills a process of its own at each point, each with an exchange of its own. */
export async function killAtEachPoint({ times, atOnce, onKill, ...options }: KillOptions): Promise<Kill[]> {
  const wanted = Array.from({ length: times }, () => FAIL_POINTS).flat();
  const exchangeIds = await takeExchanges(options, wanted.length);
  const queue = wanted.map((point, index) => ({ point, exchangeId: exchangeIds[index] ?? "" })).values();
  const kills: Kill[] = [];
  const lane = async () => {
    for (const each of queue) {
      kills.push(await kill(options, each));
      onKill?.(kills.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return kills;
}

async function takeExchanges({ ground, simulator }: Pick<KillOptions, "ground" | "simulator">, count: number) {
  const { broken } = await simulator.truth();
  const rows = broken.filter(({ partner }) => partner === "Plaid").slice(0, count);
  if (rows.length < count)
    throw new Error(`The simulated world has ${rows.length} broken Plaid exchanges of ${count}.`);
  const db = createDatabaseClient({ url: ground.urls.appUrl, maxConnections: 1 });
  for (const row of rows) await insertCase(db, row);
  await db.$disconnect();
  return rows.map(({ exchangeId }) => exchangeId);
}

async function kill(
  { ground, dwollaUrl }: Pick<KillOptions, "ground" | "dwollaUrl">,
  { point, exchangeId }: Pick<Kill, "point" | "exchangeId">,
): Promise<Kill> {
  const attemptId = randomUUID();
  const FAIL_POINT = String(FAIL_POINTS.indexOf(point) + 1);
  const env = { APP_URL: ground.urls.appUrl, DWOLLA_URL: dwollaUrl, EXCHANGE_ID: exchangeId, ATTEMPT_ID: attemptId };
  const child = spawn(process.execPath, [LAZY_WASM, ground.programs.agent], {
    env: { ...process.env, ...env, FAIL_POINT },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  ground.cleanup.add(async () => void child.kill("SIGKILL"));
  const [[, signal], said, complaint] = await Promise.all([
    once(child, "exit"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { point, exchangeId, attemptId, signal, said: said.split("\n").filter(Boolean), complaint };
}

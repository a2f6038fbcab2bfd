import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, RUN_TYPESCRIPT, startChild } from "./child-process.ts";
import { lastLines } from "./log-files.ts";
import { NEXT } from "./next-build.ts";

const START_TIMEOUT_MS = 120_000;

export interface DeskProcesses {
  env: Record<string, string>;
  logDirectory: string;
  /** Told of each process the moment it exists. */
  onStart: (child: Child) => void;
}

/** The local Dwolla and the identity provider; resolves when both answer. */
export async function startCounterparts(
  desk: DeskProcesses,
  world: { customers: number; seed: number },
): Promise<{ simulator: Child; identityProvider: Child }> {
  const worldFlags = ["--customers", String(world.customers), "--seed", String(world.seed)];
  const simulator = start(desk, "simulator", ["--import", "tsx", "simulator/main.ts", ...worldFlags]);
  const identityProvider = start(desk, "identity-provider", ["--import", "tsx", "simulator/identity-provider/main.ts"]);
  await Promise.all([
    answers(simulator, `${desk.env.DWOLLA_API_URL}/__simulator`),
    answers(identityProvider, `${desk.env.OIDC_ISSUER}/.well-known/openid-configuration`),
  ]);
  return { simulator, identityProvider };
}

/** Our own three processes; resolves when the web app answers. It has to be built unless `mode` is dev. */
export async function startOurProcesses(
  desk: DeskProcesses,
  mode: "start" | "dev",
): Promise<{ web: Child; worker: Child; sealer: Child }> {
  const NODE_ENV = mode === "dev" ? "development" : "production";
  const ours = { ...desk, env: { ...desk.env, NODE_ENV, NEXT_TELEMETRY_DISABLED: "1" } };
  const sealer = start(ours, "sealer", [...RUN_TYPESCRIPT, "app/_sealer/main.ts"]);
  const worker = start(ours, "worker", [...RUN_TYPESCRIPT, "app/_worker/main.ts"]);
  const web = start(ours, "web", [NEXT, mode, "--port", desk.env.PORT ?? "3000"]);
  await Promise.race([answers(web, `${desk.env.NEXTAUTH_URL}/api/health/live`), crashOf(worker), crashOf(sealer)]);
  return { web, worker, sealer };
}

/** The simulator forgets its subscriptions when it stops. */
export async function subscribeToWebhooks(desk: DeskProcesses): Promise<void> {
  const command = start(desk, "webhooks", [...RUN_TYPESCRIPT, "scripts/webhooks.ts", "create"]);
  if ((await command.ended) === 0) return;
  throw new Error(`No webhook subscription could be made:\n${lastLines(command.logFile ?? "", 15)}`);
}

function start(desk: DeskProcesses, name: string, args: string[]): Child {
  const child = startChild({ name, args, env: desk.env, logFile: join(desk.logDirectory, `${name}.log`) });
  desk.onStart(child);
  return child;
}

/** Rejects when a process ends by itself, with the end of its log. */
export function crashOf(child: Child): Promise<never> {
  return child.ended.then((code) => {
    const log = child.logFile ? `:\n${lastLines(child.logFile, 15)}\n(${child.logFile})` : ".";
    throw new Error(`The ${child.name} ended with code ${code}${log}`);
  });
}

async function answers(child: Child, url: string): Promise<void> {
  const waited = new AbortController();
  try {
    await Promise.race([crashOf(child), untilOk(child, url, waited.signal)]);
  } finally {
    waited.abort();
  }
}

async function untilOk(child: Child, url: string, signal: AbortSignal): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (!signal.aborted) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    if (Date.now() > giveUpAt) throw new Error(`The ${child.name} does not answer at ${url} (${child.logFile}).`);
    await sleep(100);
  }
}

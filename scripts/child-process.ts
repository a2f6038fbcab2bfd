import { spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { endWithUs } from "./lifeline.ts";

const PATIENCE_MS = 10_000;

export interface ChildOptions {
  name: string;
  /** What follows `node` on its command line. */
  args: readonly string[];
  /** Added to our own environment. */
  env: Record<string, string>;
  /** Where its output goes, written anew; without it the output is ours. */
  logFile?: string;
}

export interface Child {
  name: string;
  pid: number;
  logFile?: string;
  /** Resolves with its exit code when it ended, for whatever reason; 1 when a signal ended it. */
  ended: Promise<number>;
  /** Ends it and whatever it started: politely first, after ten seconds by force. */
  stop(): Promise<void>;
}

/** The node flags with which our TypeScript runs, `server-only` modules included. */
export const RUN_TYPESCRIPT = ["--import", "tsx", "--conditions=react-server"];

/** Starts node in a process group of its own, so that a Ctrl-C reaches only us and `stop` reaches its children too. */
export function startChild({ name, args, env, logFile }: ChildOptions): Child {
  const log = logFile === undefined ? ("inherit" as const) : openLog(logFile);
  const child = spawn(process.execPath, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", log, log],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started.`);
  const letGo = endWithUs(-pid, "TERM");
  let hasEnded = false;
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (code) => {
      hasEnded = true;
      // What the leader of the group left behind has nobody to end it any more.
      signalGroup(pid, "SIGKILL");
      letGo();
      resolve(code ?? 1);
    });
  });
  const stop = async () => {
    if (hasEnded) return;
    signalGroup(pid, "SIGTERM");
    const force = setTimeout(() => signalGroup(pid, "SIGKILL"), PATIENCE_MS);
    await ended;
    clearTimeout(force);
  };
  return { name, pid, logFile, ended, stop };
}

function openLog(logFile: string): number {
  mkdirSync(dirname(logFile), { recursive: true });
  return openSync(logFile, "w");
}

function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

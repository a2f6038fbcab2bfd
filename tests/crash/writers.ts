import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { CrashGround } from "./ground.ts";
import { LAZY_WASM } from "./programs.ts";

interface WritersOptions {
  processes: number;
  /** Milliseconds between two rows of a lane. */
  pauseMs: number;
}

/** An operation and the end of its line. */
const ACKNOWLEDGEMENT_BYTES = 37;

export type Writers = ReturnType<typeof startWriters>;

/** Processes that add to the trail without end; what each was told by the database goes straight into the outside record. */
export function startWriters({ cleanup, folder, programs, urls }: CrashGround, { processes, pauseMs }: WritersOptions) {
  const acknowledgements = join(folder, "acknowledged");
  const record = openSync(acknowledgements, "a");
  cleanup.add(async () => closeSync(record));
  const env = { ...process.env, APP_URL: urls.appUrl, PAUSE_MS: String(pauseMs) };
  // Ends with us, because its channel to us is then disconnected; but a Ctrl-C reaches only us.
  const start = () =>
    spawn(process.execPath, [LAZY_WASM, programs.writer], {
      env,
      detached: true,
      stdio: ["ignore", record, "inherit", "ipc"],
    });
  const running: ChildProcess[] = Array.from({ length: processes }, start);
  const end = (child: ChildProcess, how: () => void) => {
    const ended = once(child, "exit");
    how();
    return ended;
  };
  cleanup.add(async () => {
    await Promise.all(running.splice(0).map((child) => end(child, () => child.kill("SIGKILL"))));
  });

  return {
    /** How many rows were acknowledged so far. */
    acknowledged: () => Math.floor(statSync(acknowledgements).size / ACKNOWLEDGEMENT_BYTES),
    /** All of them, by their operations. */
    operations: () => readFileSync(acknowledgements, "latin1").split("\n").filter(Boolean),
    async killOne(random: SeededRandom): Promise<void> {
      const [victim] = random.take(running, 1);
      running.push(start());
      if (victim) await end(victim, () => victim.kill("SIGKILL"));
    },
    /** Each finishes the row it is at. */
    async letGo(): Promise<void> {
      await Promise.all(running.splice(0).map((child) => end(child, () => child.send("enough"))));
    },
  };
}

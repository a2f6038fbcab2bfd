import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "../../scripts/child-process.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { CrashGround } from "./ground.ts";

export type MortalSealer = ReturnType<typeof startMortalSealer>;

const LOG_FILE = ".data/log/crash-sealer.log";
const LONGEST_ABSENCE_MS = 500;

/** The real sealer, in a process that can be killed; the next one comes after a moment, as a supervisor would start it. */
export function startMortalSealer({ cleanup, folder, programs, urls }: CrashGround) {
  const env = {
    RECONNECT_ENVIRONMENT: "simulator",
    SEALER_DATABASE_URL: urls.sealerUrl,
    AUDIT_ORIGIN: "reconnect-desk.local/audit/simulator",
    AUDIT_CHECKPOINT_DIRECTORY: join(folder, "checkpoints"),
    AUDIT_SIGNING_KEY_FILE: join(folder, "signing-key.pem"),
    AUDIT_SIGNING_KEY: "",
    LOG_LEVEL: "info",
  };
  const start = (): Child => startChild({ name: "sealer", args: [programs.sealer], env, logFile: LOG_FILE });
  let sealer = start();
  cleanup.add(() => sealer.stop());
  return {
    checkpoints: env.AUDIT_CHECKPOINT_DIRECTORY,
    async kill(random: SeededRandom): Promise<void> {
      process.kill(sealer.pid, "SIGKILL");
      await sealer.ended;
      await sleep(random.between(0, LONGEST_ABSENCE_MS));
      sealer = start();
    },
    /** The last checkpoint covers everything then. */
    stop: () => sealer.stop(),
  };
}

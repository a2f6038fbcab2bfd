import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { parseVerifier } from "#domain/signed-note.ts";
import { readSealerEnv } from "#platform/env.ts";
import { keepSealing } from "#sealer/keep-sealing.ts";
import { exampleEnvironment } from "../../scripts/local-environment.ts";

/** A folder outside the database, with the key that signs. */
export function sealerFolder() {
  const folder = mkdtempSync(join(tmpdir(), "sealer-"));
  const checkpoints = join(folder, "checkpoints");
  return {
    checkpoints,
    keyFile: join(folder, "key.pem"),
    publicKey: () => parseVerifier(readFileSync(join(checkpoints, "audit.pub"), "utf8").trim()),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
export type SealerFolder = ReturnType<typeof sealerFolder>;

export function sealerSettings(sealerUrl: string, folder: SealerFolder): Record<string, string> {
  return {
    ...exampleEnvironment(),
    SEALER_DATABASE_URL: sealerUrl,
    AUDIT_CHECKPOINT_DIRECTORY: folder.checkpoints,
    AUDIT_SIGNING_KEY_FILE: folder.keyFile,
  };
}

export type SealerOptions = Partial<Pick<Parameters<typeof keepSealing>[1], "mayAdopt" | "checkProtectionEveryMs">>;

/** A sealer in this process, with the lines of its log; `stop` resolves when it has signed what it sealed. */
export function startSealer(sealerUrl: string, folder: SealerFolder, options: SealerOptions = {}) {
  const settings = readSealerEnv(sealerSettings(sealerUrl, folder));
  const stopping = new AbortController();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: "info" }, { write: (line) => lines.push(JSON.parse(line)) });
  const ended = keepSealing(settings, { log, signal: stopping.signal, ...options });
  return {
    lines,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

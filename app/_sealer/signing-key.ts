import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { type NoteSigner, noteSigner } from "#domain/signed-note.ts";
import type { SealerEnv } from "#platform/sealer-env.ts";
import { writeDurably } from "./outside-memory.ts";

type KeySettings = Pick<
  SealerEnv,
  "AUDIT_ORIGIN" | "AUDIT_SIGNING_KEY" | "AUDIT_SIGNING_KEY_FILE" | "RECONNECT_ENVIRONMENT"
>;

/**
 * The key that signs checkpoints, read anew each time, so that a rotation needs no restart. In the simulator it is made at the first run;
 * elsewhere a missing key is an error: a key that makes itself proves nothing.
 */
export function loadSigningKey(settings: KeySettings): NoteSigner {
  const { AUDIT_SIGNING_KEY: text, AUDIT_SIGNING_KEY_FILE: file } = settings;
  return noteSigner(settings.AUDIT_ORIGIN, text ? parseKey(text.replaceAll("\\n", "\n")) : readKeyFile(file, settings));
}

export function makeKey(): { privateKey: KeyObject; pem: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { privateKey, pem: String(privateKey.export({ type: "pkcs8", format: "pem" })) };
}

/** Only its owner may read it. */
export function writeKeyFile(file: string, pem: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeDurably(file, pem, 0o600);
}

function readKeyFile(file: string, { RECONNECT_ENVIRONMENT }: KeySettings): KeyObject {
  if (!existsSync(file) && RECONNECT_ENVIRONMENT === "simulator") writeKeyFile(file, makeKey().pem);
  if (!existsSync(file))
    throw new Error("AUDIT_SIGNING_KEY_FILE names no file: make the key first (npm run audit:key).");
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0)
    throw new Error("AUDIT_SIGNING_KEY_FILE can be read by others: chmod 600.");
  return parseKey(readFileSync(file, "utf8"));
}

export function parseKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== "ed25519") throw new Error("The audit signing key is not an Ed25519 key.");
  return key;
}

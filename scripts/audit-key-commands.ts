import { randomUUID } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync } from "node:fs";
import pg from "pg";
import { signKeyRotation } from "#domain/checkpoint.ts";
import { type NoteSigner, noteSigner, parseVerifier } from "#domain/signed-note.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { sealerEnv } from "#platform/env.ts";
import { closeOperation, openOperation } from "#platform/operation.ts";
import type { SealerEnv } from "#platform/sealer-env.ts";
import { OutsideMemory } from "#sealer/outside-memory.ts";
import { loadSigningKey, makeKey, parseKey, writeKeyFile } from "#sealer/signing-key.ts";

export function createKey(): string {
  const { AUDIT_SIGNING_KEY_FILE: file, AUDIT_ORIGIN } = sealerEnv();
  if (existsSync(file)) throw new Error(`${file} is there already: nothing was made. To replace a key, rotate it.`);
  const { privateKey, pem } = makeKey();
  writeKeyFile(file, pem);
  return `${file} made. The public key:\n${noteSigner(AUDIT_ORIGIN, privateKey).verifier.vkey}`;
}

export function showKey(): string {
  return loadSigningKey(sealerEnv()).verifier.vkey;
}

/** Safe to repeat: what was cut off in the middle is finished. */
export async function rotateKey(): Promise<string> {
  const env = sealerEnv();
  const { AUDIT_SIGNING_KEY, AUDIT_SIGNING_KEY_FILE: file } = env;
  if (AUDIT_SIGNING_KEY)
    throw new Error(
      "AUDIT_SIGNING_KEY holds the key itself: rotate with AUDIT_SIGNING_KEY_FILE, then put the new file's text there.",
    );
  const old = loadSigningKey(env);
  const nextFile = `${file}.next`;
  if (!existsSync(nextFile)) writeKeyFile(nextFile, makeKey().pem);
  const next = noteSigner(env.AUDIT_ORIGIN, parseKey(readFileSync(nextFile, "utf8")));
  await onRecord(env, old, next, async () => {
    await registerRotation(env, old, next);
    const retired = `${file}.retired-${old.verifier.keyId}`;
    if (!existsSync(retired)) linkSync(file, retired);
    // One step, so that there is a key at every moment.
    renameSync(nextFile, file);
  });
  return `Checkpoints are signed by ${next.verifier.keyId} from now on; ${old.verifier.keyId} vouches for it. The public key:\n${next.verifier.vkey}`;
}

async function registerRotation(env: SealerEnv, old: NoteSigner, next: NoteSigner): Promise<void> {
  const client = new pg.Client({ connectionString: env.SEALER_DATABASE_URL });
  await client.connect();
  try {
    const { rows } = await client.query<{ vkey: string }>(
      "SELECT vkey FROM audit.signing_key ORDER BY created_at DESC LIMIT 1",
    );
    const newest = rows[0] && parseVerifier(rows[0].vkey).keyId;
    if (newest === next.verifier.keyId) return;
    if (newest !== old.verifier.keyId)
      throw new RotationRefused(
        "The key in the file is not the one that the trail was signed with last: nothing was rotated.",
      );
    const statement = signKeyRotation(old, next, new Date().toISOString());
    new OutsideMemory(env.AUDIT_CHECKPOINT_DIRECTORY).keepRotation(next.verifier.keyId, statement);
    await client.query("INSERT INTO audit.signing_key (key_id, vkey, statement) VALUES ($1, $2, $3)", [
      next.verifier.keyId,
      next.verifier.vkey,
      statement,
    ]);
  } finally {
    await client.end();
  }
}

/** Intent before the effect and outcome after it. What this process does not live to tell, a worker names unknown. */
async function onRecord(env: SealerEnv, old: NoteSigner, next: NoteSigner, rotate: () => Promise<void>): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error("DATABASE_URL is missing: a rotation has its rows in the audit trail.");
  const db = createDatabaseClient({ url, maxConnections: 1 });
  const ctx = {
    actor: { type: "system", job: "command: audit-key" },
    environment: env.RECONNECT_ENVIRONMENT,
    origin: { requestId: randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
    db,
  } as const;
  const keys = { from: old.verifier.keyId, to: next.verifier.keyId };
  const target = { type: "audit_trail", id: "key" } as const;
  try {
    const operation = await db.$transaction((tx) =>
      openOperation(tx, ctx, { action: "audit.key_rotated", target, details: keys }),
    );
    try {
      await rotate();
    } catch (error) {
      // Half-way the database may name the new key and the file the old one: repeating it finishes it.
      const outcome = error instanceof RotationRefused ? "failed" : "unknown";
      await closeOperation(ctx, operation, { outcome, details: keys });
      throw error;
    }
    await closeOperation(ctx, operation, { outcome: "succeeded", details: keys });
  } finally {
    await db.$disconnect();
  }
}

/** Nothing was changed. */
class RotationRefused extends Error {}

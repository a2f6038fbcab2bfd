import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";
import type { SealerEnv } from "#platform/sealer-env.ts";
import { lead } from "./lead.ts";
import { OutsideMemory } from "./outside-memory.ts";
import { ProtectionWatch } from "./protection-watch.ts";
import { adoptHead } from "./sign-head.ts";
import { loadSigningKey } from "./signing-key.ts";

const RETRY_AFTER_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 60_000;
/** As often as a checkpoint is signed when little happens. */
const CHECK_PROTECTION_EVERY_MS = 60_000;
/** One leader for each database: others wait for its session to end. Two 32-bit numbers of our own. */
const LEADER_LOCK = "pg_try_advisory_lock(1380271947, 1397047372)";

/**
 * Seals and signs the audit trail until the signal comes. Any number of sealers may run; one leads. A database that goes away, refuses or
 * has no room only interrupts it: what is not sealed yet stays where it is.
 */
export async function keepSealing(
  settings: SealerEnv,
  {
    log,
    signal,
    mayAdopt = false,
    checkProtectionEveryMs = CHECK_PROTECTION_EVERY_MS,
  }: { log: Logger; signal: AbortSignal; mayAdopt?: boolean; checkProtectionEveryMs?: number },
): Promise<void> {
  let isToAdopt = mayAdopt;
  const memory = new OutsideMemory(settings.AUDIT_CHECKPOINT_DIRECTORY);
  const protection = new ProtectionWatch(settings.SEALER_DATABASE_URL, checkProtectionEveryMs);
  const signer = () => loadSigningKey(settings);
  // Not in the loop: a key that is missing at the start is a mistake of the set-up, and ends the process.
  const { verifier } = signer();
  log.info({ origin: verifier.name, keyId: verifier.keyId }, "sealer started");
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: settings.SEALER_DATABASE_URL,
      connectionTimeoutMillis: 5_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("LISTEN audit_checkpoint_wanted");
      if (await isLeader(client)) {
        if (isToAdopt) await adoptHead(client, memory, signer());
        isToAdopt = false;
        await lead({ client, memory, protection, signer, log }, signal);
      }
    } catch (error) {
      log.error({ reason: error instanceof Error ? error.message : String(error) }, "sealing was interrupted");
    } finally {
      await client.end().catch(() => undefined);
    }
    await pause(RETRY_AFTER_MS, undefined, { signal }).catch(() => undefined);
  }
  log.info("sealer stopped");
}

async function isLeader(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ leads: boolean }>(`SELECT ${LEADER_LOCK} AS leads`);
  return rows[0]?.leads === true;
}

import "server-only";
import type { CallRecord } from "#dwolla/request.ts";
import { db } from "./db.ts";
import { env } from "./env.ts";
import { logger } from "./logger.ts";

const FLUSH_AFTER_MS = 500;
const MAX_WAITING = 5_000;
/** Engineers look at the latest calls; older ones are in the log. */
const KEPT_CALLS = 20_000;

/**
 * Writes the calls to Postgres in batches, for the engineers' page. Nowhere but in the simulator and the sandbox.
 * A lost batch is a warning in the log, never a failed call.
 */
export function createDwollaCallLog(): { add(call: CallRecord): void } {
  if (env().RECONNECT_ENVIRONMENT === "production") return { add: () => undefined };
  const processName = process.argv[1]?.includes("_worker") ? "worker" : "web";
  let waiting: CallRecord[] = [];
  let isFlushDue = false;

  async function flush(): Promise<void> {
    isFlushDue = false;
    const batch = waiting;
    waiting = [];
    try {
      await db().dwollaCall.createMany({ data: batch.map((call) => toRow(call, processName)) });
      await db().$executeRaw`DELETE FROM "DwollaCall" WHERE id < (SELECT max(id) FROM "DwollaCall") - ${KEPT_CALLS}`;
    } catch (error) {
      logger.warn({ reason: String(error), calls: batch.length }, "could not keep the log of Dwolla calls");
    }
  }

  return {
    add(call) {
      if (waiting.length >= MAX_WAITING) return;
      waiting.push(call);
      if (isFlushDue) return;
      isFlushDue = true;
      setTimeout(flush, FLUSH_AFTER_MS).unref();
    },
  };
}

function toRow(call: CallRecord, process: string) {
  return {
    calledAt: call.at,
    process,
    method: call.method,
    pathTemplate: call.pathTemplate,
    path: call.path,
    status: call.status,
    errorKind: call.errorKind,
    durationMs: Math.round(call.durationMs),
    requestId: call.requestId,
  };
}

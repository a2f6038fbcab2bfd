import type { CallRecord } from "#dwolla/request.ts";
import { bulkRows } from "./bulk-rows.ts";
import { type CallCause, currentCause, followCauses } from "./call-cause.ts";
import type { CallingProcess, CallLogMode } from "./call-log-mode.ts";
import type { Database } from "./database-client.ts";
import { Prisma } from "./prisma-client/client.ts";

const FLUSH_AFTER_MS = 500;
const MAX_WAITING = 5_000;

export interface CallLogOptions {
  db: Database;
  keeps: CallLogMode;
  process: CallingProcess;
  /** Closed words only. */
  warn: (facts: object, message: string) => void;
}

export interface DwollaCallLog {
  add(call: CallRecord): void;
  /** Writes what still waits: for a process that is about to end. */
  flush(): Promise<void>;
}

/** Writes the calls to Postgres in batches, with their causes. A batch that is lost is a warning, never a failed call. */
export function createDwollaCallLog({ db, keeps, process, warn }: CallLogOptions): DwollaCallLog {
  if (keeps === "off") return { add: () => undefined, flush: async () => undefined };
  followCauses();
  let waiting: object[] = [];
  let overflow = 0;

  async function flush(): Promise<void> {
    const [batch, lost] = [waiting, overflow];
    if (batch.length === 0) return;
    waiting = [];
    overflow = 0;
    if (lost > 0) warn({ calls: lost }, "more Dwolla calls than the log can keep up with; some are not in it");
    await db.$executeRaw`
      INSERT INTO "DwollaCall" (${COLUMNS})
      SELECT ${COLUMNS} FROM json_populate_recordset(NULL::"DwollaCall", ${bulkRows(batch)}::json)`.catch(
      (error: unknown) =>
        warn({ reason: String(error), calls: batch.length }, "could not keep the log of Dwolla calls"),
    );
  }

  return {
    flush,
    add(call) {
      if (waiting.length >= MAX_WAITING) {
        overflow += 1;
        return;
      }
      if (waiting.length === 0) setTimeout(flush, FLUSH_AFTER_MS).unref();
      waiting.push({
        process,
        ...factsOf(call),
        ...causeOf(currentCause()),
        ...(keeps === "bodies" && bodiesOf(call)),
      });
    },
  };
}

const UUID_IN_PATH = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

function factsOf(call: CallRecord) {
  const { at, bodies: _, durationMs, path, ...facts } = call;
  const subjectId = UUID_IN_PATH.exec(path)?.[0] ?? null;
  return { ...facts, path, subjectId, calledAt: at, durationMs: Math.round(durationMs) };
}

function causeOf(cause: CallCause | null) {
  if (cause === null) return {};
  const { staffMemberId, act, jobId, requestId: causeRequestId, concerns } = cause;
  return { staffMemberId, act, jobId, causeRequestId, concernsType: concerns?.type, concernsId: concerns?.id };
}

function bodiesOf(call: CallRecord) {
  const { sent: sentBody, answered: answeredBody, answeredBytes } = call.bodies.keep();
  return { sentBody, answeredBody, answeredBytes };
}

/** All but the id, which the database gives. */
const COLUMNS = Prisma.raw(
  Object.values(Prisma.DwollaCallScalarFieldEnum)
    .filter((name) => name !== "id")
    .map((name) => `"${name}"`)
    .join(", "),
);

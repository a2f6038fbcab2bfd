import type { CallRecord } from "#dwolla/request.ts";
import { announceChange } from "./changes.ts";
import type { Database } from "./database-client.ts";
import { addJob } from "./jobs.ts";

/** At most one write in this time, however many calls there are; a change is written at once. */
const WRITE_EVERY_MS = 5_000;
/** A failure is kept back for so long: an answer meanwhile, and it was that call's own trouble. */
export const DOUBT_MS = 1_000;

/** Asks Dwolla something small, so that neither silence nor its end waits for somebody's press. */
export const ASK_DWOLLA_JOB = "dwolla.ask";

export interface DwollaReachability {
  /** When the latest answered call was made; null before the first. */
  lastAnsweredAt: Date | null;
  /** Set while calls fail and none was answered since. */
  unreachableSince: Date | null;
  /** Set while Dwolla's rate limit holds. */
  resumesAt: Date | null;
}

interface Failing {
  since: Date;
  /** When the latest call that failed was made. */
  latestAt: Date;
}

/** What all processes know about whether Dwolla answers. */
export async function getDwollaReachability(db: Database): Promise<DwollaReachability> {
  const [known] = await db.$queryRaw<DwollaReachability[]>`
    SELECT "lastAnsweredAt", "unreachableSince", CASE WHEN "resumesAt" > now() THEN "resumesAt" END AS "resumesAt"
    FROM "CallBudget"`;
  return known ?? { lastAnsweredAt: null, unreachableSince: null, resumesAt: null };
}

/** Notes after each call whether Dwolla answered. An answer of 5xx is none: it says nothing about what was asked. */
export function createReachability({ db, warn }: { db: Database; warn: (facts: object, message: string) => void }) {
  let answeredAt = Number.NEGATIVE_INFINITY;
  let failing: Failing | null = null;
  let isNoted = false;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let doubt: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  /** One after the other, so that the last word is the latest. */
  function write(note: () => Promise<void>): void {
    writtenAt = Date.now();
    writing = writing.then(note).catch((error: unknown) => {
      isNoted = false;
      writtenAt = Number.NEGATIVE_INFINITY;
      warn({ reason: String(error) }, "could not note whether Dwolla answers");
    });
  }

  function answered(at: Date): void {
    answeredAt = Date.now();
    failing = null;
    clearTimeout(doubt);
    doubt = undefined;
    if (!isNoted && answeredAt - writtenAt < WRITE_EVERY_MS) return;
    isNoted = false;
    write(() => noteAnswer(db, at));
  }

  function failed(at: Date): void {
    // Dwolla has answered somebody since this call began.
    if (at.getTime() < answeredAt) return;
    failing = { since: failing?.since ?? new Date(), latestAt: at };
    doubt ??= setTimeout(
      () => {
        doubt = undefined;
        const noted = failing;
        if (noted === null) return;
        isNoted = true;
        write(() => noteSilence(db, noted));
      },
      isNoted ? WRITE_EVERY_MS : DOUBT_MS,
    ).unref();
  }

  return ({ at, status, errorKind }: Pick<CallRecord, "at" | "status" | "errorKind">): void => {
    // Who left early says nothing about Dwolla.
    if (errorKind === "aborted") return;
    if (errorKind === null && status !== null && status < 500) answered(at);
    else failed(at);
  };
}

/** Also the end of what another process had noted. */
export async function noteAnswer(db: Database, at: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    const ended = await tx.$executeRaw`
      WITH before AS (SELECT "unreachableSince" FROM "CallBudget" FOR NO KEY UPDATE), noted AS (
        UPDATE "CallBudget" SET "lastAnsweredAt" = greatest("lastAnsweredAt", ${at}::timestamptz), "unreachableSince" = NULL)
      SELECT FROM before WHERE "unreachableSince" IS NOT NULL`;
    if (ended > 0) await announceChange(tx, "dwolla");
  });
}

/** Not when another process has been answered since. Whoever notes it first has Dwolla asked once more. */
async function noteSilence(db: Database, { since, latestAt }: Failing): Promise<void> {
  await db.$transaction(async (tx) => {
    const begun = await tx.$executeRaw`
      UPDATE "CallBudget" SET "unreachableSince" = greatest(${since}::timestamptz, "lastAnsweredAt")
      WHERE "unreachableSince" IS NULL AND ("lastAnsweredAt" IS NULL OR "lastAnsweredAt" < ${latestAt}::timestamptz)`;
    if (begun === 0) return;
    await addJob(tx, ASK_DWOLLA_JOB, {}, { key: ASK_DWOLLA_JOB, maxAttempts: 1 });
    await announceChange(tx, "dwolla");
  });
}

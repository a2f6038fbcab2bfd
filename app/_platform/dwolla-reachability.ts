import type { CallRecord } from "#dwolla/request.ts";
import { announceChange } from "./changes.ts";
import type { Database } from "./database-client.ts";

/** At most one write in this time, however many calls there are; a change is written at once. */
const WRITE_EVERY_MS = 5_000;

export interface DwollaReachability {
  /** Null before the first answer. */
  lastAnsweredAt: Date | null;
  /** Set while calls fail and none was answered since. */
  unreachableSince: Date | null;
  /** Set while Dwolla's rate limit holds. */
  resumesAt: Date | null;
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
  let wasAnswered: boolean | undefined;
  let writtenAt = 0;

  async function write(isAnswered: boolean, at: Date): Promise<void> {
    await db.$transaction(async (tx) => {
      const changed = isAnswered
        ? await tx.$executeRaw`
            WITH before AS (SELECT "unreachableSince" FROM "CallBudget" FOR NO KEY UPDATE), noted AS (
              UPDATE "CallBudget" SET "lastAnsweredAt" = greatest("lastAnsweredAt", ${at}::timestamptz), "unreachableSince" = NULL)
            SELECT FROM before WHERE "unreachableSince" IS NOT NULL`
        : await tx.$executeRaw`UPDATE "CallBudget" SET "unreachableSince" = ${at} WHERE "unreachableSince" IS NULL`;
      if (changed > 0) await announceChange(tx);
    });
  }

  return ({ at, status, errorKind }: Pick<CallRecord, "at" | "status" | "errorKind">): void => {
    // Who left early says nothing about Dwolla.
    if (errorKind === "aborted") return;
    const isAnswered = errorKind === null && status !== null && status < 500;
    const isNews = isAnswered !== wasAnswered || Date.now() - writtenAt > WRITE_EVERY_MS;
    if (!isNews) return;
    wasAnswered = isAnswered;
    writtenAt = Date.now();
    write(isAnswered, at).catch((error: unknown) =>
      warn({ reason: String(error) }, "could not note whether Dwolla answers"),
    );
  };
}

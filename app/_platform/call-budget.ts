import type { CallBudget, CallPriority } from "#dwolla/call-budget.ts";
import { announceChange } from "./changes.ts";
import type { Database } from "./database-client.ts";

/** What is reserved at once: little enough that a killed process wastes nothing to speak of, and others soon get their turn. */
const BLOCK_MS = 250;
/** At a high rate a few calls more cost the others less than each question costs us. */
const LEAST_BLOCK_MS = 20;
/** The next block is asked for this long before the last one is used up, so that nobody idles over the question. */
const AHEAD_MS = 150;
/** People do not wait for a turn; what they used is charged with the next block, or after this long. */
const CHARGE_AFTER_MS = 500;
/** Older news of Dwolla's rate limit is not trusted. */
const NEWS_LIFE_MS = 1_000;
/** Paid calls that nobody wanted by then lapse: made later, they would come on top of what others pay for at that time. */
const LAPSE_AFTER_MS = 1_000;

export interface SharedBudgetOptions {
  db: Database;
  /** Of all processes together. */
  callsPerSecond: number;
  warn: (facts: object, message: string) => void;
}

interface Block {
  nextAt: number;
  left: number;
}

interface Waiter {
  go: () => void;
}

/**
 * The one budget of all processes, in Postgres. A process pays for a block of calls in a single statement and gets a slice of time
 * for it that nobody else has; it spreads the block's calls evenly over that slice. Who is alone gets the whole rate.
 */
export function createSharedBudget({ db, callsPerSecond, warn }: SharedBudgetOptions): CallBudget {
  const intervalMs = 1000 / callsPerSecond;
  const maxBlock = Math.max(1, Math.floor(BLOCK_MS / intervalMs));
  const leastBlock = Math.max(1, Math.floor(LEAST_BLOCK_MS / intervalMs));
  const waiting: Record<"proof" | "sweep", Waiter[]> = { proof: [], sweep: [] };
  /** Not written yet. */
  const used = new Map<CallPriority, number>();
  /** Calls of people that nothing was paid for yet. */
  let owed = 0;
  /** On the clock of `performance.now()`: when the next paid call may go, and how many there are. */
  let blocks: Block[] = [];
  /** On the same clock: until when calls are paid for, as far as this process knows. */
  let paidUntil = 0;
  let isReserving = false;
  /** Said once an outage, not once a block. */
  let isAlone = false;
  let wakeUp: NodeJS.Timeout | undefined;
  let chargeTimer: NodeJS.Timeout | undefined;
  let news: { resumesAt: Date | null; at: number } = { resumesAt: null, at: Number.NEGATIVE_INFINITY };

  const count = (priority: CallPriority, calls = 1) => used.set(priority, (used.get(priority) ?? 0) + calls);
  const endOf = ({ nextAt, left }: Block) => nextAt + left * intervalMs;

  function take(priority: CallPriority, signal: AbortSignal | undefined): Promise<void> | null {
    if (signal?.aborted) return Promise.reject(signal.reason);
    count(priority);
    if (priority === "person") {
      owed += 1;
      if (performance.now() - news.at > NEWS_LIFE_MS) return pay(0);
      chargeTimer ??= setTimeout(() => void pay(0), CHARGE_AFTER_MS).unref();
      return null;
    }
    if (waiting.proof.length + waiting.sweep.length === 0 && spend()) {
      prepare();
      return null;
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting[priority] = waiting[priority].filter((each) => each !== waiter);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        go: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      signal?.addEventListener("abort", leave, { once: true });
      waiting[priority].push(waiter);
      serve();
    });
  }

  /** Uses a paid call whose time has come. */
  function spend(): boolean {
    while (blocks[0] && endOf(blocks[0]) + LAPSE_AFTER_MS < performance.now()) blocks.shift();
    const [block] = blocks;
    if (!block || block.nextAt > performance.now()) return false;
    block.left -= 1;
    block.nextAt += intervalMs;
    if (block.left === 0) blocks.shift();
    return true;
  }

  function serve(): void {
    while (waiting.proof.length + waiting.sweep.length > 0 && spend()) {
      (waiting.proof.shift() ?? waiting.sweep.shift())?.go();
    }
    prepare();
    const [block] = blocks;
    clearTimeout(wakeUp);
    if (!block || waiting.proof.length + waiting.sweep.length === 0) return;
    wakeUp = setTimeout(serve, Math.max(0, block.nextAt - performance.now()));
  }

  function prepare(): void {
    const last = blocks.at(-1);
    const endsInMs = last ? endOf(last) - performance.now() : 0;
    const wanted = waiting.proof.length + waiting.sweep.length;
    if (isReserving || wanted === 0 || endsInMs > AHEAD_MS) return;
    isReserving = true;
    void pay(Math.min(maxBlock, Math.max(wanted, leastBlock)))
      .catch(() => undefined)
      .finally(() => {
        isReserving = false;
        serve();
      });
  }

  /** Pays for a block, and for what people have used since the last time. */
  async function pay(calls: number): Promise<void> {
    clearTimeout(chargeTimer);
    chargeTimer = undefined;
    const uses = [...used].map(([priority, calls]) => ({ priority, calls }));
    used.clear();
    const paidMs = (calls + owed) * intervalMs;
    owed = 0;
    try {
      const state = await reserve(db, { paidMs, uses });
      paidUntil = performance.now() + state.endsInMs;
      news = { resumesAt: state.resumesAt, at: performance.now() };
      isAlone = false;
    } catch (error) {
      if (!isAlone)
        warn({ reason: String(error) }, "the call budget could not be read; this process keeps to the rate by itself");
      isAlone = true;
      for (const { priority, calls } of uses) count(priority, calls);
      paidUntil = Math.max(paidUntil, performance.now()) + paidMs;
      news = { resumesAt: news.resumesAt, at: performance.now() };
    }
    if (calls > 0) blocks.push({ nextAt: paidUntil - calls * intervalMs, left: calls });
  }

  return {
    take,
    resumesAt: () => news.resumesAt,
    rateLimited(resumesAt) {
      news = { resumesAt, at: performance.now() };
      blocks = [];
      tellOthers(db, resumesAt).catch((error: unknown) =>
        warn({ reason: String(error) }, "other processes could not be told of Dwolla's rate limit"),
      );
    },
  };
}

async function tellOthers(db: Database, resumesAt: Date): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`
      UPDATE "CallBudget" SET "resumesAt" = greatest("resumesAt", ${resumesAt}::timestamptz)`;
    await announceChange(tx, "dwolla");
  });
}

async function reserve(
  db: Database,
  { paidMs, uses }: { paidMs: number; uses: { priority: CallPriority; calls: number }[] },
): Promise<{ endsInMs: number; resumesAt: Date | null }> {
  const [state] = await db.$queryRaw<{ endsInMs: number; resumesAt: Date | null }[]>`
    WITH use AS (
      INSERT INTO "CallBudgetUse" AS known (minute, priority, calls)
      SELECT date_trunc('minute', now()), priority, calls
      FROM json_to_recordset(${JSON.stringify(uses)}::json) AS given (priority text, calls int)
      ON CONFLICT (minute, priority) DO UPDATE SET calls = known.calls + excluded.calls
    )
    UPDATE "CallBudget" SET "paidUntil" = greatest("paidUntil", clock_timestamp()) + ${paidMs} * interval '1 millisecond'
    RETURNING (extract(epoch FROM "paidUntil" - clock_timestamp()) * 1000)::float8 AS "endsInMs",
      CASE WHEN "resumesAt" > now() THEN "resumesAt" END AS "resumesAt"`;
  return state ?? { endsInMs: paidMs, resumesAt: null };
}

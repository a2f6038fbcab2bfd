import type pg from "pg";

/** What a clock may lie between the time a row gets and the moment its transaction becomes known to others. */
const MARGIN_MS = 10_000;
const MARK_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 60 * 60_000;

/**
 * Since when unsealed events can exist. A cursor on the last sealed one would lose events that commit late; looking through the
 * whole trail each time would cost more with each event. So: an event is recorded after its transaction began, and Postgres says
 * which transactions are still under way. What was recorded before the oldest of them began is there to be seen.
 */
export class SealedHorizon {
  since = new Date(0);
  #marks: { transaction: bigint; at: Date }[] = [];
  #lastMarkAt = 0;
  #lastLookAt = 0;
  #safe: Date | null = null;
  /** Transactions before this one may have been under way at the last look, and what they recorded is not counted in. */
  #unseenBefore: bigint | null = null;

  /** To be called before a batch is read, so that what it says is no newer than what the batch sees. */
  async mark(client: pg.Client): Promise<void> {
    if (Date.now() - this.#lastMarkAt < MARK_EVERY_MS) return;
    this.#lastMarkAt = Date.now();
    const isDue = Date.now() - this.#lastLookAt > LOOK_EVERY_MS;
    // A number of its own, not that of the last one that ended: everything before it has begun already.
    const { rows } = await client.query<{ own: string; oldest: string; at: Date }>(
      `SELECT pg_current_xact_id()::text AS own, pg_snapshot_xmin(pg_current_snapshot())::text AS oldest, clock_timestamp() AS at`,
    );
    const [row] = rows;
    if (!row) return;
    const oldest = BigInt(row.oldest);
    this.#marks.push({ transaction: BigInt(row.own), at: row.at });
    while (this.#marks[0] && this.#marks[0].transaction <= oldest) this.#safe = this.#marks.shift()?.at ?? null;
    if (isDue) {
      await this.#look(client);
      this.#unseenBefore = BigInt(row.own);
    } else if (this.#unseenBefore !== null && this.#unseenBefore <= oldest) {
      await this.#look(client);
      this.#unseenBefore = null;
    }
  }

  /** Everything that the last batch could see is sealed. */
  drained(): void {
    if (!this.#safe) return;
    const since = new Date(this.#safe.getTime() - MARGIN_MS);
    if (since > this.since) this.since = since;
    this.#safe = null;
  }

  /** Looks through the whole trail: at the start, once more when all that was under way then has ended, and in case a clock was set back. */
  async #look(client: pg.Client): Promise<void> {
    await client.query(
      `RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_seqscan; SET statement_timeout = 0`,
    );
    const { rows } = await client.query<{ since: Date }>(
      `SELECT least(clock_timestamp(), (SELECT min(e.recorded_at) FROM audit.event e
         WHERE NOT EXISTS (SELECT FROM audit.sealed_event s WHERE s.event_id = e.event_id))) - interval '${MARGIN_MS} ms' AS since`,
    );
    // From here on only the newest rows are wanted, whatever the planner believes of their number.
    await client.query(
      `RESET statement_timeout; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off`,
    );
    const found = rows[0]?.since ?? new Date(0);
    if (this.#lastLookAt === 0 || found < this.since) this.since = found;
    this.#lastLookAt = Date.now();
  }
}

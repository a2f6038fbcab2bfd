import type pg from "pg";

/** What a clock may lie between the time a row gets and the moment its transaction becomes known to others. */
const MARGIN_MS = 10_000;
const MARK_EVERY_MS = 1_000;

/**
 * Since when unsealed events can exist. A cursor on the last sealed one would lose events that commit late; looking through the
 * whole trail each time would cost more with each event. So: an event is recorded after its transaction began, and Postgres says
 * which transactions are still under way. What was recorded before the oldest of them began is there to be seen.
 */
export class SealedHorizon {
  since: Date;
  #marks: { nextTransaction: bigint; at: Date }[] = [];
  #lastMarkAt = 0;
  #safe: Date | null = null;

  private constructor(since: Date) {
    this.since = since;
  }

  /** Looks through the whole trail once: at the start, and after a clock may have jumped. */
  static async find(client: pg.Client): Promise<SealedHorizon> {
    await client.query("RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_seqscan");
    const { rows } = await client.query<{ since: Date }>(
      `SELECT least(clock_timestamp(), (SELECT min(e.recorded_at) FROM audit.event e
         WHERE NOT EXISTS (SELECT FROM audit.sealed_event s WHERE s.event_id = e.event_id))) - interval '${MARGIN_MS} ms' AS since`,
    );
    // From here on only the newest rows are wanted, whatever the planner believes of their number.
    await client.query("SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off");
    return new SealedHorizon(rows[0]?.since ?? new Date(0));
  }

  /** To be called before a batch is read, so that what it says is no newer than what the batch sees. */
  async mark(client: pg.Client): Promise<void> {
    if (Date.now() - this.#lastMarkAt < MARK_EVERY_MS) return;
    this.#lastMarkAt = Date.now();
    const { rows } = await client.query<{ oldest: string; next: string; at: Date }>(
      `SELECT pg_snapshot_xmin(s)::text AS oldest, pg_snapshot_xmax(s)::text AS next, clock_timestamp() AS at
       FROM pg_current_snapshot() s`,
    );
    const [row] = rows;
    if (!row) return;
    this.#marks.push({ nextTransaction: BigInt(row.next), at: row.at });
    while (this.#marks[0] && this.#marks[0].nextTransaction <= BigInt(row.oldest)) {
      this.#safe = this.#marks.shift()?.at ?? null;
    }
  }

  /** Everything that the last batch could see is sealed. */
  drained(): void {
    if (!this.#safe) return;
    const since = new Date(this.#safe.getTime() - MARGIN_MS);
    if (since > this.since) this.since = since;
    this.#safe = null;
  }
}

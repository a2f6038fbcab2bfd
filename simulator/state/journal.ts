import type { Clock } from "../clock.ts";

/** What somebody made the bank, the customer or the network do, by whichever way. */
export type JournalEntry = {
  /** By the simulator's clock, as it stood before. */
  at: string;
  method: string;
  /** Below the control prefix. */
  path: string;
  body: unknown;
  /** Whether the control was refused. */
  isRefused: boolean;
};

const KEPT = 10_000;

/** The controls that were used, oldest first, so that a run can be told again. */
export class Journal {
  readonly #clock: Clock;
  #entries: JournalEntry[] = [];
  /** When the newest of those that were dropped was used; null while none was. */
  droppedUntil: string | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(entry: Omit<JournalEntry, "at">, at = this.#clock.timestamp()): void {
    this.#entries.push({ at, ...entry });
    if (this.#entries.length <= 2 * KEPT) return;
    this.droppedUntil = this.#entries.at(-KEPT - 1)?.at ?? null;
    this.#entries = this.#entries.slice(-KEPT);
  }

  list(since: string): JournalEntry[] {
    return this.#entries.filter(({ at }) => at >= since);
  }

  reset(): void {
    this.#entries = [];
    this.droppedUntil = null;
  }
}

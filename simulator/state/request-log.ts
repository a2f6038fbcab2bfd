export type LoggedRequest = {
  method: string;
  path: string;
  /** Null while the answer is still owed, and for ever when the connection broke first. */
  status: number | null;
  idempotencyKey: string | null;
  at: string;
  requestId: string;
};

type Filter = { path?: string | undefined; method?: string | undefined; since?: string | undefined };

const KEPT = 100_000;
/** So many more before the oldest are dropped, all at once. */
const SLACK = 25_000;

/** The newest 100,000 requests or some more, oldest first: a sweep of a million customers must not fill the memory. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #dropped = 0;
  #droppedUntil: string | null = null;

  add(request: LoggedRequest): void {
    this.#entries.push(request);
    if (this.#entries.length < KEPT + SLACK) return;
    this.#drop(SLACK);
  }

  list({ path, method, since = "" }: Filter) {
    const requests = this.#entries.filter(
      (entry) =>
        entry.at >= since &&
        (path === undefined || entry.path.includes(path)) &&
        (method === undefined || entry.method === method.toUpperCase()),
    );
    return { requests, dropped: this.#dropped, droppedUntil: this.#droppedUntil };
  }

  clear(): void {
    this.#drop(this.#entries.length);
    this.#dropped = 0;
  }

  /** Whatever came before `at` is gone, also by a clock that was ahead of it. */
  reset(at: string): void {
    this.clear();
    this.#droppedUntil = at;
  }

  /** When the newest of them came is remembered: who reads the list then knows of which time it tells all. */
  #drop(count: number): void {
    this.#droppedUntil = this.#entries[count - 1]?.at ?? this.#droppedUntil;
    this.#entries = this.#entries.slice(count);
    this.#dropped += count;
  }
}

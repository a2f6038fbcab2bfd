export type LoggedRequest = {
  method: string;
  path: string;
  /** Null while the answer is still owed, and for ever when the connection broke first. */
  status: number | null;
  idempotencyKey: string | null;
  at: string;
  requestId: string;
};

const KEPT = 100_000;
/** So many more before the oldest are dropped, all at once. */
const SLACK = 25_000;

/** The newest 100,000 requests or some more, oldest first: a sweep of a million customers must not fill the memory. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #dropped = 0;

  add(request: LoggedRequest): void {
    this.#entries.push(request);
    if (this.#entries.length < KEPT + SLACK) return;
    this.#entries = this.#entries.slice(-KEPT);
    this.#dropped += SLACK;
  }

  list({ path, method }: { path?: string | undefined; method?: string | undefined }) {
    const requests = this.#entries.filter(
      (entry) =>
        (path === undefined || entry.path.includes(path)) &&
        (method === undefined || entry.method === method.toUpperCase()),
    );
    return { requests, dropped: this.#dropped };
  }

  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
  }
}

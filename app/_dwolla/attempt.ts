import type { Dispatcher } from "undici";

export type AnswerHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];
type StopReason = "total_deadline" | "caller_abort" | "too_large";

/** Why we ended an attempt ourselves. */
export class AttemptStopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Collects one answer straight from undici's dispatcher. `pool.request` would wrap every body in a stream, and would not
 * tell whether the request had left when it failed: which is what separates "not applied" from "unknown".
 */
export class Attempt implements Dispatcher.DispatchHandler {
  /** The whole body, or a rejection with undici's error or an AttemptStopped. */
  readonly body: Promise<readonly Buffer[]>;
  isSent = false;
  status: number | null = null;
  headers: AnswerHeaders = {};
  #controller: Dispatcher.DispatchController | null = null;
  #stopped: AttemptStopped | null = null;
  #chunks: Buffer[] = [];
  #size = 0;
  readonly #maxBytes: number;
  #resolve!: (body: readonly Buffer[]) => void;
  #reject!: (cause: unknown) => void;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.body = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Ends the attempt now; when it still waits for a connection it will never be sent. */
  stop(reason: StopReason): void {
    this.#stopped ??= new AttemptStopped(reason);
    this.#reject(this.#stopped);
    this.#controller?.abort(this.#stopped);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, not aborted: undici drops the queued request and keeps the connection.
    if (this.#stopped) throw this.#stopped;
    this.isSent = true;
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    if (Number(headers["content-length"]) > this.#maxBytes) this.stop("too_large");
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) this.stop("too_large");
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve(this.#chunks);
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.#reject(cause);
  }
}

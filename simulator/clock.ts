/** The simulator's time: the machine's, moved forward on request, so that tokens, keys and windows can run out in a test. */
export class Clock {
  readonly #machineNow: () => number;
  readonly #movedListeners: (() => void)[] = [];
  #aheadMs = 0;

  constructor(machineNow: () => number = Date.now) {
    this.#machineNow = machineNow;
  }

  now(): number {
    return this.#machineNow() + this.#aheadMs;
  }

  get aheadSeconds(): number {
    return this.#aheadMs / 1000;
  }

  timestamp(): string {
    return new Date(this.now()).toISOString();
  }

  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000;
    for (const listener of this.#movedListeners) listener();
  }

  /** Called after each move, so that what has become due can happen. */
  onMoved(listener: () => void): void {
    this.#movedListeners.push(listener);
  }

  reset(): void {
    this.#aheadMs = 0;
  }
}

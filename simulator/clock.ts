/** The simulator's time: the machine's, moved forward on request, so that tokens, keys and windows can run out in a test. */
export class Clock {
  readonly #machineNow: () => number;
  #aheadMs = 0;

  constructor(machineNow: () => number = Date.now) {
    this.#machineNow = machineNow;
  }

  now(): number {
    return this.#machineNow() + this.#aheadMs;
  }

  timestamp(): string {
    return new Date(this.now()).toISOString();
  }

  advance(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }

  reset(): void {
    this.#aheadMs = 0;
  }
}

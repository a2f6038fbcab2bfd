import type { Figure } from "./report.ts";

/** What one of the two does once. It gives what was measured: a time, a rate, a number of bytes. */
export type Run = () => Promise<number>;

export interface PairsResult {
  /** Of the pairs' ratios, ours to the floor's. */
  median: number;
  /** In which the true median lies with at least 95 %. */
  interval: readonly [number, number];
  /** The same for the floor against itself: how far the machine alone moves a ratio. */
  sameAgainstSame: number;
  ratios: number[];
  ours: number[];
  floor: number[];
}

export const FEWEST_PAIRS = 15;
/** Outside of this the machine was too restless for the result to count. */
const SAME_AGAINST_SAME = [0.97, 1.03] as const;

/**
 * Measures two things in turn, A B B A and so on, so that what drifts hits both; the floor against itself first. The first pair of
 * all only warms up.
 */
export async function measurePairs(parts: { pairs: number; ours: Run; floor: Run }): Promise<PairsResult> {
  const { pairs, ours, floor } = parts;
  await floor();
  await ours();
  const same = await inTurn(pairs, floor, floor);
  const measured = await inTurn(pairs, ours, floor);
  const ratios = measured.map(([our, its]) => our / its);
  return {
    median: medianOf(ratios),
    interval: intervalOfMedian(ratios),
    sameAgainstSame: medianOf(same.map(([first, second]) => first / second)),
    ratios,
    ours: measured.map(([our]) => our),
    floor: measured.map(([, its]) => its),
  };
}

/** How far the machine can be trusted, as a line of the table. */
export function sameAgainstSame(prefix: string, { sameAgainstSame: value }: PairsResult): Figure {
  return { name: `${prefix}the floor against itself`, value, target: { within: SAME_AGAINST_SAME } };
}

async function inTurn(pairs: number, first: Run, second: Run): Promise<(readonly [number, number])[]> {
  const measured: (readonly [number, number])[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) {
      const value = await first();
      measured.push([value, await second()]);
    } else {
      const value = await second();
      measured.push([await first(), value]);
    }
  }
  return measured;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2;
}

/** By order statistics: how many of n values lie below the true median is a coin tossed n times, whatever their distribution. */
function intervalOfMedian(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let rank = -1;
  let probability = 0.5 ** n;
  for (let outside = probability; outside <= 0.025; outside += probability) {
    rank += 1;
    probability *= (n - rank) / (rank + 1);
  }
  const first = Math.max(rank, 0);
  return [at(sorted, first), at(sorted, n - 1 - first)];
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? Number.NaN;
}

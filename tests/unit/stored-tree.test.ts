import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  appendLeaves,
  consistencyRanges,
  EMPTY_FRONTIER,
  foldSubtrees,
  inclusionRanges,
  isConsistent,
  type LeafRange,
  rootFromInclusion,
} from "#domain/merkle-tree.ts";
import { LOWEST_STORED_LEVEL, partsOf, RUN_LENGTH, rangeRoots } from "#domain/stored-tree.ts";

const LARGEST = 1_300;
/** Around every place where a run or a stored node ends. */
const SIZES = [1, 2, 255, 256, 257, 511, 512, 513, 767, 768, 1_000, 1_023, 1_024, 1_025, LARGEST];

const leaves = Array.from({ length: LARGEST }, (_, index) => createHash("sha256").update(`leaf ${index}`).digest());
const { completed } = appendLeaves(EMPTY_FRONTIER, leaves);
const roots = new Map(
  SIZES.map((size) => [size, foldSubtrees(appendLeaves(EMPTY_FRONTIER, leaves.slice(0, size)).frontier.hashes)]),
);
const rootOf = (size: number) => roots.get(size) as Buffer;

/** Reads of the store only what was named. */
function read(ranges: LeafRange[], store = completed): Buffer[] {
  const parts = partsOf(ranges);
  const isNamed = (level: number, index: number) =>
    parts.nodes.some((node) => node.level === level && node.index === index);
  const nodes = store.filter(({ level, index }) => isNamed(level, index));
  const runs = parts.runs.map((run) => ({ run, leaves: leaves.slice(run * RUN_LENGTH, (run + 1) * RUN_LENGTH) }));
  return ranges.map(rangeRoots(nodes, runs));
}

test("proves every place of a tree from stored nodes and runs of leaves alone", () => {
  for (const size of SIZES) {
    for (let index = 0; index < size; index += 97) {
      const path = read(inclusionRanges(index, size));
      expect(rootFromInclusion(index, size, leaves[index] as Buffer, path)).toEqual(rootOf(size));
    }
  }
});

test("proves that a tree begins with each earlier one", () => {
  for (const size of SIZES) {
    for (const earlier of SIZES.filter((each) => each <= size)) {
      const proof = read(consistencyRanges(earlier, size));
      expect(isConsistent({ size: earlier, root: rootOf(earlier) }, { size, root: rootOf(size) }, proof)).toBe(true);
    }
  }
});

test("reads two runs and the logarithm of the rest for one place, and no more for its whole neighbourhood", () => {
  const size = 10_000_000;
  const one = partsOf(inclusionRanges(5_000_000, size));
  expect(one.runs.length).toBeLessThanOrEqual(2);
  expect(one.nodes.length).toBeLessThanOrEqual(2 * Math.log2(size));
  expect(one.nodes.every(({ level }) => level >= LOWEST_STORED_LEVEL)).toBe(true);

  const neighbours = Array.from({ length: RUN_LENGTH }, (_, place) => inclusionRanges(RUN_LENGTH * 7 + place, size));
  expect(partsOf(neighbours.flat()).runs.length).toBeLessThanOrEqual(2);
});

test("a proof fails where a node is missing or another", () => {
  const index = 700;
  const ranges = inclusionRanges(index, LARGEST);
  const leaf = leaves[index] as Buffer;
  const without = completed.filter(({ level }) => level !== LOWEST_STORED_LEVEL);
  expect(rootFromInclusion(index, LARGEST, leaf, read(ranges, without))).not.toEqual(rootOf(LARGEST));
  const others = completed.map((node) => ({ ...node, hash: leaf }));
  expect(rootFromInclusion(index, LARGEST, leaf, read(ranges, others))).not.toEqual(rootOf(LARGEST));
});

import { appendLeaves, EMPTY_FRONTIER, foldSubtrees, type LeafRange, type Subtree, subtreesOf } from "./merkle-tree.ts";

/** From this level on inner nodes are kept; those below are computed from the run of leaves under them. */
export const LOWEST_STORED_LEVEL = 8;
export const RUN_LENGTH = 2 ** LOWEST_STORED_LEVEL;

/** What has to be read of a tree, each thing once. */
export interface TreeParts {
  nodes: Subtree[];
  /** Runs by their place: run 0 is the leaves 0 to 255. */
  runs: number[];
}

/** A node that was kept. */
export type StoredNode = Subtree & { hash: Buffer };
/** A run of leaves; the last one of a tree may be shorter. */
export interface LeafRun {
  run: number;
  leaves: readonly Buffer[];
}

/** What stands for these ranges of leaves. */
export function partsOf(ranges: readonly LeafRange[]): TreeParts {
  const nodes = new Map<string, Subtree>();
  const runs = new Set<number>();
  for (const subtree of ranges.flatMap(subtreesOf)) {
    if (subtree.level >= LOWEST_STORED_LEVEL) nodes.set(placeOf(subtree), subtree);
    else runs.add(runOf(subtree));
  }
  return { nodes: [...nodes.values()], runs: [...runs] };
}

/**
 * The roots of ranges, from what was read of `partsOf` these ranges. What is missing counts as zeros: a proof that needs it fails,
 * as it must.
 */
export function rangeRoots(nodes: readonly StoredNode[], runs: readonly LeafRun[]): (range: LeafRange) => Buffer {
  const kept = new Map(nodes.map((node) => [placeOf(node), node.hash]));
  const computed = new Map(runs.map(({ run, leaves }) => [run, nodesOfRun(leaves)]));
  const hashOf = (subtree: Subtree) => {
    if (subtree.level >= LOWEST_STORED_LEVEL) return kept.get(placeOf(subtree)) ?? MISSING;
    const run = runOf(subtree);
    const index = subtree.index - run * 2 ** (LOWEST_STORED_LEVEL - subtree.level);
    return computed.get(run)?.[subtree.level]?.[index] ?? MISSING;
  };
  return (range) => foldSubtrees(subtreesOf(range).map(hashOf));
}

const MISSING = Buffer.alloc(32);

/** By level and place within the run. */
function nodesOfRun(leaves: readonly Buffer[]): Buffer[][] {
  const levels: Buffer[][] = [[...leaves]];
  for (const { level, index, hash } of appendLeaves(EMPTY_FRONTIER, leaves).completed) {
    const nodes = levels[level] ?? [];
    nodes[index] = hash;
    levels[level] = nodes;
  }
  return levels;
}

function runOf({ level, index }: Subtree): number {
  return Math.floor(index / 2 ** (LOWEST_STORED_LEVEL - level));
}

function placeOf({ level, index }: Subtree): string {
  return `${level}/${index}`;
}

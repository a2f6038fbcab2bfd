import { createHash } from "node:crypto";

/** The hash of a tree without leaves (RFC 6962, section 2.1). */
const EMPTY_ROOT = createHash("sha256").digest();

/** RFC 6962, section 2.1: what is hashed for an inner node starts with 0x01, for a leaf with 0x00, so that none passes for the other. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash("sha256")
    .update(Buffer.concat([INNER_NODE, left, right]))
    .digest();
}
const INNER_NODE = Buffer.from([0x01]);

/** A complete subtree: the leaves `[index * 2^level, (index + 1) * 2^level)`. */
export interface Subtree {
  level: number;
  index: number;
}

/** Leaves `[begin, end)`, where `begin` is a multiple of a power of two that is no smaller than the range. */
export interface LeafRange {
  begin: number;
  end: number;
}

/**
 * All that is needed of `size` leaves to go on: the hashes of their complete subtrees, largest first. Appending costs what is
 * appended, and the root costs log2(size).
 */
export interface Frontier {
  size: number;
  hashes: readonly Buffer[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier with these leaves behind it, and the inner nodes that this completed. */
export function appendLeaves(
  frontier: Frontier,
  leaves: readonly Buffer[],
): { frontier: Frontier; completed: (Subtree & { hash: Buffer })[] } {
  const hashes = [...frontier.hashes];
  const completed: (Subtree & { hash: Buffer })[] = [];
  let { size } = frontier;
  for (const leaf of leaves) {
    let hash = leaf;
    let index = size;
    for (let level = 0; index % 2 === 1; ) {
      const left = hashes.pop();
      if (!left) throw new Error(`A tree of ${size} leaves has too few hashes.`);
      hash = nodeHash(left, hash);
      index = (index - 1) / 2;
      level += 1;
      completed.push({ level, index, hash });
    }
    hashes.push(hash);
    size += 1;
  }
  return { frontier: { size, hashes }, completed };
}

/** The root over neighbouring complete subtrees, largest first. */
export function foldSubtrees(hashes: readonly Buffer[]): Buffer {
  return hashes.reduceRight<Buffer | null>((right, left) => (right ? nodeHash(left, right) : left), null) ?? EMPTY_ROOT;
}

/** The complete subtrees that make up a range, largest first. */
export function subtreesOf({ begin, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = begin; at < end; ) {
    const level = Math.floor(Math.log2(end - at));
    subtrees.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return subtrees;
}

/** The ranges whose roots prove that a leaf is in a tree, lowest first (RFC 6962, section 2.1.1). */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + largestPowerOfTwoBelow(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose roots prove that a tree begins with an earlier one (RFC 6962, section 2.1.2). */
export function consistencyRanges(earlierSize: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, size];
  while (earlierSize > 0 && earlierSize !== end) {
    const middle = begin + largestPowerOfTwoBelow(end - begin);
    if (earlierSize <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  // The earlier root itself stands for the whole left side.
  if (earlierSize > 0 && begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

/** The root that a leaf and its path lead to; null when the path has not the length that the place asks for (RFC 9162, section 2.1.3.2). */
export function rootFromInclusion(index: number, size: number, leaf: Buffer, path: readonly Buffer[]): Buffer | null {
  const ranges = inclusionRanges(index, size);
  if (index < 0 || index >= size || ranges.length !== path.length) return null;
  return path.reduce((hash, sibling, step) => {
    const isLeft = (ranges[step]?.begin ?? 0) < index;
    return isLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }, leaf);
}

/** Whether a tree begins with an earlier one, by a proof that stands for `consistencyRanges` (RFC 9162, section 2.1.4.2). */
export function isConsistent(
  earlier: { size: number; root: Buffer },
  later: { size: number; root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (earlier.size > later.size) return false;
  const ranges = consistencyRanges(earlier.size, later.size);
  if (ranges.length !== proof.length) return false;
  if (earlier.size === 0) return true;
  const nodes = ranges.map((range, step) => ({ range, hash: proof[step] as Buffer }));
  // Where the earlier tree is one complete subtree, its root stands for itself and is not in the proof.
  const seed = nodes[0]?.range.end === earlier.size ? (nodes.shift()?.hash as Buffer) : earlier.root;
  let [old, now] = [seed, seed];
  for (const { range, hash } of nodes) {
    if (range.end <= earlier.size) [old, now] = [nodeHash(hash, old), nodeHash(hash, now)];
    else now = nodeHash(now, hash);
  }
  return old.equals(earlier.root) && now.equals(later.root);
}

function largestPowerOfTwoBelow(count: number): number {
  const power = 2 ** Math.floor(Math.log2(count));
  return power === count ? power / 2 : power;
}

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
  nodeHash,
  rootFromInclusion,
  subtreesOf,
} from "#domain/merkle-tree.ts";

const LARGEST_TREE = 70;

const leafOf = (data: Buffer) =>
  createHash("sha256")
    .update(Buffer.from([0]))
    .update(data)
    .digest();
const leaves = Array.from({ length: LARGEST_TREE }, (_, index) => leafOf(Buffer.from(`event ${index}`)));

/** RFC 6962, section 2.1, word by word. */
function treeHash(range: readonly Buffer[]): Buffer {
  if (range.length === 0) return createHash("sha256").digest();
  if (range.length === 1) return range[0] as Buffer;
  let split = 1;
  while (split * 2 < range.length) split *= 2;
  return nodeHash(treeHash(range.slice(0, split)), treeHash(range.slice(split)));
}

const rootOf = (size: number) => treeHash(leaves.slice(0, size));
const hashOf = ({ begin, end }: LeafRange) => treeHash(leaves.slice(begin, end));

// The leaves and roots that certificate-transparency's own tests use.
test("gives the published roots of the well-known tree of eight leaves", () => {
  const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const known = inputs.map((hex) => leafOf(Buffer.from(hex, "hex")));
  const roots = known.map((_, index) =>
    foldSubtrees(appendLeaves(EMPTY_FRONTIER, known.slice(0, index + 1)).frontier.hashes).toString("hex"),
  );

  expect(roots).toEqual([
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]);
});

test("keeps the same root however the leaves arrive", () => {
  for (let size = 0; size <= LARGEST_TREE; size += 1) {
    const half = appendLeaves(EMPTY_FRONTIER, leaves.slice(0, size >> 1)).frontier;
    const { frontier } = appendLeaves(half, leaves.slice(size >> 1, size));

    expect(frontier.size).toBe(size);
    expect(foldSubtrees(frontier.hashes)).toEqual(rootOf(size));
    expect(subtreesOf({ begin: 0, end: size })).toHaveLength(frontier.hashes.length);
  }
});

test("names each completed inner node once, with its place", () => {
  const { completed } = appendLeaves(EMPTY_FRONTIER, leaves.slice(0, 64));

  expect(completed).toHaveLength(63);
  for (const { level, index, hash } of completed)
    expect(hash).toEqual(hashOf({ begin: index * 2 ** level, end: (index + 1) * 2 ** level }));
});

test("proves every leaf of every tree, and no other leaf, place or size", () => {
  for (let size = 1; size <= LARGEST_TREE; size += 3) {
    for (let index = 0; index < size; index += 1) {
      const path = inclusionRanges(index, size).map(hashOf);
      const leaf = leaves[index] as Buffer;

      expect(rootFromInclusion(index, size, leaf, path)).toEqual(rootOf(size));
      expect(rootFromInclusion(index, size, leafOf(Buffer.from("forged")), path)).not.toEqual(rootOf(size));
      if (size > 1) expect(rootFromInclusion((index + 1) % size, size, leaf, path)).not.toEqual(rootOf(size));
      expect(rootFromInclusion(index, size, leaf, [...path, leaf])).toBeNull();
    }
    expect(rootFromInclusion(size, size, leaves[0] as Buffer, [])).toBeNull();
  }
});

test("an inner node does not pass for a leaf", () => {
  const [left, right] = leaves as [Buffer, Buffer];
  const inner = nodeHash(left, right);
  const path = inclusionRanges(0, 4).map(hashOf);

  expect(rootFromInclusion(0, 4, inner, path.slice(1))).toBeNull();
  expect(rootFromInclusion(0, 2, inner, path.slice(1))).not.toEqual(rootOf(2));
});

test("proves that a tree begins with each earlier one, and with none that differs", () => {
  for (let size = 1; size <= LARGEST_TREE; size += 1) {
    for (let earlierSize = 0; earlierSize <= size; earlierSize += 1) {
      const proof = consistencyRanges(earlierSize, size).map(hashOf);
      const earlier = { size: earlierSize, root: rootOf(earlierSize) };
      const later = { size, root: rootOf(size) };

      expect(isConsistent(earlier, later, proof)).toBe(true);
      if (earlierSize > 0) {
        expect(isConsistent({ ...earlier, root: leafOf(earlier.root) }, later, proof)).toBe(false);
        expect(isConsistent(earlier, { ...later, root: leafOf(later.root) }, proof)).toBe(false);
      }
      expect(isConsistent(earlier, later, [...proof, later.root])).toBe(false);
    }
    expect(isConsistent({ size: size + 1, root: rootOf(size + 1) }, { size, root: rootOf(size) }, [])).toBe(false);
  }
});

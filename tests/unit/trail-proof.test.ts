import canonicalize from "canonicalize";
import { describe, expect, it } from "vitest";
import { columnsOf } from "#domain/audit-event-columns.ts";
import { CHAIN_START, chainHash } from "#domain/audit-leaf.ts";
import { checkSignature, type EventEvidence, proveEvent, verifiersOf } from "#domain/trail-proof.ts";
import { inclusionPath, sealedTrail, testSigner } from "../support/sealed-trail.ts";

const trail = sealedTrail({ size: 20, checkpointEvery: 7 });
const keys = [trail.signer.verifier];
const NUMBER = 9;
const evidence = evidenceOf(NUMBER);
const PROVEN = {
  differing: [],
  givesLeaf: true,
  givesHash: true,
  givesRoot: true,
  givesFingerprint: true,
  signature: { ok: true, keyId: trail.signer.verifier.keyId },
};

describe("an event that is as it was sealed", () => {
  it("is proven, whatever its number", () => {
    for (const { number } of trail.events) expect(proveEvent(evidenceOf(number), keys)).toMatchObject(PROVEN);
  });

  it("waits for a checkpoint, and is sealed until then", () => {
    expect(proveEvent({ ...evidence, covered: null }, keys)).toEqual({
      differing: [],
      givesLeaf: true,
      givesHash: true,
      givesRoot: null,
      givesFingerprint: null,
      signature: null,
    });
  });
});

describe("an event that is not as it was sealed", () => {
  const other = { ...JSON.parse(evidence.body), reason: "another" };
  const changed = { ...evidence, body: canonicalize(other) ?? "", row: columnsOf(other) };

  it.each([
    [
      "its text and columns",
      changed,
      { givesLeaf: false, givesHash: false, givesRoot: false, givesFingerprint: false },
    ],
    ["its time", { ...evidence, recordedAt: "2020-01-01T00:00:00.000000Z" }, { givesLeaf: false, givesRoot: false }],
    [
      "a column",
      { ...evidence, row: { ...evidence.row, reason: "another" } },
      { differing: ["reason"], givesLeaf: true },
    ],
    ["the row before it", { ...evidence, hashBefore: CHAIN_START }, { givesHash: false, givesLeaf: true }],
    ["the seal of the row before it", { ...evidence, hashBefore: null }, { givesHash: false }],
    [
      "a node of the tree",
      withPath((path) => path.with(1, evidence.leaf)),
      { givesRoot: false, givesFingerprint: true },
    ],
  ])("is found out by what it does not give: %s", (_what, altered, found) => {
    expect(proveEvent(altered, keys)).toMatchObject(found);
  });

  it("is found out by the signed fingerprint when every hash of the database was recomputed", () => {
    const forged = sealedTrail({
      size: 20,
      checkpointEvery: 7,
      change: (event) => (event.number === NUMBER ? { ...event, body: changed.body } : event),
    });
    const rewritten = evidenceOf(NUMBER, forged);
    const covered = rewritten.covered && {
      ...rewritten.covered,
      checkpoint: { ...checkpoint(NUMBER), root: checkpoint(NUMBER, forged).root },
    };
    expect(proveEvent({ ...rewritten, covered }, keys)).toMatchObject({ givesLeaf: true, signature: { ok: false } });
    const withNote = rewritten.covered && { ...rewritten.covered, checkpoint: checkpoint(NUMBER) };
    expect(proveEvent({ ...rewritten, covered: withNote }, keys)).toMatchObject({
      givesRoot: false,
      givesFingerprint: false,
    });
  });
});

describe("a checkpoint's signature", () => {
  it("counts only by a key of the trail, over the size and root beside it", () => {
    const stored = checkpoint(NUMBER);
    expect(checkSignature(stored, keys).ok).toBe(true);
    expect(checkSignature(stored, [testSigner(2).verifier]).ok).toBe(false);
    expect(checkSignature({ ...stored, size: stored.size + 1 }, keys).ok).toBe(false);
    expect(checkSignature({ ...stored, note: stored.note.replace("signed-at 2", "signed-at 3") }, keys).ok).toBe(false);
  });

  it("is not helped by a line that is no key", () => {
    expect(verifiersOf(["spoilt", trail.signer.verifier.vkey])).toEqual(keys);
  });
});

function checkpoint(number: number, { checkpoints } = trail) {
  const found = checkpoints.find(({ size }) => size >= number);
  if (!found) throw new Error(`No checkpoint covers ${number}.`);
  return found;
}

function evidenceOf(number: number, from = trail): EventEvidence {
  const event = from.events[number - 1];
  const leaf = from.leaves[number - 1];
  if (!event || !leaf) throw new Error(`No event ${number}.`);
  const before = from.leaves.slice(0, number - 1).reduce<Buffer>(chainHash, CHAIN_START);
  const covering = checkpoint(number, from);
  return {
    ...event,
    row: columnsOf(JSON.parse(event.body)),
    leaf,
    hash: chainHash(before, leaf),
    hashBefore: number === 1 ? null : before,
    covered: { checkpoint: covering, path: inclusionPath(from, number, covering.size) },
  };
}

function withPath(change: (path: readonly Buffer[]) => Buffer[]): EventEvidence {
  const { covered } = evidence;
  return { ...evidence, covered: covered && { ...covered, path: change(covered.path) } };
}

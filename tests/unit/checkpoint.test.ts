import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { auditLeaf } from "#domain/audit-leaf.ts";
import { fingerprintsOf, readCheckpoint, signCheckpoint, signKeyRotation } from "#domain/checkpoint.ts";
import { noteSigner, openNote, parseVerifier } from "#domain/signed-note.ts";

const newSigner = (name = "desk.test/audit/simulator") => noteSigner(name, generateKeyPairSync("ed25519").privateKey);
const signer = newSigner();
const leaves = [1, 2, 3].map((number) =>
  auditLeaf({ number, recordedAt: "2026-11-25T16:40:00.123456Z", body: `{"n":${number}}` }),
);
const statement = {
  size: 5,
  root: Buffer.alloc(32, 7),
  signedAt: "2026-11-25T16:41:00.000Z",
  firstNumber: 3,
  fingerprints: fingerprintsOf(leaves),
};
const note = signCheckpoint(statement, signer);

describe("a leaf", () => {
  it("depends on number, time and body", () => {
    const event = { number: 1, recordedAt: "2026-11-25T16:40:00.123456Z", body: "{}" };
    const variants = [event, { ...event, number: 2 }, { ...event, body: "[]" }];
    const later = { ...event, recordedAt: "2026-11-25T16:40:00.123457Z" };

    expect(new Set([...variants, later].map((variant) => auditLeaf(variant).toString("hex"))).size).toBe(4);
  });

  it("is refused for a time that is not UTC to the microsecond", () => {
    for (const recordedAt of ["2026-11-25T16:40:00.123Z", "2026-11-25 16:40:00.123456", "2026-13-25T16:40:00.123456Z"])
      expect(() => auditLeaf({ number: 1, recordedAt, body: "{}" })).toThrow(RangeError);
  });
});

describe("a checkpoint", () => {
  it("is read back as it was signed, by the key that is handed out as a line of text", () => {
    const read = readCheckpoint(note, [parseVerifier(signer.verifier.vkey)]);

    expect(read).toMatchObject({ ...statement, origin: signer.name });
    expect(read.signedBy.keyId).toBe(signer.verifier.keyId);
  });

  it("is refused when any of its bytes was changed", () => {
    const bytes = Buffer.from(note);
    const accepted = bytes.filter((_, at) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed[at] ?? 0) ^ 0x01, at);
      try {
        readCheckpoint(changed.toString(), [signer.verifier]);
        return true;
      } catch {
        return false;
      }
    });

    expect(accepted).toHaveLength(0);
  });

  it("is refused when another key signed it, also one of the same name", () => {
    for (const stranger of [newSigner(), newSigner("other.test/audit/simulator")])
      expect(() => readCheckpoint(note, [stranger.verifier])).toThrow("No known key");
  });

  it("is refused when its fingerprints are not one for each new leaf", () => {
    const short = signCheckpoint({ ...statement, fingerprints: statement.fingerprints.subarray(4) }, signer);

    expect(() => readCheckpoint(short, [signer.verifier])).toThrow("no checkpoint");
  });
});

describe("a key", () => {
  it("is refused when its id does not fit, or it is no key", () => {
    const { vkey, keyId } = signer.verifier;
    for (const wrong of [vkey.replace(keyId, "00000000"), `${vkey}A`, vkey.slice(0, -4), "", "a+b", "a+00000000+AAAA"])
      expect(() => parseVerifier(wrong)).toThrow();
  });

  it("is handed over by a statement that both keys signed", () => {
    const next = newSigner();
    const rotation = signKeyRotation(signer, next, "2026-11-25T16:41:00.000Z");
    const { text, signedBy } = openNote(rotation, [signer.verifier, next.verifier]);

    expect(signedBy).toHaveLength(2);
    expect(text).toContain(`key-rotation\n${signer.verifier.vkey}\n${next.verifier.vkey}\n`);
  });
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateRawSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { signKeyRotation } from "#domain/checkpoint.ts";
import {
  linesOf,
  type Parts,
  packed,
  unpacked,
  withBytes,
  withHonestManifest,
  withLines,
  withText,
  writtenBundle,
} from "../support/bundle-parts.ts";
import { goodBundle } from "../support/good-bundles.ts";
import { type BundleChoice, bundleSource, inclusionPath, sealedTrail, testSigner } from "../support/sealed-trail.ts";
import { startSecondVerifier } from "../support/second-verifier.ts";
import { judgeTwice } from "../support/two-verifiers.ts";

// Ten times what it takes, for a machine that is busy otherwise.
const PATIENCE_MS = 120_000;
const second = startSecondVerifier();
afterAll(() => second.stop());

const trail = sealedTrail({ size: 20 });
const key = `${trail.signer.verifier.vkey}\n`;
const bundle = (choice: BundleChoice = {}) => writtenBundle(bundleSource(trail, choice));
const judgement = (data: Buffer, more: { key?: string; since?: string } = { key }) =>
  judgeTwice(second, { data, ...more });
const range = unpacked(await bundle());
const selection = unpacked(await bundle({ numbers: [3, 5, 17] }));
const forged = async (parts: Parts) => judgement(await packed(withHonestManifest(parts)));

describe("an untouched bundle", () => {
  it(
    "is proven, of any size and kind, with keys changed and earlier checkpoints kept",
    async () => {
      for (let seed = 0; seed < 36; seed += 1) {
        const good = await goodBundle(seed);

        expect(await judgeTwice(second, good), good.about).toMatchObject({ code: 0, row: null, said: [] });
      }
    },
    PATIENCE_MS,
  );

  it("is genuine but incomplete without a key, or when rows were not covered yet", async () => {
    expect(await judgement(await bundle(), {})).toMatchObject({ code: 3, said: [expect.stringContaining("no key")] });
    expect(await judgement(await bundle({ facts: { countUncovered: () => 2 } }))).toMatchObject({ code: 3 });
  });

  it("of some rows is incomplete for who kept a checkpoint that is not in it, or a newer one", async () => {
    const [first, secondOne] = trail.checkpoints;
    const longer = sealedTrail({ size: 30 }).checkpoints.at(-1);

    expect(await judgement(await packed(selection), { key, since: first?.note })).toMatchObject({ code: 0 });
    expect(await judgement(await packed(selection), { key, since: secondOne?.note })).toMatchObject({ code: 3 });
    expect(await judgement(await packed(range), { key, since: longer?.note })).toMatchObject({ code: 3 });
  });

  it("tells what is worth knowing without being wrong", async () => {
    const odd = sealedTrail({
      size: 3,
      change: (event) => {
        if (event.number === 1)
          return { ...event, body: '{"environment":"simulator","operationId":"a","phase":"intent"}' };
        if (event.number === 2)
          return { ...event, body: '{"environment":"sandbox","reason":"link-sandbox-0a1b2c3d-0000"}' };
        return { ...event, recordedAt: "2026-11-01T07:00:00.000000Z" };
      },
    });
    const { code, remarks } = await judgement(await writtenBundle(bundleSource(odd)));

    expect(code).toBe(0);
    expect(remarks).toEqual([
      "Begun, and not ended within this bundle, as the export itself may be: row 1.",
      "Recorded more than a minute before a row with a lower number: row 3.",
      "Looks as if a secret was written into row 2.",
      "Of another environment than the trail: row 2.",
    ]);
  });
});

describe("a reader", () => {
  it("who trusts another key, or the key of another environment, is told so", async () => {
    for (const other of [testSigner(2), testSigner(1, "reconnect-desk.test/audit/production")])
      expect(await judgement(await bundle(), { key: other.verifier.vkey })).toMatchObject({ code: 4 });
  });

  it("is not fooled by a statement of a change of keys that only the new key has signed", async () => {
    const [thief, mallory] = [testSigner(50), testSigner(51)];
    const stolen = sealedTrail({ size: 20, signer: thief });
    const statement = signKeyRotation(trail.signer, thief, "2026-11-25T16:41:00.000Z").split("\n");
    const own = signKeyRotation(mallory, thief, "2026-11-25T16:41:00.000Z").split("\n");
    const forgedStatement = [...statement.slice(0, 6), ...own.slice(6)].join("\n");

    expect(
      await judgement(await writtenBundle(bundleSource({ ...stolen, rotations: [forgedStatement] }))),
    ).toMatchObject({ code: 4 });
    expect(
      await judgement(await writtenBundle(bundleSource({ ...stolen, rotations: [statement.join("\n")] }))),
    ).toMatchObject({ code: 0 });
  });

  it("is told that there are two versions when an earlier checkpoint of the same key tells of other rows", async () => {
    const other = bundleSource(sealedTrail({ size: 20, seed: 2 }));
    const earlier = [...(other.earlier as Iterable<{ note: string; proof: Buffer[] }>)].map(({ proof }) => ({
      note: trail.checkpoints[0]?.note ?? "",
      proof,
    }));

    expect(await judgement(await writtenBundle({ ...other, earlier }))).toMatchObject({ code: 4 });
  });

  it("whose own kept checkpoint is damaged or of another trail is told so", async () => {
    const note = trail.checkpoints[0]?.note ?? "";

    expect(await judgement(await bundle(), { key, since: note.replace("2026", "2025") })).toMatchObject({ code: 2 });
    expect(await judgement(await bundle(), { key, since: "PK" })).toMatchObject({ code: 2 });
    expect(
      await judgement(await bundle(), {
        key,
        since: sealedTrail({ size: 3, signer: testSigner(2) }).checkpoints[0]?.note,
      }),
    ).toMatchObject({ code: 4 });
    expect(
      await judgement(await bundle(), { key, since: sealedTrail({ size: 20, seed: 2 }).checkpoints[0]?.note }),
    ).toMatchObject({ code: 4, row: 1 });
  });

  it("who gives a weak or misspelled key is told that it protects nothing", async () => {
    const weak = `${trail.signer.name}+00000000+${Buffer.from([1, ...Buffer.alloc(32)]).toString("base64")}`;
    for (const wrong of [weak, key.replace("+", "-"), "", `${key.trim()}A`])
      expect(await judgement(await bundle(), { key: wrong })).toMatchObject({ code: 2 });
  });
});

describe("a row", () => {
  it("that was changed is named with its number, time and action", async () => {
    const lines = linesOf(range, "events.jsonl").map((line) =>
      line.replace(/"reason":("[^"]*"|null)(.*"number":12,)/, '"reason":"forged"$2'),
    );
    const { code, row, said } = await forged(withLines(range, "events.jsonl", lines));

    expect({ code, row }).toEqual({ code: 1, row: 12 });
    expect(said[0]).toMatch(
      /^row 12, recorded 2026-11-01T08:00:12\.\d{6}Z \([a-z_.]+\): its text or its time is not what was sealed/,
    );
  });

  it("that is not canonical was sealed so, and is no row that can be read in one way only", async () => {
    const odd = sealedTrail({
      size: 3,
      change: (event) => (event.number === 2 ? { ...event, body: '{"b":1,"a":1}' } : event),
    });

    expect(await judgement(await writtenBundle(bundleSource(odd)))).toMatchObject({ code: 2, row: 2 });
  });

  it("cannot be hidden by calling it purged, unless all before it are said to be purged too", async () => {
    const hidden = (...numbers: number[]) =>
      writtenBundle(bundleSource(trail, { purged: (number) => numbers.includes(number) }));
    const quarter = { range: { first: 5, last: 20 }, purged: (number: number) => number < 8 };

    expect(await judgement(await hidden(12))).toMatchObject({
      code: 1,
      row: 12,
      said: [expect.stringMatching("purge")],
    });
    expect(await judgement(await hidden(1, 2, 4))).toMatchObject({ code: 1, row: 4 });
    expect(await judgement(await bundle(quarter))).toMatchObject({ code: 1, row: 5 });
    expect(await judgement(await hidden(1, 2, 3))).toMatchObject({ code: 0 });
  });

  it("that is made to be slow to look through for secrets is looked through all the same", async () => {
    const slow = sealedTrail({
      size: 2,
      change: (event) => ({ ...event, body: `{"reason":"${"eyJ".repeat(300_000)}"}` }),
    });

    expect(await judgement(await writtenBundle(bundleSource(slow)))).toMatchObject({ code: 0 });
  });

  it("of which only the proof is of a node of the tree is none", async () => {
    const path = inclusionPath(trail, 1)
      .slice(1)
      .map((hash) => hash.toString("base64"));

    expect(
      await forged(
        withLines(selection, "proofs.jsonl", [
          JSON.stringify({ number: 3, path }),
          ...linesOf(selection, "proofs.jsonl").slice(1),
        ]),
      ),
    ).toMatchObject({ code: 1, row: 3 });
  });
});

describe("a container", () => {
  it("with strange, missing, doubled or escaping files is refused", async () => {
    const without = new Map([...range].filter(([name]) => name !== "keys.jsonl"));
    const extra = new Map(range).set("events.csv", Buffer.from("a"));
    const escaping = new Map(
      [...range].map(([name, content]) => [name === "keys.jsonl" ? "b/keys.jsonl" : name, content] as const),
    );
    for (const parts of [without, extra, escaping])
      expect(await judgement(await packed(parts))).toMatchObject({ code: 2 });
    const named = (data: Buffer, from: string, to: string) =>
      Buffer.from(data.toString("latin1").replaceAll(from, to), "latin1");
    const intact = await bundle();
    for (const [from, to] of [
      ["keys.jsonl", "../s.jsonl"],
      ["leaves.bin", "keys.jsonl"],
    ] as const)
      expect((await judgement(resummed(named(intact, from, to)))).code).toBe(2);
  });

  it("in another order, or packed by another program, says so and still names a changed row", async () => {
    const reversed = new Map([...range].toReversed());
    const foreign = plainZip(range);
    const changed = plainZip(
      withText(
        range,
        "events.jsonl",
        range.get("events.jsonl")?.toString().replace('"reason":null', '"reason":"x"') ?? "",
      ),
    );

    expect(await judgement(await packed(reversed))).toMatchObject({ code: 2, row: null });
    expect(await judgement(foreign)).toMatchObject({ code: 2, row: null });
    expect(await judgement(changed)).toMatchObject({ code: 1, row: expect.any(Number) });
  });

  it("that breaks off, or has something behind it, is not taken for a bundle", async () => {
    const intact = await bundle();
    for (const length of [5, 100, intact.length - 93, intact.length - 72])
      expect((await judgement(intact.subarray(0, length))).code, `${length}`).toBeGreaterThan(1);
    expect(await judgement(Buffer.concat([intact, Buffer.from("x")]))).toMatchObject({ code: 2 });
  });

  it("that unpacks to more than it says, or lies about sizes, is left alone", async () => {
    const bomb = plainZip(withBytes(range, "events.jsonl", Buffer.alloc(5_000_000, 10)));
    const lying = Buffer.from(bomb);
    const at = lying.indexOf("PK\x01\x02");
    lying.writeUInt32LE(0xfffffff0, at + 24);

    expect(await judgement(bomb)).toMatchObject({ code: 2 });
    expect(await judgement(lying)).toMatchObject({ code: 2 });
  });

  it("that is none at all gets a sentence of its own", async () => {
    const sentences = {
      "number;time\n1;2\n": "table",
      "<!doctype html>": "web page",
      "\x7fELF": "not a zip",
      "": "empty",
    };
    for (const [content, word] of Object.entries(sentences)) {
      const { code, said } = await judgement(Buffer.from(content, "latin1"));
      expect({ code, said }).toEqual({ code: 2, said: [expect.stringContaining(word)] });
    }
    const workbook = await packed(new Map([["[Content_Types].xml", Buffer.from("x")]]));
    expect(await judgement(workbook)).toMatchObject({ code: 2, said: [expect.stringContaining("office program")] });
  });
});

describe("the verifier", () => {
  it("works alone in an empty folder beside the key and the bundle, and exits with the code", async () => {
    const folder = mkdtempSync(join(tmpdir(), "audit-verify-"));
    copyFileSync("scripts/audit-verify.mjs", join(folder, "audit-verify.mjs"));
    writeFileSync(join(folder, "audit.pub"), key);
    writeFileSync(join(folder, "good.zip"), await bundle());
    writeFileSync(join(folder, "bad.zip"), (await bundle()).fill(0, 200, 201));
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ["audit-verify.mjs", ...args], { cwd: folder });

    expect((await run("good.zip")).stdout).toMatch(/^PROVEN\./);
    await expect(run("bad.zip")).rejects.toMatchObject({ code: 1, stdout: expect.stringMatching(/^ALTERED\./) });
    const told = (words: string) => ({ code: 2, stdout: expect.stringContaining(words) });
    await expect(run("nowhere.zip")).rejects.toMatchObject(told("There is no file nowhere.zip here."));
    await expect(run("good.zip", "--since", "none.txt")).rejects.toMatchObject(told("There is no file none.txt here."));
    await expect(run("good.zip", "--key", ".")).rejects.toMatchObject(told(". is not a file."));
    await expect(run()).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining("Say which file") });
  });
});

/** With a checksum that fits the bytes before it. */
function resummed(data: Buffer): Buffer {
  const content = data.subarray(0, data.length - 71);
  return Buffer.concat([content, Buffer.from(`sha256:${createHash("sha256").update(content).digest("hex")}`)]);
}

/** As any other program packs it: sizes in front, no comment, its own time. */
function plainZip(parts: Parts): Buffer {
  const heads: Buffer[] = [];
  const records: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of parts) {
    const body = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    for (const [value, at] of [
      [20, 0],
      [8, 4],
      [0x5b79, 8],
      [name.length, 22],
    ] as const)
      fields.writeUInt16LE(value, at);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(body.length, 14);
    fields.writeUInt32LE(content.length, 18);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    heads.push(Buffer.from("PK\x03\x04"), fields, Buffer.from(name), body);
    records.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), fields, place, Buffer.from(name)]));
    offset += 30 + name.length + body.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(18);
  for (const at of [4, 6]) end.writeUInt16LE(parts.size, at);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...heads, directory, Buffer.from("PK\x05\x06"), end]);
}

import { anyChoice, type Change, either, resealed } from "./bundle-originals.ts";
import {
  bytesOf,
  linesOf,
  manifestText,
  textOf,
  withBytes,
  withHonestManifest,
  withLines,
  withText,
} from "./bundle-parts.ts";
import { pick, signedCheckpoint, testSigner } from "./sealed-trail.ts";

const honest = withHonestManifest;

/** Changes of what is signed or says what is there: checkpoints, keys, manifest, the whole. */
export const SEAL_CHANGES = {
  "files of another bundle put in": (original, random) => {
    const isRange = random.happens(0.5);
    const [parts, others] = isRange
      ? [original.range, original.otherRange]
      : [original.selection, original.otherSelection];
    const names = [...parts.keys()].filter(
      (name) => !["README.txt", "audit.pub", "keys.jsonl", "manifest.json"].includes(name),
    );
    const some = random.take([...names], random.between(1, names.length - 1));
    const mixed = some.reduce((known, name) => withBytes(known, name, bytesOf(others, name)), parts);
    return { parts: honest(mixed), codes: [1, 4] };
  },
  "all sealed anew with another key": async ({ trail }, random) => {
    const { parts } = await resealed(trail, random, {
      signer: testSigner(random.between(100, 200)),
      choice: anyChoice(trail, random),
    });
    return { parts, codes: [4] };
  },
  "all sealed anew with another key, the old audit.pub put in": async ({ trail, key }, random) => {
    const { parts } = await resealed(trail, random, {
      signer: testSigner(random.between(100, 200)),
      choice: anyChoice(trail, random),
    });
    return { parts: honest(withText(parts, "audit.pub", key)), codes: [4] };
  },
  "all sealed anew with the stolen key, against an earlier checkpoint": async ({ trail }, random) => {
    const kept = pick(random, trail.checkpoints);
    // Only rows whose fingerprints the kept checkpoint itself lists can be named from it.
    const number = random.between(Math.max(firstNumberOf(kept), kept.size - 2), kept.size);
    const { parts } = await resealed(trail, random, { signer: trail.signer, number, choice: {} });
    return { parts, codes: [4], row: number, since: kept.note };
  },
  "an older checkpoint instead": (original, random) => {
    const { parts } = either(original, random);
    const older = pick(random, original.trail.checkpoints.slice(0, -1));
    return { parts: honest(withText(parts, "checkpoint.txt", older.note)), codes: [1] };
  },
  "an older checkpoint, with only its leaves": ({ trail, range }, random) => {
    const older = pick(random, trail.checkpoints.slice(0, -1));
    const short = withBytes(
      withText(range, "checkpoint.txt", older.note),
      "leaves.bin",
      bytesOf(range, "leaves.bin").subarray(0, older.size * 32),
    );
    return { parts: honest(withText(short, "earlier.jsonl", "")), codes: [1] };
  },
  "line ends, a mark at the beginning, blank lines": (original, random) => {
    const { parts } = either(original, random);
    const name = pick(random, ["events.jsonl", "checkpoint.txt", "audit.pub", "manifest.json", "earlier.jsonl"]);
    const text = textOf(parts, name);
    const wrong = pick(random, [
      text.replaceAll("\n", "\r\n"),
      `\ufeff${text}`,
      `${text}\n`,
      text.slice(0, -1),
      text.replace("\n", " \n"),
    ]);
    return {
      parts: name === "manifest.json" ? withText(parts, name, wrong) : honest(withText(parts, name, wrong)),
      codes: [2],
    };
  },
  "base64 spelled differently": (original, random) => {
    const { parts } = either(original, random);
    const note = textOf(parts, "checkpoint.txt");
    const root = note.split("\n")[2] as string;
    const wrong = pick(random, [
      note.replace(root, root.slice(0, -1)),
      note.replace(root, `${root.slice(0, -2)}${nextLetter(root.at(-2) as string)}=`),
      note.replaceAll("+", "-").replaceAll("/", "_"),
      note.replace(root, `${root} `),
    ]);
    return { parts: honest(withText(parts, "checkpoint.txt", wrong)), codes: [2] };
  },
  "a second signature": ({ range, trail }, random) => {
    const [line] = textOf(range, "checkpoint.txt").split("\n").slice(-2);
    const stranger = signedCheckpoint(trail.leaves, {
      size: 7,
      before: 0,
      signer: testSigner(random.between(100, 200)),
    })
      .note.split("\n")
      .at(-2);
    return {
      parts: honest(
        withText(range, "checkpoint.txt", `${textOf(range, "checkpoint.txt")}${pick(random, [line, stranger])}\n`),
      ),
      codes: [2],
    };
  },
  "a bit of the signature": (original, random) => {
    const { parts } = either(original, random);
    const note = textOf(parts, "checkpoint.txt");
    const encoded = note.trimEnd().split(" ").at(-1) as string;
    const bytes = Buffer.from(encoded, "base64");
    const at = random.between(4, 67);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.between(0, 7)), at);
    return {
      parts: honest(withText(parts, "checkpoint.txt", note.replace(encoded, bytes.toString("base64")))),
      codes: [1],
    };
  },
  "something in the checkpoint": (original, random) => {
    const { parts } = either(original, random);
    const note = textOf(parts, "checkpoint.txt");
    const [origin, , root = ""] = note.split("\n");
    const wrong = pick(random, [
      note.replace(root, Buffer.alloc(32, 3).toString("base64")),
      note.replace(/signed-at 2026/, "signed-at 2025"),
      note.replace(/(leaves \d+ )..../, "$1AAAA"),
      note.replaceAll(origin as string, "reconnect-desk.test/audit/production"),
    ]);
    return { parts: honest(withText(parts, "checkpoint.txt", wrong)), codes: [1, 4] };
  },
  "a lie in the manifest": (original, random) => {
    const { parts } = either(original, random);
    const manifest = JSON.parse(textOf(parts, "manifest.json"));
    const { files } = manifest;
    const other = { ...files["events.jsonl"], sha256: "0".repeat(64) };
    const lie = pick(random, [
      { events: manifest.events + 1 },
      { purged: 1 },
      { purges: [{ first: 1, last: 1 }] },
      { firstNumber: manifest.firstNumber + 1 },
      { lastNumber: manifest.lastNumber - 1 },
      { checkpointSize: manifest.checkpointSize + 1 },
      { origin: "other.test/audit/simulator" },
      { environment: "production" },
      { kind: manifest.kind === "range" ? "selection" : "range" },
      { files: { ...files, "events.jsonl": other } },
    ]);
    return { parts: withText(parts, "manifest.json", manifestText({ ...manifest, ...lie })), codes: [1] };
  },
  "a manifest of another form": (original, random) => {
    const { parts } = either(original, random);
    const manifest = JSON.parse(textOf(parts, "manifest.json"));
    const wrong = pick(random, [
      JSON.stringify(manifest),
      manifestText({ ...manifest, extra: 1 }),
      manifestText({ ...manifest, format: "reconnect-desk/audit-bundle/2" }),
      manifestText({ ...manifest, period: [] }),
      manifestText({ ...manifest, uncovered: -1 }),
      "[]\n",
      "\n",
      `${"[".repeat(5_000)}\n`,
      manifestText(manifest).replace('"events":', '"events": 1,\n  "events":'),
      manifestText({ ...manifest, exportId: 1.5 }),
    ]);
    return { parts: withText(parts, "manifest.json", wrong), codes: [2] };
  },
  "an earlier checkpoint with a wrong proof": (original, random) => {
    const { parts } = either(original, random);
    const { note, proof } = JSON.parse(linesOf(parts, "earlier.jsonl")[0] as string) as {
      note: string;
      proof: string[];
    };
    const wrong = pick(random, [proof.slice(1), proof.toReversed(), [...proof, proof[0]], []]);
    return { parts: honest(withLines(parts, "earlier.jsonl", [JSON.stringify({ note, proof: wrong })])), codes: [1] };
  },
  "checkpoints left out, swapped or changed": ({ range, otherRange }, random) => {
    const lines = linesOf(range, "checkpoints.jsonl");
    const at = random.between(0, lines.length - 2);
    const [line, next] = [lines[at] as string, lines[at + 1] as string];
    const wrong = pick(random, [
      lines.toSpliced(at, 1),
      lines.with(at, next).with(at + 1, line),
      lines.with(at, line.replace(/(leaves \d+ )..../, "$1AAAA")),
      lines.with(at, linesOf(otherRange, "checkpoints.jsonl")[at] as string),
    ]);
    return { parts: honest(withLines(range, "checkpoints.jsonl", wrong)), codes: [1, 4] };
  },
} satisfies Record<string, Change>;

function firstNumberOf({ note }: { note: string }): number {
  return Number(/^leaves (\d+) /m.exec(note)?.[1]);
}

/** The next letter of base64: as the last before padding it spells the same bytes. */
function nextLetter(letter: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return letters[letters.indexOf(letter) + 1] ?? "A";
}

import type { NumberedEvent } from "#domain/audit-leaf.ts";
import { nodeHash } from "#domain/merkle-tree.ts";
import { type Change, changedLine, either, leavesOf, numberOf, resealed, rowLine } from "./bundle-originals.ts";
import { bytesOf, linesOf, withBytes, withHonestManifest, withLines } from "./bundle-parts.ts";
import { pick } from "./sealed-trail.ts";

const honest = withHonestManifest;

/** Changes of rows, of their leaves and of their proofs. */
export const ROW_CHANGES = {
  "a row deleted": ({ range }, random) => {
    const lines = linesOf(range, "events.jsonl");
    const at = random.between(0, lines.length - 1);
    return { parts: honest(withLines(range, "events.jsonl", lines.toSpliced(at, 1))), codes: [1], row: at + 1 };
  },
  "a row of a selection deleted": ({ selection }, random) => {
    const lines = linesOf(selection, "events.jsonl");
    const at = random.between(0, lines.length - 1);
    return { parts: honest(withLines(selection, "events.jsonl", lines.toSpliced(at, 1))), codes: [1] };
  },
  "two rows swapped": (original, random) => {
    const { parts, name } = either(original, random);
    const lines = linesOf(parts, name);
    const at = random.between(0, lines.length - 2);
    const with_ = random.between(at + 1, lines.length - 1);
    const swapped = lines.with(at, lines[with_] as string).with(with_, lines[at] as string);
    return { parts: honest(withLines(parts, name, swapped)), codes: [1] };
  },
  "a row twice": (original, random) => {
    const { parts, name } = either(original, random);
    const lines = linesOf(parts, name);
    const at = random.between(0, lines.length - 1);
    const row = numberOf(lines[at] as string);
    const to = random.between(at + 1, lines.length);
    return {
      parts: honest(withLines(parts, name, lines.toSpliced(to, 0, lines[at] as string))),
      codes: [1],
      ...(parts === original.range ? { row } : {}),
    };
  },
  "a row inserted, all behind it renumbered": ({ range, other }, random) => {
    const lines = linesOf(range, "events.jsonl");
    const at = random.between(0, lines.length - 1);
    const inserted = rowLine({ ...(other.events[at] as NumberedEvent), number: at + 1 });
    const behind = lines
      .slice(at)
      .map((line) => line.replace(/,"number":(\d+),/, (_, n) => `,"number":${Number(n) + 1},`));
    return {
      parts: honest(withLines(range, "events.jsonl", [...lines.slice(0, at), inserted, ...behind])),
      codes: [1],
      row: at + 1,
    };
  },
  "the end cut off": ({ range }, random) => {
    const lines = linesOf(range, "events.jsonl");
    const left = random.between(0, lines.length - 1);
    return { parts: honest(withLines(range, "events.jsonl", lines.slice(0, left))), codes: [1], row: left + 1 };
  },
  "one letter of a row changed": (original, random) => {
    const { parts, name } = either(original, random);
    const lines = linesOf(parts, name);
    const at = random.between(0, lines.length - 1);
    const line = lines[at] as string;
    // Within the body, where it stays a line: its head and tail are of a fixed form.
    const letters = [...line.matchAll(/[a-z0-9]/g)]
      .map(({ index }) => index)
      .filter((index) => index > 10 && index < line.lastIndexOf(',"number"'));
    const letter = pick(random, letters);
    const changed = `${line.slice(0, letter)}${line[letter] === "x" ? "y" : "x"}${line.slice(letter + 1)}`;
    return { parts: honest(withLines(parts, name, lines.with(at, changed))), codes: [1], row: numberOf(line) };
  },
  "a row's time moved by a microsecond": (original, random) => {
    const { parts, name } = either(original, random);
    return changedLine(parts, name, random, (line) =>
      line.replace(/(\d)Z"\}$/, (_, digit) => `${(Number(digit) + 1) % 10}Z"}`),
    );
  },
  "a body written with spaces": (original, random) => {
    const { parts, name } = either(original, random);
    return changedLine(parts, name, random, (line) => line.replace('{"body":{', '{"body":{ '));
  },
  "a body's keys in another order": (original, random) => {
    const { parts, name } = either(original, random);
    return changedLine(parts, name, random, (line) => {
      const [, body = "", tail = ""] = /^\{"body":(.*)(,"number":.*)$/.exec(line) ?? [];
      return `{"body":${JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body)).reverse()))}${tail}`;
    });
  },
  "rows of another trail put in": (original, random) => {
    const isRange = random.happens(0.5);
    const parts = isRange ? original.range : original.selection;
    const others = linesOf(isRange ? original.otherRange : original.otherSelection, "events.jsonl");
    const lines = linesOf(parts, "events.jsonl");
    const at = random.between(0, lines.length - 1);
    const to = random.between(at + 1, lines.length);
    const spliced = [...lines.slice(0, at), ...others.slice(at, to), ...lines.slice(to)];
    return { parts: honest(withLines(parts, "events.jsonl", spliced)), codes: [1], row: numberOf(lines[at] as string) };
  },
  "a row changed in the database and its seal recomputed": async ({ trail }, random) => {
    const number = random.between(1, trail.events.length);
    const forged = await resealed(trail, random, {
      signer: trail.signer,
      number,
      choice: {},
      checkpoints: trail.checkpoints,
    });
    return { parts: forged.parts, codes: [1], row: number };
  },
  "a row changed in the database, some rows exported": async ({ trail }, random) => {
    const numbers = [2, 3, 11, 17];
    const forged = await resealed(trail, random, {
      signer: trail.signer,
      number: pick(random, numbers),
      choice: { numbers },
      checkpoints: trail.checkpoints,
    });
    return { parts: forged.parts, codes: [1] };
  },
  "pairs of leaves replaced by their nodes": ({ range }) => {
    const leaves = leavesOf(range);
    const nodes = leaves.flatMap((leaf, at) =>
      at % 2 === 0 && leaves[at + 1] ? [nodeHash(leaf, leaves[at + 1] as Buffer)] : [],
    );
    return { parts: honest(withBytes(range, "leaves.bin", Buffer.concat(nodes))), codes: [1] };
  },
  "an inner node given out as a leaf": ({ selection, trail }, random) => {
    const lines = linesOf(selection, "proofs.jsonl");
    const at = random.between(0, lines.length - 1);
    const proof = JSON.parse(lines[at] as string);
    const shorter = JSON.stringify({ number: proof.number, path: proof.path.slice(1) });
    return {
      parts: honest(withLines(selection, "proofs.jsonl", lines.with(at, shorter))),
      codes: [1],
      row: numberOf(linesOf(selection, "events.jsonl")[at] as string),
      since: trail.checkpoints[0]?.note,
    };
  },
  "proofs of another tree": ({ selection, otherSelection }, random) => {
    const [lines, others] = [linesOf(selection, "proofs.jsonl"), linesOf(otherSelection, "proofs.jsonl")];
    const at = random.between(0, lines.length - 1);
    return {
      parts: honest(withLines(selection, "proofs.jsonl", lines.with(at, others[at] as string))),
      codes: [1],
      row: numberOf(linesOf(selection, "events.jsonl")[at] as string),
    };
  },
  "a path turned round, cut or grown": ({ selection }, random) => {
    const lines = linesOf(selection, "proofs.jsonl");
    const at = random.between(0, lines.length - 1);
    const { number, path } = JSON.parse(lines[at] as string) as { number: number; path: string[] };
    const wrong = pick(random, [
      path.toReversed(),
      path.slice(0, -1),
      [...path, path[0]],
      path.with(0, Buffer.alloc(32, 7).toString("base64")),
    ]);
    return {
      parts: honest(withLines(selection, "proofs.jsonl", lines.with(at, JSON.stringify({ number, path: wrong })))),
      codes: [1],
      row: number,
    };
  },
  "a leaf changed, swapped, lost or doubled": ({ range }, random) => {
    const leaves = leavesOf(range);
    const at = random.between(0, leaves.length - 2);
    const [leaf, next] = [leaves[at] as Buffer, leaves[at + 1] as Buffer];
    const wrong = pick(random, [
      leaves.with(at, Buffer.alloc(32, 9)),
      leaves.with(at, next).with(at + 1, leaf),
      leaves.toSpliced(at, 1),
      leaves.toSpliced(at, 0, leaf),
    ]);
    return { parts: honest(withBytes(range, "leaves.bin", Buffer.concat(wrong))), codes: [1] };
  },
  "a row said to be purged": ({ range }, random) => {
    const lines = linesOf(range, "events.jsonl");
    const at = random.between(1, lines.length - 1);
    return {
      parts: honest(withLines(range, "events.jsonl", lines.with(at, `{"number":${at + 1},"purged":true}`))),
      codes: [1],
      row: at + 1,
    };
  },
  "a byte of a file": (original, random) => {
    const { parts } = either(original, random);
    const name = pick(
      random,
      [...parts.keys()].filter(
        (file) => file !== "README.txt" && file !== "manifest.json" && bytesOf(parts, file).length > 0,
      ),
    );
    const bytes = Buffer.from(bytesOf(parts, name));
    const at = random.between(0, bytes.length - 1);
    bytes.writeUInt8(bytes.readUInt8(at) ^ random.between(1, 255), at);
    return { parts: honest(withBytes(parts, name, bytes)), codes: [1, 2, 4] };
  },
} satisfies Record<string, Change>;

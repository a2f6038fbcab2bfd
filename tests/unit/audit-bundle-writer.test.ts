import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { type BundleEvent, writeAuditBundle } from "#platform/audit-bundle.ts";
import { linesOf, unpacked, writtenBundle } from "../support/bundle-parts.ts";
import { bundleSource, sealedTrail } from "../support/sealed-trail.ts";

const trail = sealedTrail({ size: 12 });
const source = bundleSource(trail);

it("writes the same bytes for the same content, and tells what they hash to", async () => {
  const { stream, finished } = writeAuditBundle(source);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const data = Buffer.concat(chunks);

  expect(data.equals(await writtenBundle(source))).toBe(true);
  const sha256 = createHash("sha256").update(data).digest("hex");
  expect(await finished).toEqual({ sha256, bytes: data.length, events: 12 });
});

it("puts each body in as it was sealed, byte for byte", async () => {
  const lines = linesOf(unpacked(await writtenBundle(source)), "events.jsonl");

  expect(lines).toEqual(
    trail.events.map(
      ({ number, recordedAt, body }) => `{"body":${body},"number":${number},"recordedAt":"${recordedAt}"}`,
    ),
  );
});

it("counts what it was given: rows, purged rows, the first and the last number", async () => {
  const parts = unpacked(await writtenBundle(bundleSource(trail, { purged: (number) => number < 4 || number === 6 })));

  expect(JSON.parse(parts.get("manifest.json")?.toString() ?? "")).toMatchObject({
    events: 8,
    purged: 4,
    purges: [
      { first: 1, last: 3 },
      { first: 6, last: 6 },
    ],
    firstNumber: 1,
    lastNumber: 12,
    checkpointSize: 12,
  });
});

it("asks for rows only as fast as the bundle is read, and stops when the reader goes away", async () => {
  const asked = { rows: 0, hasEnded: false };
  const { stream, finished } = writeAuditBundle({ ...source, events: endless(asked) });
  for await (const chunk of stream) if (chunk.length > 0 && asked.rows > 0) break;
  await expect(finished).rejects.toThrow();
  // The last piece that was under way may still come to its end.
  await expect.poll(() => asked.hasEnded).toBe(true);

  expect(asked.rows).toBeLessThan(20_000);
});

it("fails as a whole when a source fails, or rows do not come in order", async () => {
  const failing = async function* () {
    yield trail.events[0] as BundleEvent;
    throw new Error("The database went away.");
  };
  const [first, second] = trail.events as [BundleEvent, BundleEvent];
  const sentences = { "database went away": failing(), "cannot follow": [second, first], "instead of": trail.events };
  for (const [sentence, events] of Object.entries(sentences)) {
    const leaves = sentence === "instead of" ? trail.leaves.slice(1) : trail.leaves;
    const { stream, finished } = writeAuditBundle({ ...source, kind: "range", events, leaves, checkpoints: [] });
    await expect(stream.resume().toArray()).rejects.toThrow(sentence);
    await expect(finished).rejects.toThrow(sentence);
  }
});

async function* endless(asked: { rows: number; hasEnded: boolean }): AsyncGenerator<BundleEvent> {
  try {
    for (;;) {
      asked.rows += 1;
      yield { ...(trail.events[0] as BundleEvent), number: asked.rows };
    }
  } finally {
    asked.hasEnded = true;
  }
}

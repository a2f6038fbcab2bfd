import { afterAll, expect, it } from "vitest";
import { originalBundles } from "../support/bundle-originals.ts";
import { packed, writtenBundle } from "../support/bundle-parts.ts";
import { CHANGE_NAMES, tampered } from "../support/bundle-tampering.ts";
import { bundleSource, sealedTrail } from "../support/sealed-trail.ts";
import { startSecondVerifier } from "../support/second-verifier.ts";
import { judge, judgeTwice } from "../support/two-verifiers.ts";

// The full form is `npm run tamper-test`: a thousand rows, ten thousand changes.
const ROUNDS = 4;
// Ten times what it takes, for a machine that is busy otherwise.
const PATIENCE_MS = 120_000;
const second = startSecondVerifier();
afterAll(() => second.stop());

it(
  "notices each way to tamper with a bundle, and names the row where it can be known",
  async () => {
    const original = await originalBundles(1);
    for (let seed = 0; seed < ROUNDS * CHANGE_NAMES.length; seed += 1) {
      const { parts, change, codes, row, key, since } = await tampered(original, seed);
      const judgement = await judgeTwice(second, { data: await packed(parts), key, since });

      expect(codes, `${change} (seed ${seed}): ${judgement.said[0]}`).toContain(judgement.code);
      if (row !== undefined) expect(judgement.row, `${change} (seed ${seed})`).toBe(row);
    }
  },
  PATIENCE_MS,
);

it(
  "notices each changed byte of a small bundle",
  async () => {
    const trail = sealedTrail({ size: 5 });
    const key = trail.signer.verifier.vkey;
    const data = await writtenBundle(bundleSource(trail));
    const flips = Array.from(data, (_, at) => [at, 1 << (at % 8)] as const);
    const answers = await second.ask({ data: data.toString("base64"), key, flips, lookFurther: false });
    const missed: number[] = [];
    for (const [at, mask] of flips) {
      const flipped = Buffer.from(data);
      flipped.writeUInt8(flipped.readUInt8(at) ^ mask, at);
      const { code } = await judge({ data: flipped, key }, false);
      if (code === 0 || code !== answers[at]?.code) missed.push(at);
    }

    expect(answers).toHaveLength(data.length);
    expect(missed).toEqual([]);
  },
  PATIENCE_MS,
);

import { writtenBundle } from "./bundle-parts.ts";
import { type BundleChoice, bundleSource, pick, type SealedTrail, sealedTrail, testSigner } from "./sealed-trail.ts";
import { seededRandom } from "./seeded-random.ts";

export interface GoodBundle {
  about: string;
  data: Buffer;
  key: string;
  since?: string;
}

// Around powers of two, where trees change their form.
const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];

/** An untouched bundle: the same seed makes the same one, and neighbouring seeds go through all sizes and kinds. */
export async function goodBundle(seed: number): Promise<GoodBundle> {
  const random = seededRandom(seed);
  const size = SIZES[seed % SIZES.length] as number;
  const kinds = size === 0 ? (["whole"] as const) : KINDS;
  const kind = pick(random, kinds);
  const signer = testSigner(random.between(1, 90));
  const rotates = random.happens(0.3) ? { at: random.between(1, size + 1), next: testSigner(99) } : undefined;
  const trail = sealedTrail({ size, seed, signer, checkpointEvery: random.between(6, 40), rotation: rotates });
  const since = random.happens(0.5) ? pick(random, trail.checkpoints) : undefined;
  const choice = { ...CHOICES[kind](trail, random), earlier: since ? [since.size] : undefined };
  // Either key is a way to the other.
  const pinned = random.happens(0.5) ? signer : trail.signer;
  const trusted = rotates ? pinned : signer;
  return {
    about: `seed ${seed}: ${kind} of ${size} rows${rotates ? ", key changed" : ""}${since ? `, since ${since.size}` : ""}`,
    data: await writtenBundle(bundleSource(trail, choice)),
    key: `${trusted.verifier.vkey}\n`,
    since: since?.note,
  };
}

const KINDS = ["whole", "period", "selection", "purged"] as const;

const CHOICES: Record<
  (typeof KINDS)[number],
  (trail: SealedTrail, random: ReturnType<typeof seededRandom>) => BundleChoice
> = {
  whole: () => ({}),
  period: ({ events }, random) => {
    const first = random.between(1, events.length);
    return { range: { first, last: random.between(first, events.length) } };
  },
  selection: ({ events }, random) => ({
    numbers: events.map(({ number }) => number).filter(() => random.happens(0.4)),
  }),
  purged: ({ events }, random) => {
    const last = random.between(1, events.length);
    return { purged: (number) => number <= last };
  },
};

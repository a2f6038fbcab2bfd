import canonicalize from "canonicalize";
import type { NumberedEvent } from "#domain/audit-leaf.ts";
import {
  bytesOf,
  linesOf,
  type Parts,
  unpacked,
  withHonestManifest,
  withLines,
  writtenBundle,
} from "./bundle-parts.ts";
import { type BundleChoice, bundleSource, type SealedTrail, sealed, sealedTrail } from "./sealed-trail.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What somebody made of a bundle, and what has to come of it. */
export interface Made {
  parts: Parts;
  /** The exit codes that are right. */
  codes: readonly number[];
  /** The row that has to be named. */
  row?: number;
  /** Whom the reader trusts; the signer of the original where nothing else is said. */
  key?: string;
  /** The checkpoint that the reader kept. */
  since?: string;
}

export type Change = (original: Original, random: SeededRandom) => Promise<Made> | Made;

export interface Original {
  trail: SealedTrail;
  /** Another trail of the same key: the same numbers, other rows. */
  other: SealedTrail;
  range: Parts;
  selection: Parts;
  otherRange: Parts;
  otherSelection: Parts;
  key: string;
}

/** Parts of untouched bundles, made once and tampered with many times. */
export async function originalBundles(seed: number, size = 24): Promise<Original> {
  const trail = sealedTrail({ size, seed });
  const other = sealedTrail({ size, seed: seed + 1_000_000 });
  const numbers = trail.events.map(({ number }) => number).filter((number) => number % 3 !== 1);
  const parts = async (of: SealedTrail, choice: BundleChoice) =>
    unpacked(await writtenBundle(bundleSource(of, choice)));
  return {
    trail,
    other,
    range: await parts(trail, {}),
    selection: await parts(trail, { numbers }),
    otherRange: await parts(other, {}),
    otherSelection: await parts(other, { numbers }),
    key: `${trail.signer.verifier.vkey}\n`,
  };
}

/** A row's reason changed, and everything sealed anew; with `checkpoints` given, signed before that. */
export async function resealed(
  trail: SealedTrail,
  random: SeededRandom,
  {
    signer,
    number = random.between(1, trail.events.length),
    choice,
    checkpoints,
  }: { signer: SealedTrail["signer"]; number?: number; choice: BundleChoice; checkpoints?: SealedTrail["checkpoints"] },
) {
  const reason = (body: string) => canonicalize({ ...JSON.parse(body), reason: "The customer asked for it." }) ?? "";
  const events = trail.events.map((event) =>
    event.number === number ? { ...event, body: reason(event.body) } : event,
  );
  const forged = sealed(events, { signer });
  return {
    parts: unpacked(
      await writtenBundle(bundleSource({ ...forged, checkpoints: checkpoints ?? forged.checkpoints }, choice)),
    ),
  };
}

export function anyChoice(trail: SealedTrail, random: SeededRandom): BundleChoice {
  return random.happens(0.5)
    ? {}
    : { numbers: trail.events.map(({ number }) => number).filter((number) => number % 2 === 0) };
}

export function either(original: Original, random: SeededRandom): { parts: Parts; name: "events.jsonl" } {
  return { parts: random.happens(0.5) ? original.range : original.selection, name: "events.jsonl" };
}

export function changedLine(parts: Parts, name: string, random: SeededRandom, change: (line: string) => string): Made {
  const lines = linesOf(parts, name);
  const at = random.between(0, lines.length - 1);
  const line = lines[at] as string;
  return {
    parts: withHonestManifest(withLines(parts, name, lines.with(at, change(line)))),
    codes: [1],
    row: numberOf(line),
  };
}

export function leavesOf(parts: Parts): Buffer[] {
  const bytes = bytesOf(parts, "leaves.bin");
  return Array.from({ length: bytes.length / 32 }, (_, at) => bytes.subarray(at * 32, at * 32 + 32));
}

export function rowLine({ number, recordedAt, body }: NumberedEvent): string {
  return `{"body":${body},"number":${number},"recordedAt":"${recordedAt}"}`;
}

export function numberOf(line: string): number {
  return Number(/,"number":(\d+),"recordedAt":"[^"]*"\}$/.exec(line)?.[1]);
}

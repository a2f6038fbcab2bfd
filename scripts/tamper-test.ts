import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { originalBundles } from "../tests/support/bundle-originals.ts";
import { packed, unpacked, withHonestManifest, writtenBundle } from "../tests/support/bundle-parts.ts";
import { tampered } from "../tests/support/bundle-tampering.ts";
import { canonicalDisagreements } from "../tests/support/canonical-bodies.ts";
import { goodBundle } from "../tests/support/good-bundles.ts";
import { bundleSource, sealedTrail } from "../tests/support/sealed-trail.ts";
import { type SecondVerifier, startSecondVerifier } from "../tests/support/second-verifier.ts";
import { judge, judgeTwice } from "../tests/support/two-verifiers.ts";
import { seconds } from "./progress.ts";
import { runProgram } from "./shutdown.ts";
import { sumsLine } from "./sums.ts";

/**
 * Tampers with bundles in every way we know and asks both verifiers: every byte of a bundle of a thousand rows, every byte
 * inside a small one with all checksums made anew, ten thousand changes of structure, and as many untouched bundles.
 * Each core takes its share; `--share I/N` runs one share in this process.
 */
interface Progress {
  suite: string;
  tried: number;
  wrong: string[];
}

const FLIPS_AT_ONCE = 100;
const BODIES_AT_ONCE = 20;
const REPORT_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000" },
    changes: { type: "string", default: "10000" },
    good: { type: "string", default: "10000" },
    bodies: { type: "string", default: "100000" },
    share: { type: "string" },
  },
});

const originals = new Map<number, ReturnType<typeof originalBundles>>();

await runProgram(() => (values.share ? runShare(values.share) : runAll()));

async function runAll(): Promise<number> {
  const startedAt = Date.now();
  const shares = availableParallelism();
  const totals = new Map<string, { tried: number; wrong: string[] }>();
  const add = ({ suite, tried, wrong }: Progress) => {
    const total = totals.get(suite) ?? { tried: 0, wrong: [] };
    totals.set(suite, { tried: total.tried + tried, wrong: [...total.wrong, ...wrong] });
    for (const sentence of wrong) console.log(`WRONG  ${suite}: ${sentence}`);
  };
  const tell = () =>
    console.log(
      `${seconds(startedAt).padStart(9)}  ${[...totals].map(([suite, { tried }]) => `${suite} ${tried}`).join(" · ")}`,
    );
  const beat = setInterval(tell, REPORT_EVERY_MS);
  const codes = await Promise.all(Array.from({ length: shares }, (_, share) => runChild(`${share}/${shares}`, add)));
  clearInterval(beat);
  tell();
  const wrong = [...totals.values()].reduce((sum, total) => sum + total.wrong.length, 0);
  const tried = [...totals.values()].reduce((sum, total) => sum + total.tried, 0);
  const broken = codes.filter((code) => code !== 0).length;
  console.log(`${tried} tried with two verifiers in ${seconds(startedAt)}: ${wrong} missed or false alarms.`);
  console.log(sumsLine({ passed: tried - wrong, failed: wrong + broken }));
  return wrong + broken === 0 ? 0 : 1;
}

function runChild(share: string, add: (progress: Progress) => void): Promise<number> {
  const child = fork(process.argv[1] as string, [...process.argv.slice(2), "--share", share]);
  child.on("message", (progress) => add(progress as Progress));
  return new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
}

/** All suites by turns, so that a run that is stopped early has tried something of each. */
async function runShare(share: string): Promise<number> {
  const [index = 0, shares = 1] = share.split("/").map(Number);
  const second = startSecondVerifier();
  const mine = { index, shares, second };
  let running = [changes(mine), untouched(mine), canonicalBodies(mine), bytesInside(mine), bytesOfFile(mine)];
  while (running.length > 0) {
    const steps = [];
    for (const suite of running) steps.push({ suite, step: await suite.next() });
    for (const { step } of steps) if (!step.done) process.send?.(step.value);
    running = steps.filter(({ step }) => !step.done).map(({ suite }) => suite);
  }
  await second.stop();
  return 0;
}

interface Share {
  index: number;
  shares: number;
  second: SecondVerifier;
}

type Suite = AsyncGenerator<Progress, void>;

async function* changes({ index, shares, second }: Share): Suite {
  for (let seed = index; seed < Number(values.changes); seed += shares)
    yield { suite: "changes", tried: 1, wrong: await wrongWith(seed, second) };
}

async function* untouched({ index, shares, second }: Share): Suite {
  for (let seed = index; seed < Number(values.good); seed += shares)
    yield { suite: "untouched", tried: 1, wrong: await alarm(seed, second) };
}

async function* canonicalBodies({ index, shares }: Share): Suite {
  const turns = Math.ceil(Number(values.bodies) / shares / BODIES_AT_ONCE);
  for (let turn = 0; turn < turns; turn += 1) {
    const wrong = canonicalDisagreements({ seed: turn * shares + index, count: BODIES_AT_ONCE });
    yield { suite: "canonical bodies", tried: BODIES_AT_ONCE, wrong };
  }
}

/** Every byte of the file as it is: its checksum has to tell. */
async function* bytesOfFile({ index, shares, second }: Share): Suite {
  const trail = sealedTrail({ size: Number(values.rows), checkpointEvery: 100 });
  const key = trail.signer.verifier.vkey;
  const data = await writtenBundle(bundleSource(trail));
  const encoded = data.toString("base64");
  for (let from = index * FLIPS_AT_ONCE; from < data.length; from += shares * FLIPS_AT_ONCE) {
    const places = Array.from({ length: Math.min(FLIPS_AT_ONCE, data.length - from) }, (_, at) => from + at);
    const flips = places.map((at) => [at, 1 << (at % 8)] as const);
    const asked = second.ask({ data: encoded, key, flips, lookFurther: false });
    const codes: number[] = [];
    for (const [at, mask] of flips) codes.push((await judge({ data: flipped(data, at, mask), key }, false)).code);
    const answers = await asked;
    const wrong = places.flatMap((at, place) => {
      const pair = [codes[place], answers[place]?.code];
      return pair[0] === 0 || pair[0] !== pair[1] ? [`byte ${at}: exit codes ${pair.join(" and ")}`] : [];
    });
    yield { suite: "bytes of a file", tried: places.length, wrong };
  }
}

/** Every byte of the files inside, with all sums made anew: only the proofs can tell. */
async function* bytesInside({ index, shares, second }: Share): Suite {
  const trail = sealedTrail({ size: 5, checkpointEvery: 2 });
  const parts = unpacked(await writtenBundle(bundleSource(trail)));
  // The first is only for reading, and what the last says of the request is signed by nobody.
  const places = [...parts]
    .filter(([name]) => name !== "README.txt" && name !== "manifest.json")
    .flatMap(([name, content]) => Array.from(content, (_, at) => ({ name, content, at })));
  for (const [place, { name, content, at }] of places.entries()) {
    if (place % shares !== index) continue;
    const changed = withHonestManifest(new Map(parts).set(name, flipped(content, at, 1 << (place % 8))));
    const judgement = await judgedOrError(second, { data: await packed(changed), key: trail.signer.verifier.vkey });
    const isWrong = typeof judgement === "string" || judgement.code === 0;
    yield {
      suite: "bytes inside",
      tried: 1,
      wrong: isWrong ? [`byte ${at} of ${name}: ${JSON.stringify(judgement)}`] : [],
    };
  }
}

async function wrongWith(seed: number, second: SecondVerifier): Promise<string[]> {
  // A new trail for every thousand changes, of another size.
  const number = Math.floor(seed / 1_000);
  if (!originals.has(number)) originals.set(number, originalBundles(number + 1, 24 + number));
  const { parts, change, codes, row, key, since } = await tampered(
    await (originals.get(number) as ReturnType<typeof originalBundles>),
    seed,
  );
  const judgement = await judgedOrError(second, { data: await packed(parts), key, since });
  if (typeof judgement === "string") return [`${change} (seed ${seed}): ${judgement}`];
  const isRight = codes.includes(judgement.code) && (row === undefined || row === judgement.row);
  return isRight
    ? []
    : [`${change} (seed ${seed}): exit ${judgement.code}, row ${judgement.row}: ${judgement.said[0]}`];
}

async function alarm(seed: number, second: SecondVerifier): Promise<string[]> {
  const good = await goodBundle(seed);
  const judgement = await judgedOrError(second, good);
  if (typeof judgement !== "string" && judgement.code === 0) return [];
  return [`${good.about}: ${JSON.stringify(judgement)}`];
}

/** The judgement, or in what the two verifiers do not agree. */
async function judgedOrError(...[second, one]: Parameters<typeof judgeTwice>) {
  return judgeTwice(second, one).catch((error: Error) => error.message);
}

function flipped(data: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(data);
  copy.writeUInt8(copy.readUInt8(at) ^ mask, at);
  return copy;
}

import { setTimeout as sleep } from "node:timers/promises";
import { type SeededRandom, seededRandom } from "../support/seeded-random.ts";
import type { CrashGround } from "./ground.ts";
import { type MortalSealer, startMortalSealer } from "./sealer.ts";
import { faultsOfFolder, readSignedHeads } from "./signed-heads.ts";
import { countUnsealed, faultsOfRecord, faultsOfSeals } from "./trail-faults.ts";
import { startWriters, type Writers } from "./writers.ts";

const VICTIMS = ["a writer", "the sealer", "a backend", "Postgres"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface RoundsOptions {
  rounds: number;
  seed: number;
  /** Acknowledged between two strikes, at least. */
  rowsEach: number;
  onRound?: (round: { victim: Victim; acknowledged: number }) => void;
}

export interface RoundsResult {
  struck: Victim[];
  acknowledged: number;
  /** When the last round was over. */
  leftToSeal: number;
  sealed: number | undefined;
  checkpoints: number;
  /** What must not be, in words. */
  faults: string[];
}

/** Some hundred rows a second: more would only wait for the sealer, which is hardly up between two strikes. */
export const WRITERS = { processes: 3, pauseMs: 10 };
const LONGEST_DELAY_MS = 250;
/** Far longer than a recovery of Postgres takes: whoever does not write or seal again by then never will. */
const PATIENCE_MS = 120_000;

/**
 * Strikes one victim after another while rows are written and sealed, and then compares what is there with the record outside.
 * @throws when nothing is written any more.
 */
export async function runCrashRounds(ground: CrashGround, options: RoundsOptions): Promise<RoundsResult> {
  const random = seededRandom(options.seed);
  const sealer = startMortalSealer(ground);
  const writers = startWriters(ground, WRITERS);
  const struck: Victim[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    await untilMoreAcknowledged(writers, options.rowsEach);
    await untilMoreSealed(ground);
    await sleep(random.between(0, LONGEST_DELAY_MS));
    // Each in turn, so that also a short run strikes all.
    const victim = VICTIMS[round % VICTIMS.length] ?? "a writer";
    struck.push(victim);
    await strike(victim, { ground, writers, sealer, random });
    options.onRound?.({ victim, acknowledged: writers.acknowledged() });
  }
  await untilMoreAcknowledged(writers, options.rowsEach);
  await writers.letGo();
  const leftToSeal = await countUnsealed(ground.owner);
  const unsealed = await untilSealed(ground);
  await sealer.stop();
  return { struck, leftToSeal, ...(await compare(ground, { unsealed, sealer, operations: writers.operations() })) };
}

/** @throws when it takes so long that nobody can be writing any more. */
export async function untilMoreAcknowledged(writers: Writers, rows: number): Promise<void> {
  const wanted = writers.acknowledged() + rows;
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (writers.acknowledged() < wanted) {
    if (Date.now() > giveUpAt) throw new Error(`No ${rows} rows were acknowledged within ${PATIENCE_MS / 1000} s.`);
    await sleep(5);
  }
}

/** So that every strike hits a sealer at work. @throws when it takes so long that none can be. */
async function untilMoreSealed({ owner }: CrashGround): Promise<void> {
  let before: number | undefined;
  for (const giveUpAt = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    // Nothing while Postgres recovers.
    const sealed = await readSealed(owner).catch(() => undefined);
    if (sealed !== undefined && before !== undefined && sealed > before) return;
    before ??= sealed;
    if (Date.now() > giveUpAt) throw new Error(`No row was sealed within ${PATIENCE_MS / 1000} s.`);
  }
}

async function readSealed(owner: CrashGround["owner"]): Promise<number | undefined> {
  const { rows } = await owner.query<{ sealed: number }>(
    "SELECT coalesce(max(number), 0)::int AS sealed FROM audit.sealed_event",
  );
  return rows[0]?.sealed;
}

type Struck = { ground: CrashGround; writers: Writers; sealer: MortalSealer; random: SeededRandom };

async function strike(victim: Victim, { ground, writers, sealer, random }: Struck): Promise<void> {
  switch (victim) {
    case "a writer":
      return writers.killOne(random);
    case "the sealer":
      return sealer.kill(random);
    case "a backend":
      return killBackend(ground, random);
    case "Postgres":
      return ground.postgres.crash();
  }
}

/** Postgres then takes its shared memory for spoilt, ends all its other backends and recovers by itself. */
async function killBackend({ owner }: CrashGround, random: SeededRandom): Promise<void> {
  const { rows } = await owner.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> current_user",
  );
  const [backend] = random.take(rows, 1);
  if (backend) process.kill(backend.pid, "SIGKILL");
}

/** Waits for as long as the sealer gets on: how much is left for it depends on how often it was struck. @returns what remains. */
async function untilSealed({ owner }: CrashGround): Promise<number> {
  let unsealed = await countUnsealed(owner);
  for (let gotOnAt = Date.now(); unsealed > 0 && Date.now() - gotOnAt < PATIENCE_MS; ) {
    await sleep(200);
    const left = await countUnsealed(owner);
    if (left < unsealed) gotOnAt = Date.now();
    unsealed = left;
  }
  return unsealed;
}

type Found = { unsealed: number; sealer: MortalSealer; operations: string[] };

async function compare({ owner }: CrashGround, { unsealed, sealer, operations }: Found) {
  const heads = readSignedHeads(sealer.checkpoints);
  const sealed = await readSealed(owner);
  const signed = Math.max(...heads.map(({ size }) => size));
  const faults = [
    ...(unsealed > 0 ? [`${unsealed} rows remain unsealed`] : []),
    ...(signed === sealed ? [] : [`${sealed} events are sealed, the last checkpoint covers ${signed}`]),
    ...(await faultsOfFolder(owner, sealer.checkpoints)),
    ...(await faultsOfSeals(owner, heads)),
    ...(await faultsOfRecord(owner, operations)),
  ];
  return { acknowledged: operations.length, sealed, checkpoints: heads.length, faults };
}

import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { SeededRandom } from "../support/seeded-random.ts";
import type { MortalPostgres } from "./mortal-postgres.ts";
import type { Writers } from "./writers.ts";

export const VICTIMS = ["a writer", "the sealer", "a backend", "Postgres"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Round {
  victim: Victim;
  /** In all, when the victim was struck. */
  acknowledged: number;
}

export interface RoundsOptions {
  postgres: MortalPostgres;
  writers: Writers;
  sealer: { kill(): Promise<void> };
  /** Connects anew after Postgres was away. */
  owner: pg.Pool;
  random: SeededRandom;
  rounds: number;
  /** Acknowledged since the round before. */
  rowsEach: number;
  onRound?: (round: Round) => void;
}

const LONGEST_DELAY_MS = 250;
/** Far longer than a recovery of Postgres takes: whoever does not write again by then never will. */
const PATIENCE_MS = 60_000;

/** Strikes one victim after another while rows are written. @throws when nothing is written any more. */
export async function strike({ rounds, rowsEach, onRound, ...options }: RoundsOptions): Promise<Round[]> {
  const { writers, random } = options;
  const struck: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Every victim in turn, so that also a short run strikes each.
    const victim = VICTIMS[round % VICTIMS.length] ?? "a writer";
    await untilAcknowledged(writers, writers.acknowledged() + rowsEach);
    await sleep(random.between(0, LONGEST_DELAY_MS));
    struck.push({ victim, acknowledged: writers.acknowledged() });
    await strikeOne(victim, options);
    onRound?.(struck[struck.length - 1] as Round);
  }
  await untilAcknowledged(writers, writers.acknowledged() + rowsEach);
  return struck;
}

async function untilAcknowledged(writers: Writers, rows: number): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (writers.acknowledged() < rows) {
    if (Date.now() > giveUpAt) throw new Error(`No ${rows} rows were acknowledged within ${PATIENCE_MS / 1000} s.`);
    await sleep(5);
  }
}

async function strikeOne(victim: Victim, { postgres, writers, sealer, owner, random }: StrikeParts): Promise<void> {
  switch (victim) {
    case "a writer":
      return writers.killOne(random);
    case "the sealer":
      return sealer.kill();
    case "a backend":
      return killBackend(owner, random);
    case "Postgres":
      return postgres.crash();
  }
}

type StrikeParts = Pick<RoundsOptions, "postgres" | "writers" | "sealer" | "owner" | "random">;

/** Postgres then takes its shared memory for spoilt, ends all its other backends and recovers by itself. */
async function killBackend(owner: pg.Pool, random: SeededRandom): Promise<void> {
  const { rows } = await owner.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> current_user",
  );
  const [backend] = random.take(rows, 1);
  if (backend) process.kill(backend.pid, "SIGKILL");
}

import { parseArgs } from "node:util";
import { CUSTOMERS_PAGE_MAX } from "#dwolla/customers.ts";
import type { SweepMode } from "#features/sweeps/schema.ts";
import { runProgram } from "../../scripts/shutdown.ts";
import { type BenchDesk, runSweep, startBenchDesk } from "./support/desk.ts";
import { connectOwner, type DatabaseCost, type Owner } from "./support/owner.ts";
import { medianOf } from "./support/pairs.ts";
import { type Figure, report } from "./support/report.ts";

const CHANGED_SHARE = 0.01;
const ROUNDS = 5;
const WRITE_CHANGES = `UPDATE "Customer" AS stored SET name = changed.name FROM changed WHERE stored.id = changed.id`;

/**
 * A sweep after which 1 % has changed, against writing nothing but the changes. Bytes of the log are counted, not seconds, so few
 * rounds are enough. No checkpoint falls into it: every page it touches was written since the last one, and none is logged whole.
 */
await runProgram(async (cleanup) => {
  const { mode, customers } = readOptions();
  const env = { DWOLLA_CALLS_PER_SECOND: "10000" };
  const desk = await startBenchDesk(cleanup, { customers, env });
  const owner = await connectOwner(cleanup, desk.database.ownerUrl);
  // In production there is no such log; without one of its own it adds nothing here either.
  await owner.run(`ALTER TABLE "DwollaCall" SET UNLOGGED`);
  desk.startWorker("worker");
  await runSweep(desk, mode);
  await owner.run("VACUUM (FREEZE, ANALYZE)");
  // What only the first look at a fresh table writes, or the first sweep of this kind.
  await runSweep(desk, mode);

  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push(await measureRound(desk, owner, { mode, customers, round }));
  await tell(desk, { mode, customers, rounds });
  return 0;
});

function readOptions(): { mode: SweepMode; customers: number } {
  const { values } = parseArgs({
    options: { mode: { type: "string", default: "list" }, customers: { type: "string" } },
  });
  const mode = values.mode === "full" ? "full" : "list";
  return { mode, customers: Number(values.customers ?? (mode === "full" ? 2_000 : 100_000)) };
}

interface Round {
  statements: number;
  /** Bytes of the log. */
  ours: number;
  unchanged: number;
  floor: number;
  floorByPage: number;
}

async function measureRound(
  desk: BenchDesk,
  owner: Owner,
  { mode, customers, round }: { mode: SweepMode; customers: number; round: number },
): Promise<Round> {
  const pages = Math.ceil(customers / CUSTOMERS_PAGE_MAX);
  await tidy(owner);
  const { walBytes: unchanged } = await sweepCost(desk, owner, mode);
  await owner.run(`CREATE TEMP TABLE changed AS ${changedRows(round, pages)}`);
  // What the sweep finds different is ours that is out of date: the world stays as it is.
  const outdate = async () => {
    await owner.run(`UPDATE "Customer" SET name = name || ' (before)' WHERE id IN (SELECT id FROM changed)`);
    await tidy(owner);
  };
  await outdate();
  const { walBytes: ours, statements } = await sweepCost(desk, owner, mode);
  await outdate();
  const { cost: floor } = await owner.costOf(() => owner.run(WRITE_CHANGES));
  await outdate();
  const { cost: floorByPage } = await owner.costOf(async () => {
    for (let page = 0; page < pages; page += 1) await owner.run(`${WRITE_CHANGES} AND page = ${page}`);
  });
  await owner.run("DROP TABLE changed");
  return { statements, ours, unchanged, floor: floor.walBytes, floorByPage: floorByPage.walBytes };
}

/** Else whoever reads next clears away what the bench itself has left dead, and is charged for it. */
async function tidy(owner: Owner): Promise<void> {
  await owner.run(`VACUUM (FREEZE) "Customer"`);
}

/** Another hundredth in each round, spread evenly. */
function changedRows(round: number, pages: number): string {
  const isChanged = `mod(abs(hashtext(id::text)), ${1 / CHANGED_SHARE}) = ${round}`;
  return `SELECT id, name, mod(row_number() OVER (), ${pages}) AS page FROM "Customer" WHERE ${isChanged}`;
}

async function sweepCost(desk: BenchDesk, owner: Owner, mode: SweepMode): Promise<DatabaseCost> {
  const { cost } = await owner.costOf(() => runSweep(desk, mode));
  return cost;
}

async function tell(
  { database }: BenchDesk,
  { mode, customers, rounds }: { mode: SweepMode; customers: number; rounds: Round[] },
): Promise<void> {
  const median = (of: (round: Round) => number) => medianOf(rounds.map(of));
  const ratios = rounds.map(({ ours, floor }) => ours / floor);
  const figures: Figure[] = [
    {
      name: "WAL / WAL of writing only the changes, all at once",
      value: medianOf(ratios),
      interval: [Math.min(...ratios), Math.max(...ratios)],
      target: { most: 1.05 },
    },
    {
      name: "WAL / WAL of writing only the changes, page by page",
      value: median(({ ours, floorByPage }) => ours / floorByPage),
    },
    { name: "WAL of a sweep that finds 1 % changed", value: median(({ ours }) => ours) / 1024, unit: "KB" },
    { name: "WAL of writing only the changes, all at once", value: median(({ floor }) => floor) / 1024, unit: "KB" },
    {
      name: "WAL of a sweep that finds nothing changed",
      value: median(({ unchanged }) => unchanged) / 1024,
      unit: "KB",
    },
    { name: "statements per 1000 customers", value: (median(({ statements }) => statements) * 1000) / customers },
  ];
  await report("resweep", {
    ownerUrl: database.ownerUrl,
    figures,
    notes: [
      `${mode}, ${customers} customers, ${ROUNDS} rounds; the range is their smallest and largest.`,
      "full_page_writes is on, and no page is logged whole: there is no checkpoint after the first sweep.",
      "The engineers' call log, which production does not have, is left out.",
    ],
    details: { mode, customers, rounds },
  });
}

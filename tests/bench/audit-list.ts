import { parseArgs } from "node:util";
import pg from "pg";
import { createDatabaseClient } from "#platform/database-client.ts";
import { step } from "../../scripts/progress.ts";
import { type Cleanup, runProgram } from "../../scripts/shutdown.ts";
import { fillAuditTrail } from "../support/audit-fill.ts";
import { explain, type Plan, sampleSearches, statementsOf } from "../support/audit-plans.ts";
import { startDatabase } from "./support/durable-postgres.ts";
import { medianOf } from "./support/pairs.ts";
import { type Figure, report } from "./support/report.ts";

const ROUNDS = 5;
const MOST_MS = 100;

/** What is filled here will not be missed: nothing waits for the disk. Memory is as Postgres has it by itself. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  max_wal_size: "16GB",
  checkpoint_timeout: "1d",
};

interface Measured {
  search: string;
  page: string;
  planningMs: number;
  executionMs: number;
  readsAll: boolean;
}

/** The audit page's list over a large trail: each kind of filter, each way to turn the page, in the database alone. Needs 1.5 GB of disk a million rows. */
await runProgram(async (cleanup) => {
  const args = process.argv.slice(2).filter((arg) => arg !== "--");
  const { values } = parseArgs({ args, options: { rows: { type: "string", default: "1000000" } } });
  const rows = Number(values.rows);
  const urls = await startDatabase(cleanup, SETTINGS);
  const owner = await connect(cleanup, urls.ownerUrl);
  await step(`Filling a trail of ${rows.toLocaleString("en")} events`, () => fillAuditTrail(owner, rows));
  const measured = await measureSearches(cleanup, urls.auditorUrl);
  await report("audit-list", {
    ownerUrl: urls.ownerUrl,
    figures: figuresOf(measured),
    notes: [
      `${rows.toLocaleString("en")} events of a year; planning and execution together, median of ${ROUNDS}; pages of 50 with what followed in each operation.`,
      `Slowest first of ${Object.values(measured).length} statements; all of them are in the file.`,
      "count: up to 10,000 are counted, beside the request and not in it.",
    ],
    details: { rows, measured },
  });
  return measured.some(({ readsAll, page }) => readsAll && page !== "count") ? 1 : 0;
});

async function measureSearches(cleanup: Cleanup, auditorUrl: string): Promise<Measured[]> {
  const auditor = await connect(cleanup, auditorUrl);
  const db = createDatabaseClient({ url: auditorUrl, maxConnections: 1 });
  cleanup.add(() => db.$disconnect());
  const measured: Measured[] = [];
  for (const [search, q] of Object.entries(await sampleSearches(auditor))) {
    for (const [page, statement] of Object.entries(await statementsOf(db, q))) {
      const plans: Plan[] = [];
      for (let round = 0; round < ROUNDS; round += 1) plans.push(await explain(auditor, statement));
      const planningMs = medianOf(plans.map((plan) => plan.planningMs));
      const executionMs = medianOf(plans.map((plan) => plan.executionMs));
      const readsAll = plans.some((plan) => plan.readsAll);
      measured.push({ search, page, planningMs, executionMs, readsAll });
      console.log(line(search, page, `${(planningMs + executionMs).toFixed(1)} ms${readsAll ? "  SEQ SCAN" : ""}`));
    }
  }
  return measured;
}

function figuresOf(measured: Measured[]): Figure[] {
  const slowestFirst = measured.toSorted((a, b) => totalOf(b) - totalOf(a));
  const pages = slowestFirst.filter(({ page }) => page !== "count");
  const figure = (each: Measured): Figure => ({
    name: `${each.search}, ${each.page}`,
    value: totalOf(each),
    unit: "ms",
  });
  return [
    {
      name: "pages that read the whole trail",
      value: pages.filter(({ readsAll }) => readsAll).length,
      target: { most: 0 },
    },
    { name: "slowest page", value: pages[0] ? totalOf(pages[0]) : Number.NaN, unit: "ms", target: { most: MOST_MS } },
    { name: "median page", value: medianOf(pages.map(totalOf)), unit: "ms" },
    ...pages.slice(0, 12).map(figure),
    ...slowestFirst
      .filter(({ page }) => page === "count")
      .slice(0, 3)
      .map(figure),
  ];
}

function totalOf({ planningMs, executionMs }: Measured): number {
  return planningMs + executionMs;
}

function line(search: string, page: string, rest: string): string {
  return `  ${search.padEnd(34)} ${page.padEnd(12)} ${rest}`;
}

async function connect(cleanup: Cleanup, url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  cleanup.add(() => client.end());
  return client;
}

import { randomUUID } from "node:crypto";
import pg from "pg";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { type Cleanup, runProgram } from "../../scripts/shutdown.ts";
import { staffActor, testContext } from "../support/context.ts";
import { startDurableDatabase } from "./support/durable-postgres.ts";
import { readPairs } from "./support/options.ts";
import { connectOwner } from "./support/owner.ts";
import { measurePairs, type PairsResult, sameAgainstSame } from "./support/pairs.ts";
import { type Figure, report } from "./support/report.ts";

/** At 256 clients the floor shares what connections the server has; so does ours, with far fewer. */
const CLIENTS = [
  { atOnce: 1, count: 1_000, least: 0.95 },
  { atOnce: 32, count: 6_000, least: 1.6 },
  { atOnce: 256, count: 12_000, least: 4 },
] as const;
const FLOOR_CONNECTIONS = 180;
const SAMPLE = 2_000;
const PAGE = { type: "page", id: "/staff" } as const;

/** Durable audit rows, each acknowledged to its caller, against single INSERTs into a table like it with the same indexes. */
await runProgram(async (cleanup) => {
  const { pairs } = readPairs();
  const database = await startDurableDatabase(cleanup);
  const owner = await connectOwner(cleanup, database.ownerUrl);
  const ctx = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    actor: staffActor("agent"),
  });
  cleanup.add(ctx.close);
  const ours = () => recordAuditEvent(ctx.db, ctx, { action: "page.refused", outcome: "denied", target: PAGE });
  await ours();
  await owner.run("CREATE TABLE floor_event (LIKE audit.event INCLUDING ALL)");
  const floor = await plainInsert(cleanup, database.ownerUrl);

  const empty = async () => void (await owner.run("SET session_replication_role = replica; TRUNCATE floor_event"));
  const measured: { atOnce: number; rate: PairsResult; figures: Figure[] }[] = [];
  for (const { atOnce, count, least } of CLIENTS) {
    const rate = await measurePairs({
      pairs,
      ours: () => rateOf(ours, atOnce, count),
      floor: () => rateOf(floor, atOnce, count).finally(empty),
    });
    const [our, its] = [
      await owner.costOf(() => rateOf(ours, atOnce, SAMPLE)),
      await owner.costOf(() => rateOf(floor, atOnce, SAMPLE)),
    ];
    const name = `${atOnce} clients`;
    const figures: Figure[] = [
      { name: `${name}: rate`, value: rate.median, interval: rate.interval, target: { least } },
      sameAgainstSame(`${name}: `, rate),
      { name: `${name}: statements a row`, value: our.cost.statements / SAMPLE },
      { name: `${name}: WAL a row, ours to the floor's`, value: our.cost.walBytes / its.cost.walBytes },
    ];
    measured.push({ atOnce, rate, figures });
  }
  await report("audit", {
    ownerUrl: database.ownerUrl,
    figures: measured.flatMap(({ figures }) => figures),
    notes: [
      `${pairs} pairs of ${CLIENTS.map(({ count }) => count).join(", ")} rows; ours writes two rows for each, the event and its personal data.`,
      `The floor has a connection for each client, ${FLOOR_CONNECTIONS} at most; ours has 5 for all.`,
    ],
    details: { measured: measured.map(({ atOnce, rate }) => ({ atOnce, rate })) },
  });
  return 0;
});

/** A copy of a real row, with ids of its own, prepared, and committed before the next. */
async function plainInsert(cleanup: Cleanup, connectionString: string): Promise<() => Promise<unknown>> {
  const pool = new pg.Pool({ connectionString, max: FLOOR_CONNECTIONS });
  cleanup.add(() => pool.end());
  const { rows } = await pool.query<Record<string, unknown>>("SELECT * FROM audit.event LIMIT 1");
  const { event_id: _, operation_id: __, ...rest } = rows[0] ?? {};
  const columns = ["event_id", "operation_id", ...Object.keys(rest)];
  const text = `INSERT INTO floor_event (${columns.join(", ")}) VALUES (${columns.map((_, at) => `$${at + 1}`).join(", ")})`;
  return () =>
    pool.query({
      name: "insert",
      text,
      values: [randomUUID(), randomUUID(), ...Object.values({ ...rest, recorded_at: new Date() })],
    });
}

async function rateOf(append: () => Promise<unknown>, atOnce: number, count: number): Promise<number> {
  const startedAt = performance.now();
  let left = count;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await append();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (count * 1_000) / (performance.now() - startedAt);
}

import pg from "pg";
import type { Cleanup } from "../../../scripts/shutdown.ts";
import { FLOOR_TABLES } from "./floor-tables.ts";

export interface DatabaseCost {
  statements: number;
  walBytes: number;
}

export type Owner = Awaited<ReturnType<typeof connectOwner>>;

/** The owner's connection: what the processes themselves may not do or see. */
export async function connectOwner(cleanup: Cleanup, url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  cleanup.add(() => client.end());
  await client.query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");

  const readCost = async (): Promise<{ statements: number; wal: string }> => {
    const { rows } = await client.query<{ statements: number; wal: string }>(`
      SELECT sum(calls)::float8 AS statements, pg_current_wal_insert_lsn()::text AS wal FROM pg_stat_statements(false)`);
    return rows[0] ?? { statements: Number.NaN, wal: "0/0" };
  };

  return {
    run: (sql: string) => client.query(sql),

    async createFloorTables(): Promise<void> {
      for (const { stage, columns } of FLOOR_TABLES) {
        await client.query(`CREATE UNLOGGED TABLE IF NOT EXISTS ${stage} (${columns})`);
      }
    },

    /** As before the first sweep. What sweeps themselves leave is emptied too, but that there were some. */
    async forgetCustomers(): Promise<void> {
      await client.query(`TRUNCATE "Customer", "SweepPage", "SweepPlan", "SweepCoverage" CASCADE`);
    },

    /** Statements that the server ran for others, and bytes of its log. */
    async costOf<Result>(run: () => Promise<Result>): Promise<{ result: Result; cost: DatabaseCost }> {
      const before = await readCost();
      const result = await run();
      const after = await readCost();
      const { rows } = await client.query<{ bytes: number }>(
        "SELECT pg_wal_lsn_diff($1::pg_lsn, $2::pg_lsn)::float8 AS bytes",
        [after.wal, before.wal],
      );
      return {
        result,
        cost: { statements: after.statements - before.statements, walBytes: rows[0]?.bytes ?? Number.NaN },
      };
    },
  };
}

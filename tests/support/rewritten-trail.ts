import pg from "pg";
import { auditLeaf, CHAIN_START, chainHash } from "#domain/audit-leaf.ts";
import { appendLeaves, EMPTY_FRONTIER } from "#domain/merkle-tree.ts";

export const SEALED_ROWS = `SELECT s.number::int, s.leaf, s.hash, e.body,
    to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "recordedAt"
  FROM audit.sealed_event s JOIN audit.event e USING (event_id) ORDER BY number`;

/** What only a superuser can: the trigger is switched off for it. In `sql`, $1 is the event's id. */
export async function changeEvent(ownerUrl: string, number: number, sql: string): Promise<void> {
  await asSuperuser(ownerUrl, async (client) => {
    const { rows } = await client.query("SELECT event_id FROM audit.sealed_event WHERE number = $1", [number]);
    await client.query("ALTER TABLE audit.event DISABLE TRIGGER event_append_only");
    await client.query(sql, [rows[0]?.event_id]);
    await client.query("ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_append_only");
  });
}

/**
 * Changes one letter of one event's reason and computes every leaf, running hash and node again, as somebody would who has read this
 * repository. Every trigger is put back as it was.
 */
export async function rewriteAndReseal(ownerUrl: string, number: number): Promise<void> {
  await changeEvent(
    ownerUrl,
    number,
    `UPDATE audit.event SET body = replace(body, '"reason":"asked', '"reason":"esked'), reason = replace(reason, 'asked', 'esked')
     WHERE event_id = $1`,
  );
  await asSuperuser(ownerUrl, async (client) => {
    const { rows } = await client.query(SEALED_ROWS);
    const leaves = rows.map(({ number, recordedAt, body }) => auditLeaf({ number, recordedAt, body }));
    let chain: Buffer = CHAIN_START;
    const hashes = leaves.map((leaf) => {
      chain = chainHash(chain, leaf);
      return chain;
    });
    const nodes = appendLeaves(EMPTY_FRONTIER, leaves).completed.filter(({ level }) => level >= 8);
    const triggers = (does: "DISABLE" | "ENABLE ALWAYS") =>
      ["sealed_event", "tree_node"].map((table) => `ALTER TABLE audit.${table} ${does} TRIGGER ${table}_append_only`);
    await client.query(triggers("DISABLE").join(";"));
    await client.query(
      `UPDATE audit.sealed_event s SET leaf = w.leaf, hash = w.hash
       FROM unnest($1::bigint[], $2::bytea[], $3::bytea[]) AS w(number, leaf, hash) WHERE s.number = w.number`,
      [rows.map((row) => row.number), leaves, hashes],
    );
    for (const { level, index, hash } of nodes)
      await client.query("UPDATE audit.tree_node SET hash = $3 WHERE level = $1 AND index = $2", [level, index, hash]);
    await client.query(triggers("ENABLE ALWAYS").join(";"));
  });
}

async function asSuperuser(ownerUrl: string, run: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await run(client).finally(() => client.end());
}

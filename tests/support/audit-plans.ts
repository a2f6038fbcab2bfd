import type pg from "pg";
import { countSql, getRecordingTime, listSql } from "#features/audit/data.ts";
import { AUDIT_PAGE_SIZE } from "#features/audit/mutations.ts";
import { type AuditCursor, parseAuditAddress } from "#features/audit/schema.ts";
import type { Database } from "#platform/database-client.ts";
import type { Prisma } from "#platform/prisma-client/client.ts";
import { RARE } from "./audit-fill.ts";

const ALL_TIMES = "created:>=2020";

export interface Plan {
  planningMs: number;
  executionMs: number;
  /** Of `audit.event` read from end to end. */
  readsAll: boolean;
}

/** What the database does with a statement, having done it. */
export async function explain(client: pg.Client, statement: Prisma.Sql): Promise<Plan> {
  const plan = await planOf(client, statement, "ANALYZE, TIMING OFF,");
  return {
    planningMs: plan["Planning Time"] ?? Number.NaN,
    executionMs: plan["Execution Time"] ?? Number.NaN,
    readsAll: isWhole(plan),
  };
}

/** Whether the database would read the trail from end to end. */
export async function readsWholeTrail(client: pg.Client, statement: Prisma.Sql): Promise<boolean> {
  return isWhole(await planOf(client, statement, ""));
}

type PlanJson = { "Planning Time"?: number; "Execution Time"?: number };

async function planOf(client: pg.Client, { text, values }: Prisma.Sql, options: string): Promise<PlanJson> {
  const { rows } = await client.query(`EXPLAIN (${options} FORMAT JSON) ${text}`, values as unknown[]);
  return rows[0]["QUERY PLAN"][0];
}

function isWhole(plan: PlanJson): boolean {
  return /"Node Type": "Seq Scan"[^{}]*"Relation Name": "event"/.test(JSON.stringify(plan, null, 1));
}

/** One search for each kind of filter, about rows that are there: of a busy value, of a rare and old one, of one that is nowhere. */
export async function sampleSearches(client: pg.Client): Promise<Record<string, string>> {
  const sample = async (condition: string) => {
    const { rows } = await client.query(`
      SELECT * FROM audit.event WHERE recorded_at < now() - interval '200 days' AND ${condition} ORDER BY recorded_at DESC LIMIT 1`);
    return rows[0];
  };
  const row = await sample("phase = 'intent' AND ticket IS NOT NULL AND actor_type = 'staff'");
  const answer = await sample("upstream_request_id IS NOT NULL");
  const busiest = await client.query(`
    SELECT actor_id FROM audit.event TABLESAMPLE SYSTEM (1) WHERE actor_type = 'staff' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`);
  const actor = busiest.rows[0]?.actor_id ?? row.actor_id;
  return {
    "no filter": "",
    "a busy actor": `actor:${actor}`,
    "any but a busy actor": `-actor:${actor}`,
    "jobs by wildcard": "actor:sweep.*",
    "an action": "action:exchange.checked",
    "a rare action": `action:${RARE.action}`,
    "actions by wildcard": "action:reauth_session.*",
    "all but one action": "-action:exchange.checked",
    "a target": `target:${row.target_id}`,
    "the busiest target": "target:events",
    "a target's beginning": `target:${row.target_id.slice(0, 4)}*`,
    "a customer": `customer:${row.customer_id}`,
    "all but a customer": `-customer:${row.customer_id}`,
    "an outcome": "outcome:failed",
    "a rare outcome": `outcome:${RARE.outcome}`,
    "all but one outcome": "-outcome:succeeded",
    "a decision": "decision:deny",
    "the usual decision": "-decision:deny",
    "a ticket": `ticket:${row.ticket}`,
    "a rare ticket": `ticket:${RARE.ticket}`,
    "tickets by wildcard": "ticket:OPS-*",
    "rare tickets by wildcard": "ticket:LEGAL-*",
    "without a ticket": "-ticket:*",
    "an operation": `operation:${row.operation_id}`,
    "a request": `request:${row.request_id}`,
    "Dwolla's request": `request:${answer.upstream_request_id}`,
    "a request's beginning": `request:${row.request_id.slice(0, 5)}*`,
    "a word: a whole id": row.target_id,
    "a word: 4 characters": row.request_id.slice(0, 4),
    "a word: 8 characters of an event": row.event_id.slice(0, 8),
    "a word: a ticket": row.ticket,
    "a word that is nowhere": "0000aaaabbbb",
    "one old day": `created:${row.recorded_at.toISOString().slice(0, 10)}`,
    "actor and outcome": `actor:${actor} outcome:failed`,
    "action and rare outcome": `action:reauth_session.answered outcome:${RARE.outcome}`,
  };
}

/** The statements of a search's first, next, previous and deep page, over all times, and of its count. */
export async function statementsOf(db: Database, q: string): Promise<Record<string, Prisma.Sql>> {
  const page = await pageOf(db, q);
  const last = (await db.$queryRaw<AuditCursor[]>(listSql(page))).at(-1);
  const [deep] = await db.$queryRaw<AuditCursor[]>(listSql({ ...page, limit: 1, after: await middleOf(db) }));
  return {
    first: listSql(page),
    ...(last && { next: listSql({ ...page, after: last }), previous: listSql({ ...page, before: last }) }),
    ...(deep && { deep: listSql({ ...page, after: deep }), "deep, back": listSql({ ...page, before: deep }) }),
    count: countSql({ ...page, most: 10_001 }),
  };
}

/** The statements of a search's first page, and of the pages on both sides of the middle of the trail. */
export async function statementsAround(db: Database, q: string): Promise<Record<string, Prisma.Sql>> {
  const [page, middle] = [await pageOf(db, q), await middleOf(db)];
  return {
    first: listSql(page),
    next: listSql({ ...page, after: middle }),
    previous: listSql({ ...page, before: middle }),
  };
}

async function pageOf(db: Database, q: string) {
  const search = q.includes("created:") ? q : `${q} ${ALL_TIMES}`;
  const { filter } = parseAuditAddress({ q: search }, await getRecordingTime(db));
  return { filter, scope: { all: true }, limit: AUDIT_PAGE_SIZE + 1 } as const;
}

/** A place in the middle of the trail, which is no row of it. */
async function middleOf(db: Database): Promise<AuditCursor> {
  const [row] = await db.$queryRaw<{ recordedAt: string }[]>`
    SELECT to_char((min(recorded_at) + (max(recorded_at) - min(recorded_at)) / 2) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "recordedAt"
    FROM audit.event`;
  return { recordedAt: row?.recordedAt ?? "", eventId: "00000000-0000-0000-0000-000000000000" };
}

import type { ExchangeId } from "#domain/ids.ts";
import { partnerCapability } from "#domain/partner-capability.ts";
import type { Customer } from "#dwolla/customers.ts";
import { type AccountsReading, recordAccounts } from "#features/accounts/mutations.ts";
import { storeCustomers } from "#features/customers/mutations.ts";
import { announceChange } from "#platform/changes.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { addJob } from "#platform/jobs.ts";
import type { SweepPage } from "./data.ts";
import { DETAIL_PAGE_SIZE, LANE_JOB, LANES, listPageSize } from "./schema.ts";

/** How often the list is read at most, in whole or in parts, when customers come or go while it is. */
const MAX_LIST_PASSES = 3;
/** Sorting a million customers takes longer than anything else may. */
const PLANNING_LIMIT_MS = 300_000;

/** Begins with the smallest page of the list, which says how many there are. */
export async function planFirstPage(tx: Transaction, sweepId: string): Promise<void> {
  await planListPages(tx, sweepId, [{ offset: 0, size: listPageSize(0) }]);
  for (const lane of LANES) await addLaneJob(tx, { sweepId, lane });
}

/**
 * One job per lane: it reads page after page. It does not queue behind events, of which there may be thousands: a worker has room
 * beside the lanes, and when calls are short it is the budget that lets a sweep wait.
 */
export async function addLaneJob(
  tx: Transaction,
  { sweepId, lane, runAt }: { sweepId: string; lane: string; runAt?: Date },
): Promise<void> {
  const key = `${LANE_JOB}/${sweepId}/${lane}`;
  await addJob(tx, LANE_JOB, { sweepId, lane }, { key, maxAttempts: 25, priority: -1, ...(runAt && { runAt }) });
}

export interface ListPageReading {
  readAt: Date;
  customers: readonly Customer[];
  /** As the last of its calls said. */
  total: number;
  /** From one of its calls to the next there were fewer. */
  isTorn: boolean;
}

/**
 * Stores a page of the list, and what follows from it. Recorded twice, it is recorded once. The customers come before the lock: pages
 * are written side by side, and wait for each other only where the sweep itself is moved on.
 */
export async function recordListPage(
  tx: Transaction,
  ctx: RecordContext,
  page: SweepPage,
  { readAt, customers, total, isTorn }: ListPageReading,
): Promise<void> {
  const { sweepId } = page;
  await storeCustomers(tx, customers, readAt);
  const sweep = await lockLive(tx, sweepId);
  if (!sweep) return;
  const settled = await settleListPage(tx, page, { customers, finishedAt: ctx.now() });
  if (!settled?.isNew) return;
  if (sweep.waitsFor !== null) await goOn(tx, sweepId);
  if (sweep.customersTotal !== total || isTorn) await planListUpTo(tx, page, { total, isTorn });
  if (settled.isLast && (await isPhaseDone(tx, sweepId, "list"))) await endListPass(tx, ctx, sweepId, total);
}

/**
 * `isNew`: nobody else has recorded it, and its plan was not lost in a crash of the database, after which nothing would be known of
 * the other pages. `isLast`: no other page that is planned so far is still to be read.
 */
async function settleListPage(
  tx: Transaction,
  { sweepId, pageNumber }: SweepPage,
  { customers, finishedAt }: { customers: readonly Customer[]; finishedAt: Date },
): Promise<{ isNew: boolean; isLast: boolean } | undefined> {
  const [settled] = await tx.$queryRaw<{ isNew: boolean; isLast: boolean }[]>`
    WITH plan AS (
      UPDATE "SweepPlan" SET lane = 'done', "customerIds" = ${customers.map(({ id }) => id)}::uuid[]
      WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list' AND "pageNumber" = ${pageNumber} AND lane IS DISTINCT FROM 'done'
      RETURNING 1
    ), page AS (
      INSERT INTO "SweepPage" ("sweepId", phase, "pageNumber", "finishedAt", "customersRead")
      SELECT ${sweepId}::uuid, 'list', ${pageNumber}, ${finishedAt}::timestamptz, ${customers.length} FROM plan
    )
    SELECT EXISTS (SELECT FROM plan) AS "isNew", NOT EXISTS (
      SELECT FROM "SweepPlan" WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list' AND lane IS DISTINCT FROM 'done'
        AND "pageNumber" <> ${pageNumber}) AS "isLast"`;
  return settled;
}

export type DetailPageReading = AccountsReading & { customersSkipped: number };

/** Stores a page of details. Recorded twice, it is recorded once; and not at all when its plan was lost in a crash of the database. */
export async function recordDetailPage(
  tx: Transaction,
  ctx: RecordContext,
  page: SweepPage,
  reading: DetailPageReading,
): Promise<void> {
  const { sweepId, pageNumber } = page;
  const sweep = await lockLive(tx, sweepId);
  if (!sweep) return;
  const planned = await tx.sweepPlan.deleteMany({ where: { sweepId, phase: "detail", pageNumber } });
  if (planned.count === 0) return;
  const { verdicts, confirmed } = await recordAccounts(tx, ctx, reading, "sweep");
  const counts = {
    finishedAt: ctx.now(),
    customersRead: reading.accounts.length,
    customersSkipped: reading.customersSkipped,
    exchangesRead: reading.accounts.reduce((sum, { exchanges }) => sum + exchanges.length, 0),
    balancesChecked: reading.balances.length,
    brokenFound: [...verdicts.values()].filter(({ verdict }) => verdict.health === "broken").length,
  };
  await tx.sweepPage.create({ data: { sweepId, phase: "detail", pageNumber, ...counts } });
  await keepCoverage(tx, { sweepId, pageNumber, provenAt: reading.readAt, exchangeIds: confirmed });
  if (sweep.waitsFor !== null) await goOn(tx, sweepId);
  if (await isPhaseDone(tx, sweepId, "detail")) await finishSweep(tx, ctx, sweepId);
}

async function keepCoverage(
  tx: Transaction,
  row: { sweepId: string; pageNumber: number; provenAt: Date; exchangeIds: ExchangeId[] },
): Promise<void> {
  if (row.exchangeIds.length > 0) await tx.sweepCoverage.createMany({ data: [row], skipDuplicates: true });
}

/** Dwolla answers again. */
async function goOn(tx: Transaction, sweepId: string): Promise<void> {
  await tx.sweep.update({ where: { id: sweepId }, data: { waitsFor: null, waitsUntil: null } });
}

/** Pages that the newest total asks for and that are not planned yet: all of them after the first page, later those that were added. */
async function planListUpTo(
  tx: Transaction,
  page: SweepPage,
  { total, isTorn }: Pick<ListPageReading, "total" | "isTorn">,
): Promise<void> {
  const { sweepId } = page;
  const [planned] = await tx.$queryRaw<{ next: number; customers: number; lastTotal: number | null }[]>`
    SELECT max("offset" + size) AS next, sum(size)::int AS customers,
      (SELECT "customersTotal" FROM "Sweep" WHERE id = ${sweepId}::uuid) AS "lastTotal"
    FROM "SweepPlan" WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list'`;
  const { next = 0, customers = 0, lastTotal = null } = planned ?? {};
  const torn = isTorn || total < (lastTotal ?? 0) ? await listTornPages(tx, page, { total, isTorn }) : [];
  const mostCustomers = MAX_LIST_PASSES * (total + listPageSize(total));
  const isTooMuch = customers + torn.reduce((sum, { size }) => sum + size, 0) > mostCustomers;
  await planListPages(tx, sweepId, [...(isTooMuch ? [] : torn), ...pagesBetween(next, total)]);
  await tx.$executeRaw`
    UPDATE "Sweep" SET "customersTotal" = ${total}, "listPages" = plan.pages
    FROM (SELECT count(*)::int AS pages FROM "SweepPlan" WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list') AS plan
    WHERE id = ${sweepId}::uuid AND ("customersTotal", "listPages") IS DISTINCT FROM (${total}::int, plan.pages)`;
}

/**
 * Who went has moved all behind him one place forward, past the reader: as many were seen as there are, and somebody is not among
 * them. So what was begun before is read once more.
 */
async function listTornPages(
  tx: Transaction,
  { sweepId, offset }: SweepPage,
  { total, isTorn }: Pick<ListPageReading, "total" | "isTorn">,
): Promise<ListPagePlace[]> {
  return tx.$queryRaw<ListPagePlace[]>`
    SELECT "offset", size FROM "SweepPlan" WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list'
    GROUP BY "offset", size HAVING bool_and(lane IS NOT NULL) AND "offset" < ${total} AND ("offset" <> ${offset} OR ${isTorn})
    ORDER BY "offset"`;
}

type ListPagePlace = Pick<SweepPage, "offset" | "size">;

function pagesBetween(from: number, total: number): ListPagePlace[] {
  const size = listPageSize(total);
  const pages = Math.max(0, Math.ceil((total - from) / size));
  return Array.from({ length: pages }, (_, page) => ({ offset: from + page * size, size }));
}

async function planListPages(tx: Transaction, sweepId: string, places: readonly ListPagePlace[]): Promise<void> {
  if (places.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "SweepPlan" ("sweepId", phase, "pageNumber", "offset", size, "customerIds")
    SELECT ${sweepId}::uuid, 'list', planned.pages + given.ordinality - 1, given."offset", given.size, '{}'
    FROM (SELECT count(*)::int AS pages FROM "SweepPlan" WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list') AS planned,
      unnest(${places.map(({ offset }) => offset)}::int[], ${places.map(({ size }) => size)}::int[])
        WITH ORDINALITY AS given ("offset", size, ordinality)`;
}

async function isPhaseDone(tx: Transaction, sweepId: string, phase: SweepPage["phase"]): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT FROM "SweepPlan" WHERE "sweepId" = ${sweepId}::uuid AND phase = ${phase}::"SweepPhase"
      AND lane IS DISTINCT FROM 'done' LIMIT 1`;
  return rows.length === 0;
}

/** Who came or went while the list was read has moved others to pages that were read already: then it is read once more. */
async function endListPass(tx: Transaction, ctx: RecordContext, sweepId: string, total: number): Promise<void> {
  const [seen] = await tx.$queryRaw<{ customers: bigint }[]>`
    SELECT count(DISTINCT id) AS customers FROM "SweepPlan", unnest("customerIds") AS id
    WHERE "sweepId" = ${sweepId}::uuid AND phase = 'list'`;
  const { listPasses, mode } = await tx.sweep.update({
    where: { id: sweepId },
    data: { listPasses: { increment: 1 } },
  });
  if (Number(seen?.customers ?? 0) < total && listPasses < MAX_LIST_PASSES) {
    return planListPages(tx, sweepId, pagesBetween(0, total));
  }
  if (mode === "list" || !(await planDetails(tx, sweepId))) await finishSweep(tx, ctx, sweepId);
}

/**
 * Cuts our customers into pages by risk: those whom something happened to lately first, then those whose links were unproven
 * longest, and of these the ones at partners that send no warnings; last those of whom no link is known. A confirmation is a signal
 * or, where it said nothing new, the coverage of a sweep. @returns whether there is anybody.
 */
async function planDetails(tx: Transaction, sweepId: string): Promise<boolean> {
  await tx.$executeRawUnsafe(`SET LOCAL statement_timeout = ${PLANNING_LIMIT_MS}`);
  const partners = await tx.exchangePartner.findMany({ select: { id: true, name: true } });
  const warning = partners.filter(({ name }) => partnerCapability(name).warns).map(({ id }) => id);
  const pages = await tx.$executeRaw`
    WITH touched AS (
      SELECT "customerId" FROM "RepairCase" WHERE "closedAt" IS NULL
      UNION
      SELECT "customerId" FROM "DwollaEvent" WHERE "createdAt" > now() - interval '3 days' AND "customerId" IS NOT NULL
    ), confirmed AS (
      SELECT "exchangeId" AS id, "observedAt" AS at FROM "Signal" WHERE kind = 'balance_check' AND "exchangeId" IS NOT NULL
      UNION ALL
      SELECT unnest("exchangeIds"), "provenAt" FROM "SweepCoverage"
    ), linked AS (
      SELECT exchange."customerId", bool_or(exchange."partnerId" = ANY(${warning}::uuid[])) AS "isWarned", max(confirmed.at) AS "provenAt"
      FROM "Exchange" AS exchange LEFT JOIN confirmed ON confirmed.id = exchange.id
      WHERE exchange.health <> 'removed' GROUP BY exchange."customerId"
    ), ranked AS (
      SELECT customer.id, row_number() OVER (ORDER BY touched."customerId" IS NULL, linked."customerId" IS NULL,
        linked."provenAt" NULLS FIRST, linked."isWarned", customer.id) - 1 AS place
      FROM "Customer" AS customer
      LEFT JOIN touched ON touched."customerId" = customer.id
      LEFT JOIN linked ON linked."customerId" = customer.id
    )
    INSERT INTO "SweepPlan" ("sweepId", phase, "pageNumber", "customerIds")
    SELECT ${sweepId}::uuid, 'detail', page, array_agg(id ORDER BY place)
    FROM ranked, LATERAL (SELECT place / ${DETAIL_PAGE_SIZE}::int AS page) AS cut GROUP BY page`;
  await tx.sweep.update({ where: { id: sweepId }, data: { detailPages: pages } });
  return pages > 0;
}

async function finishSweep(tx: Transaction, ctx: RecordContext, sweepId: string): Promise<void> {
  const finishedAt = ctx.now();
  const { mode } = await tx.sweep.update({ where: { id: sweepId }, data: { state: "finished", finishedAt } });
  await tx.sweepPlan.deleteMany({ where: { sweepId } });
  if (mode !== "list") await dropOlderCoverage(tx, sweepId);
  await announceChange(tx);
}

/** Of earlier sweeps only those links are kept that this one did not confirm. */
async function dropOlderCoverage(tx: Transaction, sweepId: string): Promise<void> {
  await tx.$executeRaw`
    WITH covered AS MATERIALIZED (
      SELECT unnest("exchangeIds") AS id FROM "SweepCoverage" WHERE "sweepId" = ${sweepId}::uuid
    ), older AS (
      SELECT page."sweepId", page."pageNumber", array_agg(each.id) FILTER (WHERE covered.id IS NULL) AS "left"
      FROM "SweepCoverage" AS page CROSS JOIN LATERAL unnest(page."exchangeIds") AS each (id)
      LEFT JOIN covered ON covered.id = each.id
      WHERE page."sweepId" <> ${sweepId}::uuid GROUP BY page."sweepId", page."pageNumber"
    )
    UPDATE "SweepCoverage" AS page SET "exchangeIds" = coalesce(older."left", '{}') FROM older
    WHERE page."sweepId" = older."sweepId" AND page."pageNumber" = older."pageNumber"
      AND cardinality(page."exchangeIds") <> coalesce(cardinality(older."left"), 0)`;
  await tx.$executeRaw`DELETE FROM "SweepCoverage" WHERE cardinality("exchangeIds") = 0`;
}

/** Nothing moves at the moment: the lane comes again, and the page says why. */
export async function postponeLane(
  tx: Transaction,
  lane: { sweepId: string; lane: string },
  { waitsFor, until }: { waitsFor: "rate_limited" | "unreachable"; until: Date },
): Promise<void> {
  await tx.sweep.updateMany({
    where: { id: lane.sweepId, state: "running" },
    data: { waitsFor, waitsUntil: until },
  });
  await addLaneJob(tx, { ...lane, runAt: until });
}

/** Paused too: a page that was under way is finished, because it would else be read again. */
async function lockLive(
  tx: Transaction,
  sweepId: string,
): Promise<{ customersTotal: number | null; waitsFor: string | null } | undefined> {
  const [sweep] = await tx.$queryRaw<{ customersTotal: number | null; waitsFor: string | null }[]>`
    SELECT "customersTotal", "waitsFor" FROM "Sweep"
    WHERE id = ${sweepId}::uuid AND state IN ('running', 'paused') FOR NO KEY UPDATE`;
  return sweep;
}

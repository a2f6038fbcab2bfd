import type { ExchangePartnerId } from "#domain/ids.ts";
import { CUSTOMERS_PAGE_MAX, type Customer } from "#dwolla/customers.ts";
import type { ExchangePartner } from "#dwolla/exchange-partners.ts";
import { storeCustomers } from "#features/customers/mutations.ts";
import { storeExchangePartners } from "#features/exchange-partners/mutations.ts";
import { type ExchangeReading, storeExchanges } from "#features/exchanges/mutations.ts";
import { type FundingSourceReading, storeFundingSources } from "#features/funding-sources/mutations.ts";
import { type Observation, recordObservations } from "#features/signals/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context, RecordContext } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { addJob } from "#platform/jobs.ts";
import { uuidv7 } from "#platform/uuid.ts";
import type { SweepFailure, SweepPagePayload } from "./schema.ts";

const PAGE_JOB = "sweep.page";

/** Starts a sweep, or gives back the one that runs: there is never a second. */
export async function startSweep({ ctx }: { ctx: RecordContext }): Promise<{ sweepId: string; isNew: boolean }> {
  return ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "sweep:operate");
    const sweepId = uuidv7(ctx.now());
    const created = await tx.$executeRaw`
      INSERT INTO "Sweep" (id, "startedAt") VALUES (${sweepId}::uuid, ${ctx.now()}) ON CONFLICT DO NOTHING`;
    if (created === 0) return { sweepId: await runningSweepId(tx), isNew: false };
    await addPageJob(tx, { sweepId, pageNumber: 0 });
    await recordAuditEvent(tx, ctx, {
      action: "sweep.requested",
      outcome: "succeeded",
      target: { type: "sweep", id: sweepId },
    });
    return { sweepId, isNew: true };
  });
}

async function runningSweepId(tx: Transaction): Promise<string> {
  const { id } = await tx.sweep.findFirstOrThrow({ where: { state: "running" } });
  return id;
}

/** Starts a sweep when none has begun within the interval, and takes up one that lost its job. Safe to call at any time. */
export async function keepSweeping({
  ctx,
  input,
}: {
  ctx: Context;
  input: { intervalMinutes: number };
}): Promise<void> {
  const latest = await ctx.db.sweep.findFirst({ orderBy: { startedAt: "desc" } });
  if (latest?.state === "running") return resumeSweep(ctx, latest.id);
  const dueAt = latest ? latest.startedAt.getTime() + input.intervalMinutes * 60_000 : 0;
  if (dueAt <= ctx.now().getTime()) await startSweep({ ctx });
}

/** A running sweep always has a page job, unless its last attempt ended together with its worker. */
async function resumeSweep(ctx: Context, sweepId: string): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    if (!(await lockRunning(tx, sweepId))) return;
    const [jobs] = await tx.$queryRaw<{ waiting: boolean }[]>`
      SELECT EXISTS (SELECT FROM graphile_worker.jobs WHERE task_identifier = ${PAGE_JOB}
        AND (attempts < max_attempts OR locked_at IS NOT NULL)) AS waiting`;
    if (jobs?.waiting) return;
    const last = await tx.sweepPage.findFirst({ where: { sweepId }, orderBy: { pageNumber: "desc" } });
    await addPageJob(tx, { sweepId, pageNumber: (last?.pageNumber ?? -1) + 1 });
  });
}

/** Everything that one page of customers said. */
export interface SweepPageReading {
  readAt: Date;
  customers: readonly Customer[];
  customersTotal: number;
  customersSkipped: number;
  /** As listed by Dwolla; empty when all partners were known already. */
  partners: readonly ExchangePartner[];
  exchanges: readonly ExchangeReading[];
  fundingSources: readonly FundingSourceReading[];
  observations: readonly Observation[];
}

/**
 * Stores a page, and in the same transaction that it is done and what comes next: another page or the end of the sweep.
 * A page that is recorded twice is recorded once.
 */
export async function recordPage({
  ctx,
  input,
}: {
  ctx: Context;
  input: SweepPagePayload & SweepPageReading;
}): Promise<void> {
  const { sweepId, pageNumber, readAt, customers, customersTotal, exchanges } = input;
  await ctx.db.$transaction(async (tx) => {
    if (!(await lockRunning(tx, sweepId))) return;
    if (await tx.sweepPage.findUnique({ where: { sweepId_pageNumber: { sweepId, pageNumber } } })) return;
    await storeCustomers(tx, customers, readAt);
    await storeExchangePartners(tx, input.partners, partnersOf(exchanges));
    await storeExchanges(tx, exchanges, readAt);
    await storeFundingSources(tx, input.fundingSources);
    const { verdicts } = await recordObservations(tx, input.observations, ctx.now());
    await tx.sweepPage.create({
      data: {
        sweepId,
        pageNumber,
        finishedAt: ctx.now(),
        customersRead: customers.length - input.customersSkipped,
        customersSkipped: input.customersSkipped,
        exchangesRead: exchanges.length,
        balancesChecked: input.observations.filter(({ kind }) => kind === "balance_check").length,
        brokenFound: [...verdicts.values()].filter(({ verdict }) => verdict.health === "broken").length,
      },
    });
    await continueSweep(tx, ctx, { sweepId, pageNumber, customersTotal, isEmpty: customers.length === 0 });
  });
}

function partnersOf(exchanges: readonly ExchangeReading[]): ExchangePartnerId[] {
  return [...new Set(exchanges.map(({ partnerId }) => partnerId))];
}

/** The total is read anew with each page, so that customers who came meanwhile are not missed. */
async function continueSweep(
  tx: Transaction,
  ctx: Context,
  page: SweepPagePayload & { customersTotal: number; isEmpty: boolean },
): Promise<void> {
  const { sweepId, customersTotal } = page;
  const next = page.pageNumber + 1;
  const isLast = page.isEmpty || next * CUSTOMERS_PAGE_MAX >= customersTotal;
  const end = isLast ? { state: "finished" as const, finishedAt: ctx.now() } : {};
  await tx.sweep.update({ where: { id: sweepId }, data: { customersTotal, ...end } });
  if (!isLast) await addPageJob(tx, { sweepId, pageNumber: next });
}

/** Dwolla's rate limit holds: the page comes again when it ends, and this run does not count as an attempt. */
export async function postponePage({
  ctx,
  input: { resumesAt, ...page },
}: {
  ctx: Context;
  input: SweepPagePayload & { resumesAt: Date };
}): Promise<void> {
  await addPageJob(ctx.db, page, resumesAt);
}

/** Gives a sweep up; the next one begins when it is due. */
export async function failSweep({
  ctx,
  input,
}: {
  ctx: Context;
  input: { sweepId: string; failure: SweepFailure };
}): Promise<void> {
  await ctx.db.sweep.updateMany({
    where: { id: input.sweepId, state: "running" },
    data: { state: "failed", failure: input.failure, finishedAt: ctx.now() },
  });
}

async function lockRunning(tx: Transaction, sweepId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT id FROM "Sweep" WHERE id = ${sweepId}::uuid AND state = 'running' FOR NO KEY UPDATE`;
  return rows.length === 1;
}

/** A second job for the same page takes the place of the first: also when that one is running, which then is not tried again. */
async function addPageJob(tx: Transaction, page: SweepPagePayload, runAt?: Date): Promise<void> {
  const when = runAt ? { runAt } : {};
  await addJob(tx, PAGE_JOB, page, { key: `${PAGE_JOB}/${page.sweepId}/${page.pageNumber}`, ...when });
}

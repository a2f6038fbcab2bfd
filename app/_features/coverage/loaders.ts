import "server-only";
import { cache } from "react";
import { maskName } from "#domain/personal-data.ts";
import { type CatchUpStatus, getCatchUpStatus } from "#features/catch-ups/data.ts";
import { getWebhookLag, type WebhookLag } from "#features/dwolla-events/data.ts";
import { listPartnerNames } from "#features/repair-cases/data.ts";
import {
  countFinishedSweepsSince,
  type FinishedSweep,
  getLastFinishedSweep,
  getLatestSweep,
  type LatestSweep,
} from "#features/sweeps/data.ts";
import { isAllowed, mayReadCalls, requirePermission } from "#platform/access.ts";
import { type CallBudgetUse, getCallBudgetUse } from "#platform/call-budget-use.ts";
import { db } from "#platform/db.ts";
import { env } from "#platform/env.ts";
import { type Coverage, type CoveredLinks, getCoverage, listCoveredLinks } from "./data.ts";
import { type CoverageAddress, parseCoverageAddress } from "./schema.ts";

export interface CoverageScreen {
  coverage: Coverage;
  webhooks: WebhookLag;
  /** Whether the list that the webhooks' count opens may be opened too. */
  mayReadWebhooks: boolean;
  catchUp: CatchUpStatus;
  sweep: LatestSweep | null;
  mayReadCalls: boolean;
  lastFinishedSweep: FinishedSweep | null;
  /** Calls of all processes together, and what is configured as the most. */
  calls: { perSecond: number; use: CallBudgetUse[] };
  now: string;
}

export interface CoveredLinksScreen {
  address: CoverageAddress;
  /** Parameters of the address that were left out. */
  ignored: string[];
  links: CoveredLinks;
  /** What the partner filter offers. */
  partners: string[];
  /** The instant that the list is exact at. */
  at: string;
  /** The address asked for an instant that can not be gone back to any more. */
  hasMovedOn: boolean;
  now: string;
}

export const loadCoverage = cache(async (): Promise<CoverageScreen> => {
  const actor = await requirePermission("repair_case:read");
  const now = new Date();
  const [coverage, webhooks, catchUp, sweep, lastFinishedSweep, use] = await Promise.all([
    recentCoverage(now),
    getWebhookLag(db()),
    getCatchUpStatus(db()),
    getLatestSweep(db()),
    getLastFinishedSweep(db()),
    getCallBudgetUse(db(), now),
  ]);
  const calls = { perSecond: env().DWOLLA_CALLS_PER_SECOND, use };
  const mayReadWebhooks = isAllowed(actor, "webhook:read");
  const rights = { mayReadWebhooks, mayReadCalls: mayReadCalls(actor) };
  return { coverage, webhooks, ...rights, catchUp, sweep, lastFinishedSweep, calls, now: now.toISOString() };
});

export async function loadCoveredLinks(
  search: Record<string, string | string[] | undefined>,
): Promise<CoveredLinksScreen> {
  const actor = await requirePermission("repair_case:read");
  const { address, ignored } = parseCoverageAddress(search);
  const now = new Date();
  const { at, hasMovedOn } = await instantOf(address, now);
  const [links, partners] = await Promise.all([listCoveredLinks(db(), address, at), listPartnerNames(db())]);
  const mayReadNames = isAllowed(actor, "personal_data:read");
  const masked = links.rows.map((row) => ({ ...row, customerName: maskName(row.customerName) }));
  return {
    address: { ...address, at: at.toISOString() },
    ignored,
    links: mayReadNames ? links : { ...links, rows: masked },
    partners,
    at: at.toISOString(),
    hasMovedOn,
    now: now.toISOString(),
  };
}

/** A number is opened soon after it was seen. What somebody finds in an old bookmark should be of now. */
const INSTANT_LIFE_MS = 60 * 60_000;

/** The instant of the number that was pressed, unless a sweep has finished since: it drops what earlier ones had confirmed. */
async function instantOf({ at }: CoverageAddress, now: Date): Promise<{ at: Date; hasMovedOn: boolean }> {
  if (at === undefined) return { at: now, hasMovedOn: false };
  const asked = new Date(at);
  const ageMs = now.getTime() - asked.getTime();
  const isLost = ageMs < 0 || ageMs > INSTANT_LIFE_MS || (await countFinishedSweepsSince(db(), asked)) > 0;
  return isLost ? { at: now, hasMovedOn: true } : { at: asked, hasMovedOn: false };
}

let recent: { coverage: Promise<Coverage>; isFresh: () => boolean } | undefined;
const SHORTEST_LIFE_MS = 2_000;
/** So that at most a tenth of the time is spent counting, however many look and however many links there are. */
const LIFE_PER_COST = 10;

/** Counting reads every link, so that those who look at the same time share it. */
function recentCoverage(now: Date): Promise<Coverage> {
  if (recent?.isFresh()) return recent.coverage;
  const startedAt = performance.now();
  const coverage = getCoverage(db(), now);
  let freshUntil = Number.POSITIVE_INFINITY;
  const counted = { coverage, isFresh: () => performance.now() < freshUntil };
  recent = counted;
  coverage.then(
    () => {
      const costMs = performance.now() - startedAt;
      freshUntil = performance.now() + Math.max(SHORTEST_LIFE_MS, LIFE_PER_COST * costMs);
    },
    () => {
      if (recent === counted) recent = undefined;
    },
  );
  return coverage;
}

import type { Health } from "#domain/exchange-health.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import type { Confirmation, CoverageAddress } from "./schema.ts";

/** How many links of one partner were confirmed when; a removed link is none. */
export interface PartnerCoverage extends Record<Confirmation, number> {
  partner: string;
  links: number;
  /** Of those that were ever confirmed, the longest ago. ISO 8601. */
  oldestConfirmedAt: string | null;
}

export interface CoveredLink {
  exchangeId: string;
  customerName: string;
  partner: string;
  health: Health;
  confirmedAt: string | null;
}

export interface CoveredLinks {
  rows: CoveredLink[];
  /** All that the address asks for, over all pages. */
  total: number;
  /** How many of them come before this page. */
  before: number;
}

export const LINKS_PER_PAGE = 50;
const DAY_MS = 86_400_000;

/** Exact at `now`, for every partner that has links. */
export async function getCoverage(db: Database, now: Date): Promise<PartnerCoverage[]> {
  const rows = await db.$queryRaw<
    (Record<Confirmation | "links", bigint> & { partner: string; oldest: Date | null })[]
  >`
    ${linksWithConfirmation(now)}
    SELECT partner, count(*) AS links, count(*) FILTER (WHERE confirmed = 'day') AS day,
      count(*) FILTER (WHERE confirmed = 'week') AS week, count(*) FILTER (WHERE confirmed = 'older') AS older,
      count(*) FILTER (WHERE confirmed = 'never') AS never, min("confirmedAt") AS oldest
    FROM link GROUP BY partner ORDER BY links DESC, partner`;
  return rows.map(({ partner, oldest, ...counts }) => ({
    partner,
    links: Number(counts.links),
    day: Number(counts.day),
    week: Number(counts.week),
    older: Number(counts.older),
    never: Number(counts.never),
    oldestConfirmedAt: oldest?.toISOString() ?? null,
  }));
}

/** The links behind one of those numbers, by the same definition. */
export async function listCoveredLinks(
  db: Database,
  { partner, confirmed, after }: CoverageAddress,
  now: Date,
): Promise<CoveredLinks> {
  const ofPartner = partner === undefined ? Prisma.empty : Prisma.sql`AND partner = ${partner}`;
  const isBehind = after === undefined ? Prisma.sql`true` : Prisma.sql`"exchangeId" > ${after}::uuid`;
  const [result] = await db.$queryRaw<{ total: bigint; before: bigint; rows: CoveredLink[] | null }[]>`
    ${linksWithConfirmation(now)}, fitting AS MATERIALIZED (
      SELECT * FROM link WHERE confirmed = ${confirmed} ${ofPartner}
    ), page AS (
      SELECT fitting.*, customer.name AS "customerName" FROM fitting
      JOIN "Customer" AS customer ON customer.id = fitting."customerId"
      WHERE ${isBehind} ORDER BY "exchangeId" LIMIT ${LINKS_PER_PAGE}
    )
    SELECT (SELECT count(*) FROM fitting) AS total, (SELECT count(*) FROM fitting WHERE NOT (${isBehind})) AS before,
      (SELECT jsonb_agg(jsonb_build_object('exchangeId', "exchangeId", 'customerName', "customerName", 'partner', partner,
        'health', health, 'confirmedAt', "confirmedAt") ORDER BY "exchangeId") FROM page) AS rows`;
  return { rows: result?.rows ?? [], total: Number(result?.total ?? 0), before: Number(result?.before ?? 0) };
}

/**
 * Every link that is not removed, with the time of the last answer about its health: a signal that says whether it works, or a
 * sweep's page that saw what was known already and so stored nothing but the page.
 */
function linksWithConfirmation(now: Date): Prisma.Sql {
  const aDayAgo = new Date(now.getTime() - DAY_MS);
  const aWeekAgo = new Date(now.getTime() - 7 * DAY_MS);
  return Prisma.sql`
    WITH confirmation AS (
      SELECT "exchangeId" AS id, "observedAt" AS at FROM "Signal"
      WHERE (kind = 'balance_check' AND value IN ('answered', 'update_credentials'))
        OR (kind = 'exchange_status' AND value = 'deactivated')
      UNION ALL
      SELECT unnest("exchangeIds"), "provenAt" FROM "SweepCoverage"
    ), latest AS (
      SELECT id, max(at) AS at FROM confirmation WHERE at <= ${now} GROUP BY id
    ), link AS (
      SELECT exchange.id AS "exchangeId", exchange."customerId", partner.name AS partner, exchange.health::text AS health,
        latest.at AS "confirmedAt",
        CASE WHEN latest.at IS NULL THEN 'never' WHEN latest.at >= ${aDayAgo} THEN 'day'
          WHEN latest.at >= ${aWeekAgo} THEN 'week' ELSE 'older' END AS confirmed
      FROM "Exchange" AS exchange JOIN "ExchangePartner" AS partner ON partner.id = exchange."partnerId"
      LEFT JOIN latest ON latest.id = exchange.id
      WHERE exchange.health <> 'removed'
    )`;
}

import type { Health } from "#domain/exchange-health.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { CONFIRMATIONS, type Confirmation, type CoverageAddress, type CoverageCursor } from "./schema.ts";

/** How many links were confirmed when; a removed link is none. Instants are ISO 8601. */
export interface CoverageCounts extends Record<Confirmation, number> {
  links: number;
  /** The link that has been without a confirmation for longest; one that never had any, since it was linked. */
  oldest: { exchangeId: string; since: string; wasConfirmed: boolean } | null;
}

export interface PartnerCoverage extends CoverageCounts {
  partner: string;
}

export interface Coverage {
  /** The instant that all of it is exact at. */
  at: string;
  partners: PartnerCoverage[];
  total: CoverageCounts;
}

export interface CoveredLink {
  exchangeId: string;
  customerName: string;
  partner: string;
  health: Health;
  confirmedAt: string | null;
  linkedAt: string;
}

export interface CoveredLinks {
  rows: CoveredLink[];
  /** All that the address asks for, over all pages. */
  total: number;
  /** How many of them come before this page. */
  position: number;
  nextCursor: CoverageCursor | null;
  previousCursor: CoverageCursor | null;
}

export const LINKS_PER_PAGE = 50;
const DAY_MS = 86_400_000;

/** For every partner that has links, the one with most of them first. */
export async function getCoverage(db: Database, at: Date): Promise<Coverage> {
  const counts = CONFIRMATIONS.map((each) => {
    return Prisma.sql`count(*) FILTER (WHERE ${isConfirmed(each, at)}) AS ${Prisma.raw(each)}`;
  });
  const records = await readEveryLink<CountsRecord>(
    db,
    Prisma.sql`${linksAt(at)}, counted AS (
      SELECT partner, grouping(partner) = 1 AS "isTotal", count(*) AS links, ${Prisma.join(counts)}, min(since) AS since
      FROM link GROUP BY GROUPING SETS ((partner), ())
    )
    SELECT counted.*, oldest."exchangeId", oldest."confirmedAt" IS NOT NULL AS "wasConfirmed"
    FROM counted LEFT JOIN LATERAL (
      SELECT "exchangeId", "confirmedAt" FROM link
      WHERE since = counted.since AND (counted."isTotal" OR link.partner = counted.partner)
      ORDER BY "exchangeId" LIMIT 1
    ) AS oldest ON true
    ORDER BY links DESC, partner`,
  );
  const total = records.find(({ isTotal }) => isTotal);
  const partners = records.flatMap((record) => {
    return record.partner === null ? [] : [{ partner: record.partner, ...toCounts(record) }];
  });
  return { at: at.toISOString(), partners, total: total ? toCounts(total) : NO_LINKS };
}

type CountsRecord = Record<Confirmation | "links", bigint> & {
  partner: string | null;
  isTotal: boolean;
  since: Date | null;
  exchangeId: string | null;
  wasConfirmed: boolean;
};

const NO_LINKS: CoverageCounts = { links: 0, day: 0, week: 0, older: 0, never: 0, oldest: null };

function toCounts({ since, exchangeId, wasConfirmed, ...counts }: CountsRecord): CoverageCounts {
  return {
    links: Number(counts.links),
    day: Number(counts.day),
    week: Number(counts.week),
    older: Number(counts.older),
    never: Number(counts.never),
    oldest: since && exchangeId ? { exchangeId, since: since.toISOString(), wasConfirmed } : null,
  };
}

/** The links behind one of those numbers, by the same conditions; the one that is unproven for longest first. */
export async function listCoveredLinks(db: Database, address: CoverageAddress, at: Date): Promise<CoveredLinks> {
  const { partner, confirmed, after, before } = address;
  const conditions = [
    Prisma.sql`true`,
    ...(partner === undefined ? [] : [Prisma.sql`partner = ${partner}`]),
    ...(confirmed === undefined ? [] : [isConfirmed(confirmed, at)]),
  ];
  const direction = before ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const [result] = await readEveryLink<{ total: bigint; position: bigint; rows: LinkRecord[] | null }>(
    db,
    Prisma.sql`${linksAt(at)}, fitting AS MATERIALIZED (
      SELECT * FROM link WHERE ${Prisma.join(conditions, " AND ")}
    ), page AS (
      SELECT * FROM fitting WHERE ${isBeyond(after, before)}
      ORDER BY since ${direction}, "exchangeId" ${direction} LIMIT ${LINKS_PER_PAGE}
    ), named AS (
      SELECT page.*, customer.name AS "customerName" FROM page
      JOIN "Customer" AS customer ON customer.id = page."customerId"
    )
    SELECT (SELECT count(*) FROM fitting) AS total,
      (SELECT count(*) FROM fitting WHERE (since, "exchangeId") < (
        SELECT since, "exchangeId" FROM page ORDER BY since, "exchangeId" LIMIT 1)) AS position,
      (SELECT jsonb_agg(to_jsonb(named) ORDER BY since, "exchangeId") FROM named) AS rows`,
  );
  return toLinks(result?.rows ?? [], Number(result?.total ?? 0), Number(result?.position ?? 0));
}

type LinkRecord = CoveredLink & { since: string };

function toLinks(records: LinkRecord[], total: number, position: number): CoveredLinks {
  const rows = records.map(({ exchangeId, customerName, partner, health, confirmedAt, linkedAt }) => {
    return { exchangeId, customerName, partner, health, confirmedAt: toIso(confirmedAt), linkedAt: toIso(linkedAt) };
  });
  const [first, last] = [records[0], records.at(-1)];
  return {
    rows,
    total,
    position,
    nextCursor: last && position + rows.length < total ? cursorOf(last) : null,
    previousCursor: first && position > 0 ? cursorOf(first) : null,
  };
}

/** JSON of Postgres writes an instant with an offset. */
function toIso<Text extends string | null>(instant: Text): Text {
  return (instant === null ? null : new Date(instant).toISOString()) as Text;
}

function cursorOf({ since, exchangeId }: LinkRecord): CoverageCursor {
  return [Date.parse(since), exchangeId];
}

function isBeyond(after: CoverageCursor | undefined, before: CoverageCursor | undefined): Prisma.Sql {
  const [sinceMs, exchangeId] = after ?? before ?? [];
  if (sinceMs === undefined) return Prisma.sql`true`;
  const place = Prisma.sql`(${new Date(sinceMs)}::timestamptz, ${exchangeId}::uuid)`;
  return after ? Prisma.sql`(since, "exchangeId") > ${place}` : Prisma.sql`(since, "exchangeId") < ${place}`;
}

/** A million links take seconds; sorting them on disk would take twice as long. */
const COUNTING_LIMIT_MS = 60_000;

function readEveryLink<Row>(db: Database, statement: Prisma.Sql): Promise<Row[]> {
  return db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('work_mem', '64MB', true),
        set_config('statement_timeout', ${String(COUNTING_LIMIT_MS)}, true)`;
      return tx.$queryRaw<Row[]>(statement);
    },
    { timeout: COUNTING_LIMIT_MS },
  );
}

/** The one place that says what each number counts. Exactly 24 hours ago is within 24 hours. */
function isConfirmed(confirmation: Confirmation, at: Date): Prisma.Sql {
  if (confirmation === "never") return Prisma.sql`"confirmedAt" IS NULL`;
  const days = confirmation === "day" ? 1 : 7;
  const limit = new Date(at.getTime() - days * DAY_MS);
  return confirmation === "older" ? Prisma.sql`"confirmedAt" < ${limit}` : Prisma.sql`"confirmedAt" >= ${limit}`;
}

/**
 * Every link that is not removed, with the time of the last answer about its health: a signal that says whether it works, or a
 * sweep's page that saw what was known already and so stored nothing but the page. A balance that answered counts only while its
 * account is known to belong to that link. What was confirmed after `at` is left out, but not what has since been removed or linked.
 */
function linksAt(at: Date): Prisma.Sql {
  return Prisma.sql`
    WITH confirmation AS (
      SELECT signal."exchangeId" AS id, signal."observedAt" AS at FROM "Signal" AS signal
      LEFT JOIN "FundingSource" AS account ON account.id = signal."fundingSourceId"
      WHERE (signal.kind = 'balance_check' AND signal.value = 'update_credentials')
        OR (signal.kind = 'balance_check' AND signal.value = 'answered' AND account."exchangeId" = signal."exchangeId")
        OR (signal.kind = 'exchange_status' AND signal.value = 'deactivated')
      UNION ALL
      SELECT unnest("exchangeIds"), "provenAt" FROM "SweepCoverage"
    ), latest AS (
      SELECT id, max(at) AS at FROM confirmation WHERE at <= ${at} GROUP BY id
    ), link AS MATERIALIZED (
      SELECT exchange.id AS "exchangeId", exchange."customerId", partner.name AS partner, exchange.health::text AS health,
        exchange."createdAt" AS "linkedAt", latest.at AS "confirmedAt", coalesce(latest.at, exchange."createdAt") AS since
      FROM "Exchange" AS exchange JOIN "ExchangePartner" AS partner ON partner.id = exchange."partnerId"
      LEFT JOIN latest ON latest.id = exchange.id
      WHERE exchange.health <> 'removed'
    )`;
}

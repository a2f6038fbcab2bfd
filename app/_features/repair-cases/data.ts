import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { ReauthSessionState } from "#domain/reauth-session.ts";
import type { RepairCaseState } from "#domain/repair-case.ts";
import { bankNamesOf } from "#features/exchanges/data.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { SORT_COLUMNS } from "./columns.ts";
import { WORKLIST_PAGE_SIZE, type WorklistAddress, type WorklistCursor } from "./schema.ts";

export interface WorklistRow {
  caseId: string;
  exchangeId: string;
  customerName: string;
  email: string;
  /** Null where it is not known which bank this exchange is of. */
  bank: string | null;
  partner: string;
  cause: string;
  /** The link broke again soon after its repair was proven. */
  isRepeat: boolean;
  /** Instants are ISO 8601. */
  brokenSince: string;
  state: RepairCaseState;
  lastAttempt: { state: ReauthSessionState; at: string; by: string } | null;
}

export interface WorklistPage {
  rows: WorklistRow[];
  /** How many rows the filter lets through, over all pages. */
  matching: number;
  /** How many of those come before the first row of this page. */
  position: number;
  nextCursor: WorklistCursor | null;
  previousCursor: WorklistCursor | null;
}

/**
 * One page of open repair cases and its exact counts, all of one instant: a single statement.
 * Who may not read names may not find out about them by searching either: then only ids are searched.
 */
export async function getWorklistPage(
  db: Database,
  address: WorklistAddress,
  { mayReadNames }: { mayReadNames: boolean },
): Promise<WorklistPage> {
  const statement = worklistStatement(address, filters(address, mayReadNames));
  const records = await db.$queryRaw<(WorklistCounts & Nullable<WorklistRecord>)[]>(statement);
  const [counts] = records;
  const matching = Number(counts?.matching ?? 0);
  const position = Number(counts?.position ?? 0);
  const found = records.filter(isRow);
  const [first, last] = [found[0], found.at(-1)];
  return {
    rows: found.map(toRow),
    matching,
    position,
    nextCursor: last && position + found.length < matching ? cursorOf(last, address) : null,
    previousCursor: first && position > 0 ? cursorOf(first, address) : null,
  };
}

export interface OpenCounts {
  cases: number;
  /** Customers of whom a link is broken. */
  customers: number;
  /** Customers of whom no link is broken, but one will be soon. */
  warned: number;
}

export async function countOpenCases(db: Database): Promise<OpenCounts> {
  const [counts] = await db.$queryRaw<{ cases: bigint; customers: bigint; warned: bigint }[]>`
    SELECT coalesce(sum(cases), 0) AS cases, count(*) FILTER (WHERE "isBroken") AS customers,
      count(*) FILTER (WHERE NOT "isBroken") AS warned
    FROM (SELECT count(*) AS cases, bool_or(cause <> ${REAUTH_REQUIRED}) AS "isBroken" FROM "RepairCase"
      WHERE "closedAt" IS NULL GROUP BY "customerId") AS customer`;
  return {
    cases: Number(counts?.cases ?? 0),
    customers: Number(counts?.customers ?? 0),
    warned: Number(counts?.warned ?? 0),
  };
}

/** What the partner filter offers. */
export async function listPartnerNames(db: Database): Promise<string[]> {
  const partners = await db.exchangePartner.findMany({
    select: { name: true },
    distinct: ["name"],
    orderBy: { name: "asc" },
  });
  return partners.map(({ name }) => name);
}

/** When a sweep had last looked at every customer's links; ISO 8601, null before the first time. */
export async function getLastFullCheck(db: Database): Promise<string | null> {
  const where: Prisma.SweepWhereInput = { state: "finished", mode: { in: ["exchanges", "full"] } };
  const sweep = await db.sweep.findFirst({ where, orderBy: { startedAt: "desc" } });
  return sweep?.finishedAt?.toISOString() ?? null;
}

type Nullable<Record> = { [Field in keyof Record]: Record[Field] | null };
interface WorklistCounts {
  matching: bigint;
  position: bigint;
}
interface WorklistRecord extends Omit<WorklistRow, "brokenSince" | "lastAttempt"> {
  brokenSince: Date;
  isLater: boolean;
  sortText: string;
  attemptState: ReauthSessionState | null;
  attemptAt: Date | null;
  attemptBy: string | null;
}

/**
 * LEFT JOINs, though none can miss, because PostgreSQL then drops those that a count does not need.
 * The counts always give one row, so that an empty page still tells how many rows there are.
 */
function worklistStatement(address: WorklistAddress, conditions: Prisma.Sql): Prisma.Sql {
  const { isLater = Prisma.sql`false`, expression } = SORT_COLUMNS[address.sort.column];
  const forward = address.sort.isDescending ? BACKWARD_ORDER : FORWARD_ORDER;
  const backward = address.sort.isDescending ? FORWARD_ORDER : BACKWARD_ORDER;
  const reading = address.before ? backward : forward;
  return Prisma.sql`
    WITH matching AS NOT MATERIALIZED (
      SELECT repair.id AS "caseId", repair."exchangeId", repair."customerId", repair.state, repair.cause,
        repair."brokenSince", repair."repeatOfId" IS NOT NULL AS "isRepeat", customer.name AS "customerName", customer.email, partner.name AS partner,
        ${address.sort.isDescending ? Prisma.sql`NOT ${isLater}` : isLater} AS "isLater", ${expression} AS "sortKey"
      FROM "RepairCase" repair
      LEFT JOIN "Customer" customer ON customer.id = repair."customerId"
      LEFT JOIN "Exchange" exchange ON exchange.id = repair."exchangeId"
      LEFT JOIN "ExchangePartner" partner ON partner.id = exchange."partnerId"
      WHERE repair."closedAt" IS NULL ${conditions}
    ), page AS MATERIALIZED (
      SELECT * FROM matching ${beyondCursor(address, reading)}
      ORDER BY ${inOrder(reading)} LIMIT ${WORKLIST_PAGE_SIZE}
    ), counts AS (
      SELECT (SELECT count(*) FROM matching) AS matching,
        (SELECT count(*) FROM matching WHERE ("isLater", "sortKey", "caseId") ${backward.isBeyond} (
          SELECT "isLater", "sortKey", "caseId" FROM page ORDER BY ${inOrder(forward)} LIMIT 1)) AS position
    )
    SELECT counts.*, page."caseId", page."exchangeId", page."customerName", page.email, page.partner, page.cause,
      page."brokenSince", page."isRepeat", page.state, page."isLater", page."sortKey"::text AS "sortText",
      ${bankNamesOf(Prisma.sql`page."exchangeId"`, Prisma.sql`page."customerId"`)} AS bank,
      attempt.state AS "attemptState", attempt."requestedAt" AS "attemptAt", attempt.name AS "attemptBy"
    FROM counts
    LEFT JOIN page ON true
    LEFT JOIN LATERAL (
      SELECT session.state, session."requestedAt", staff.name
      FROM "ReauthSession" session JOIN "StaffMember" staff ON staff.id = session."requestedById"
      WHERE session."exchangeId" = page."exchangeId"
      ORDER BY session."requestedAt" DESC, session.id DESC LIMIT 1
    ) attempt ON true
    ORDER BY ${inOrder(forward, Prisma.sql`page.`)}`;
}

const FORWARD_ORDER = { direction: Prisma.sql`ASC`, isBeyond: Prisma.sql`>` };
const BACKWARD_ORDER = { direction: Prisma.sql`DESC`, isBeyond: Prisma.sql`<` };

function inOrder({ direction }: typeof FORWARD_ORDER, of = Prisma.empty): Prisma.Sql {
  return Prisma.sql`${of}"isLater" ${direction}, ${of}"sortKey" ${direction}, ${of}"caseId" ${direction}`;
}

function beyondCursor({ sort, after, before }: WorklistAddress, reading: typeof FORWARD_ORDER): Prisma.Sql {
  const cursor = after ?? before;
  if (!cursor) return Prisma.empty;
  const [value, caseId, isLater] = cursor;
  const key = typeof value === "number" ? new Date(value) : value;
  return Prisma.sql`WHERE ("isLater", "sortKey", "caseId") ${reading.isBeyond}
    (${isLater}::boolean, ${key}::${SORT_COLUMNS[sort.column].type}, ${caseId}::uuid)`;
}

function filters({ q, partner, cause, state }: WorklistAddress, mayReadNames: boolean): Prisma.Sql {
  const conditions = [
    partner && Prisma.sql`AND partner.name = ${partner}`,
    cause && Prisma.sql`AND repair.cause = ${cause}`,
    state && Prisma.sql`AND repair.state = ${state}::"RepairCaseState"`,
    q && mayReadNames && Prisma.sql`AND (${hasName(q)} OR ${hasId(q)})`,
    q && !mayReadNames && Prisma.sql`AND ${hasId(q)}`,
  ].filter((condition) => condition instanceof Prisma.Sql);
  return conditions.length > 0 ? Prisma.join(conditions, " ") : Prisma.empty;
}

function hasName(q: string): Prisma.Sql {
  const part = `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  return Prisma.sql`customer.name ILIKE ${part} OR customer.email ILIKE ${part} OR customer."businessName" ILIKE ${part}`;
}

const BEGINNING_OF_UUID = /^[0-9a-f-]{4,36}$/i;

/** The beginning of a customer's or an exchange's id. */
function hasId(q: string): Prisma.Sql {
  if (!BEGINNING_OF_UUID.test(q)) return Prisma.sql`false`;
  const beginning = `${q.toLowerCase()}%`;
  return Prisma.sql`(repair."customerId"::text LIKE ${beginning} OR repair."exchangeId"::text LIKE ${beginning})`;
}

function isRow(record: WorklistCounts & Nullable<WorklistRecord>): record is WorklistCounts & WorklistRecord {
  return record.caseId !== null;
}

function toRow(record: WorklistRecord): WorklistRow {
  const { caseId, exchangeId, customerName, email, bank, partner, cause, isRepeat, state } = record;
  const { attemptState, attemptAt, attemptBy } = record;
  const isTried = attemptState && attemptAt && attemptBy;
  const lastAttempt = isTried ? { state: attemptState, at: attemptAt.toISOString(), by: attemptBy } : null;
  const brokenSince = record.brokenSince.toISOString();
  return { caseId, exchangeId, customerName, email, bank, partner, cause, isRepeat, brokenSince, state, lastAttempt };
}

function cursorOf(record: WorklistRecord, { sort }: WorklistAddress): WorklistCursor {
  const value = sort.column === "since" ? record.brokenSince.getTime() : record.sortText;
  return [value, record.caseId, record.isLater];
}

import { isUuid } from "#domain/ids.ts";
import type { Database } from "#platform/database-client.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import { CALL_CONDITIONS } from "./columns.ts";
import { CALLS_PER_PAGE, type CallsAddress, MOST_COUNTED, readPlace } from "./schema.ts";

/** One attempt as a list shows it. Instants are ISO 8601. */
export interface CallView {
  id: string;
  calledAt: string;
  process: string;
  attempt: number;
  method: string;
  pathTemplate: string;
  path: string;
  query: string;
  status: number | null;
  errorKind: string | null;
  durationMs: number;
  requestId: string | null;
  staffMemberId: string | null;
  staffName: string | null;
  act: string | null;
}

/** With everything that is kept. Bodies are JSON of what the allow-list let through. */
export interface CallInFull extends CallView {
  callId: string;
  sentBody: string | null;
  answeredBody: string | null;
  answeredBytes: number | null;
  /** What the call made, from the Location of its answer. */
  madeId: string | null;
  jobId: string | null;
  causeRequestId: string | null;
  concernsType: string | null;
  concernsId: string | null;
  subjectId: string | null;
  /** Of which link and customer it was, where the desk knows them. */
  exchangeId: string | null;
  customerId: string | null;
}

export interface CallsPage {
  calls: CallView[];
  hasNewer: boolean;
  hasOlder: boolean;
  /** One more than MOST_COUNTED stands for all above. */
  counted: number;
}

/** One page, newest first, by keyset in both directions. */
export async function listCalls(db: Database, address: CallsAddress, now: Date): Promise<CallsPage> {
  const conditions = await conditionsOf(db, address, now);
  const { after, before } = address;
  const isBackward = after === undefined && before !== undefined;
  const order = isBackward ? Prisma.sql`call."calledAt", call.id` : NEWEST_FIRST;
  const rows = await db.$queryRaw<CallRow[]>`
    SELECT ${CALL_FIELDS} FROM "DwollaCall" AS call LEFT JOIN "StaffMember" AS staff ON staff.id = call."staffMemberId"
    WHERE ${allOf([...conditions, ...beyond(address)])} ORDER BY ${order} LIMIT ${CALLS_PER_PAGE + 1}`;
  const hasMore = rows.length > CALLS_PER_PAGE;
  const shown = rows.slice(0, CALLS_PER_PAGE).map(toView);
  const hasPlace = after !== undefined || before !== undefined;
  return {
    calls: isBackward ? shown.reverse() : shown,
    hasNewer: isBackward ? hasMore : hasPlace,
    hasOlder: isBackward || hasMore,
    counted: await countCalls(db, conditions),
  };
}

async function countCalls(db: Database, conditions: Prisma.Sql[]): Promise<number> {
  const [found] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM (SELECT FROM "DwollaCall" AS call WHERE ${allOf(conditions)} LIMIT ${MOST_COUNTED + 1}) AS call`;
  return Number(found?.count ?? 0);
}

export async function getCall(db: Database, id: bigint): Promise<CallInFull | null> {
  const [row] = await db.$queryRaw<(CallRow & Omit<CallInFull, keyof CallView>)[]>`
    SELECT ${CALL_FIELDS}, call."callId", call."sentBody", call."answeredBody", call."answeredBytes", call."madeId", call."jobId",
      call."causeRequestId", call."concernsType", call."concernsId", call."subjectId", exchange.id AS "exchangeId",
      customer.id AS "customerId"
    FROM "DwollaCall" AS call
    LEFT JOIN "StaffMember" AS staff ON staff.id = call."staffMemberId"
    LEFT JOIN "ReauthSession" AS session ON session.id = call."concernsId"
    LEFT JOIN "Proof" AS proof ON proof.id = call."concernsId"
    LEFT JOIN "FundingSource" AS source ON source.id = call."subjectId"
    LEFT JOIN "Exchange" AS named ON named.id IN (call."subjectId", call."concernsId")
    LEFT JOIN "Exchange" AS exchange
      ON exchange.id = coalesce(session."exchangeId", proof."exchangeId", named.id, source."exchangeId")
    LEFT JOIN "Customer" AS customer ON customer.id = coalesce(exchange."customerId", source."customerId", call."subjectId")
    WHERE call.id = ${id} LIMIT 1`;
  return row ? { ...row, ...toView(row) } : null;
}

/** All attempts of one call, in their order. */
export async function listAttempts(db: Database, callId: string): Promise<CallView[]> {
  const rows = await db.$queryRaw<CallRow[]>`
    SELECT ${CALL_FIELDS} FROM "DwollaCall" AS call LEFT JOIN "StaffMember" AS staff ON staff.id = call."staffMemberId"
    WHERE call."callId" = ${callId}::uuid ORDER BY call.attempt, call.id`;
  return rows.map(toView);
}

/** What the filter of causes offers: from name to name along the index, however many rows lie between. */
export async function listActs(db: Database): Promise<string[]> {
  const acts = await db.$queryRaw<{ act: string }[]>`
    WITH RECURSIVE known AS (
      (SELECT act FROM "DwollaCall" WHERE act IS NOT NULL ORDER BY act LIMIT 1)
      UNION ALL
      SELECT (SELECT act FROM "DwollaCall" WHERE act > known.act ORDER BY act LIMIT 1) FROM known WHERE known.act IS NOT NULL
    ) SELECT act FROM known WHERE act IS NOT NULL`;
  return acts.map(({ act }) => act);
}

/** People who caused a call that is still kept. */
export async function listCallers(db: Database): Promise<{ id: string; name: string }[]> {
  return db.$queryRaw<{ id: string; name: string }[]>`
    SELECT id, name FROM "StaffMember" AS staff
    WHERE EXISTS (SELECT FROM "DwollaCall" WHERE "staffMemberId" = staff.id) ORDER BY name, id`;
}

interface CallRow extends Omit<CallView, "id" | "calledAt"> {
  id: bigint;
  calledAt: Date;
}

function toView(row: CallRow): CallView {
  return { ...row, id: String(row.id), calledAt: row.calledAt.toISOString() };
}

const NEWEST_FIRST = Prisma.sql`call."calledAt" DESC, call.id DESC`;
const CALL_FIELDS = Prisma.sql`
  call.id, call."calledAt", call.process, call.attempt, call.method, call."pathTemplate", call.path, call.query, call.status,
  call."errorKind", call."durationMs", call."requestId", call."staffMemberId", staff.name AS "staffName", call.act`;

function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length > 0 ? Prisma.join([...conditions], " AND ") : Prisma.sql`true`;
}

async function conditionsOf(db: Database, address: CallsAddress, now: Date): Promise<Prisma.Sql[]> {
  const { q, after: _after, before: _before, ...filters } = address;
  const conditions = Object.entries(filters).map(([name, value]) =>
    CALL_CONDITIONS[name as keyof typeof CALL_CONDITIONS](value as never, now),
  );
  return q === undefined ? conditions : [...conditions, await isAbout(db, q)];
}

/** What was asked about this id or what belongs to it, by the path or by the cause, and what made it; or the id of a request, theirs or ours. */
async function isAbout(db: Database, q: string): Promise<Prisma.Sql> {
  const isOfRequest = Prisma.sql`(call."requestId" = ${q}
    OR (call."staffMemberId" IS NOT NULL AND call."causeRequestId" = ${q}))`;
  if (!isUuid(q)) return isOfRequest;
  const ids = await listIdsBehind(db, q);
  return Prisma.sql`(${isOfRequest} OR call."subjectId" = ANY (${ids}::uuid[]) OR call."concernsId" = ANY (${ids}::uuid[])
    OR call."madeId" = ${q}::uuid)`;
}

/** The links of a customer, the link of a case, and the accounts, sessions and proofs of those. */
export async function listIdsBehind(db: Database, id: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH link AS (
      SELECT id FROM "Exchange" WHERE id = ${id}::uuid
      UNION SELECT id FROM "Exchange" WHERE "customerId" = ${id}::uuid
      UNION SELECT "exchangeId" FROM "RepairCase" WHERE id = ${id}::uuid)
    SELECT ${id}::uuid AS id
    UNION SELECT id FROM link
    UNION SELECT id FROM "FundingSource" WHERE "customerId" = ${id}::uuid
    UNION SELECT source.id FROM "FundingSource" AS source JOIN link ON source."exchangeId" = link.id
    UNION SELECT unnest(ARRAY[session.id, session."dwollaSessionId"]) FROM "ReauthSession" AS session
      JOIN link ON session."exchangeId" = link.id
    UNION SELECT proof.id FROM "Proof" AS proof JOIN link ON proof."exchangeId" = link.id`;
  return rows.flatMap((row) => row.id ?? []);
}

function beyond({ after, before }: CallsAddress): Prisma.Sql[] {
  const text = after ?? before;
  if (text === undefined) return [];
  const { calledAt, id } = readPlace(text);
  const comparison = after === undefined ? Prisma.sql`>` : Prisma.sql`<`;
  return [Prisma.sql`(call."calledAt", call.id) ${comparison} (${calledAt}::timestamptz, ${id}::bigint)`];
}

import type { Database } from "#platform/database-client.ts";
import { eventsIn, type PurgeView } from "./schema.ts";

const SHOWN_PURGES = 50;

/** How far back the trail goes. Instants are ISO 8601; `purgedUpTo` is 0 while nothing was purged. */
export interface TrailReach {
  oldestAt: string | null;
  newestNumber: number;
  purgedUpTo: number;
}

export async function getTrailReach(auditorDb: Database): Promise<TrailReach> {
  const [row] = await auditorDb.$queryRaw<{ oldest: Date | null; newest: bigint | null; purged: bigint | null }[]>`
    SELECT (SELECT min(recorded_at) FROM audit.event) AS oldest, (SELECT max(number) FROM audit.sealed_event) AS newest,
      (SELECT max(last_number) FROM audit.purge) AS purged`;
  return {
    oldestAt: row?.oldest?.toISOString() ?? null,
    newestNumber: Number(row?.newest ?? 0),
    purgedUpTo: Number(row?.purged ?? 0),
  };
}

/** Who asked for it; null where nobody did. A request is never changed. */
export async function getPurgeRequester(auditorDb: Database, requestId: string): Promise<string | null> {
  const [row] = await auditorDb.$queryRaw<{ person: string }[]>`
    SELECT requested_by AS person FROM audit.purge_request WHERE request_id = ${requestId}::uuid`;
  return row?.person ?? null;
}

/** The newest requests. One is done as soon as its numbers are gone, by whichever purge. */
export async function listPurges(auditorDb: Database): Promise<PurgeView[]> {
  const rows = await auditorDb.$queryRaw<PurgeRow[]>`
    SELECT r.request_id AS "requestId", to_char(r.before_day, 'YYYY-MM-DD') AS "beforeDay", r.first_number AS first,
      r.last_number AS last, r.reason, r.requested_by AS "requestedById", r.requested_at AS "requestedAt",
      d.decision, d.decided_by AS "decidedById", d.decided_at AS "decidedAt",
      (SELECT max(last_number) FROM audit.purge) AS "purgedUpTo"
    FROM audit.purge_request r LEFT JOIN audit.purge_decision d ON d.request_id = r.request_id
    ORDER BY r.requested_at DESC LIMIT ${SHOWN_PURGES}`;
  return rows.map(({ first, last, decision, purgedUpTo, requestedAt, decidedAt, ...row }) => {
    const range = { firstNumber: Number(first), lastNumber: Number(last) };
    const lastPurged = Math.min(Number(purgedUpTo ?? 0), range.lastNumber);
    const purged = Math.max(0, eventsIn({ ...range, lastNumber: lastPurged }));
    const approved = purged === eventsIn(range) ? "done" : "approved";
    return {
      ...row,
      ...range,
      purged,
      requestedAt: requestedAt.toISOString(),
      decidedAt: decidedAt?.toISOString() ?? null,
      state: decision === "approved" ? approved : (decision ?? "open"),
    };
  });
}

type PurgeRow = Pick<PurgeView, "requestId" | "beforeDay" | "reason" | "requestedById" | "decidedById"> & {
  first: bigint;
  last: bigint;
  decision: "approved" | "withdrawn" | null;
  purgedUpTo: bigint | null;
  requestedAt: Date;
  decidedAt: Date | null;
};

import { z } from "zod";
import { commitmentTo } from "#platform/audit-trail.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import type { CommittedValue, RevealedEvent } from "./schema.ts";

export async function hasAuditEvent(auditorDb: Database, eventId: string): Promise<boolean> {
  const rows = await auditorDb.$queryRaw<object[]>`SELECT FROM audit.event WHERE event_id = ${eventId}::uuid`;
  return rows.length === 1;
}

/** How many events still have personal data of this person beside them. */
export async function countErasable(owner: Transaction, person: string): Promise<number> {
  const rows = await owner.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM audit.event_private p JOIN audit.event e ON e.event_id = p.event_id
    WHERE e.actor_id = ${person} AND p.erased_at IS NULL`;
  return rows[0]?.count ?? 0;
}

/** The personal data beside an event, each value compared with its commitment in the body. Null when the event is gone. */
export async function getPersonalData(auditorDb: Database, eventId: string): Promise<RevealedEvent | null> {
  const [row] = await auditorDb.$queryRaw<PrivateRow[]>`
    SELECT e.body, p.salt, p.ip, p.user_agent AS "userAgent", p.actor_email AS "actorEmail", p.erased_at AS "erasedAt"
    FROM audit.event e LEFT JOIN audit.event_private p ON p.event_id = e.event_id WHERE e.event_id = ${eventId}::uuid`;
  if (!row) return null;
  const commitments = readCommitments(row.body);
  return {
    ip: compare(row, row.ip, commitments?.ip),
    userAgent: compare(row, row.userAgent, commitments?.userAgent),
    actorEmail: compare(row, row.actorEmail, commitments?.actorEmail),
  };
}

interface PrivateRow {
  body: string;
  /** Null, like all that follows, where the row beside the event is missing. */
  salt: Uint8Array | null;
  ip: string | null;
  userAgent: string | null;
  actorEmail: string | null;
  erasedAt: Date | null;
}

const bodySchema = z.object({
  commitments: z.object({
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    actorEmail: z.string().nullable(),
  }),
});

/** Null for a body that is no longer what was written: then nothing fits it. */
function readCommitments(body: string) {
  try {
    return bodySchema.parse(JSON.parse(body)).commitments;
  } catch {
    return null;
  }
}

function compare(
  { salt, erasedAt }: PrivateRow,
  value: string | null,
  commitment: string | null | undefined,
): CommittedValue {
  if (commitment === null && value === null) return { state: "none" };
  if (erasedAt && value === null) return { state: "erased", erasedAt: erasedAt.toISOString() };
  const fits = salt !== null && value !== null && commitmentTo(salt, value) === commitment;
  return { state: fits ? "fits" : "altered", value };
}

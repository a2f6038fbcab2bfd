import type { StaffActor } from "#domain/actor.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import type { RecordContext } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { getLastLook, listTrailRows, type TrailRow } from "./data.ts";

/** Reading the trail is an act, but a page that keeps itself current looks every few seconds: once in this time is on record. */
const ONE_LOOK_MS = 15 * 60_000;

export interface TrailReader extends RecordContext<StaffActor> {
  /** The auditor's connection. */
  auditor: Database;
}

/** What the trail says about a link and its sessions since then, newest first. The look is on record before a row is read. */
export async function readLinkTrail(
  ctx: TrailReader,
  { exchangeId, sessionIds, since }: { exchangeId: string; sessionIds: readonly string[]; since: Date },
): Promise<TrailRow[]> {
  const lastLook = await getLastLook(ctx.auditor, ctx.actor.id, exchangeId);
  if (!lastLook || ctx.now().getTime() - lastLook.getTime() > ONE_LOOK_MS) {
    const target = { type: "exchange", id: exchangeId } as const;
    await recordAuditEvent(ctx.db, ctx, { action: "audit.viewed", outcome: "succeeded", target });
  }
  return listTrailRows({ db: ctx.db, auditor: ctx.auditor }, [exchangeId, ...sessionIds], since);
}

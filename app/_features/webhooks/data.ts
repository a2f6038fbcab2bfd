import type { Database } from "#platform/database-client.ts";
import { WEBHOOK_REFUSALS, type WebhookRefusalReason } from "./schema.ts";

/** That no webhook has come for longer than it should. */
export interface WebhookSilence {
  /** The last one, or the beginning of our knowledge where none ever came. ISO 8601. */
  since: string;
  hasEverHeard: boolean;
  /** Events that Dwolla lists of this time: with none of them there was nothing to send. */
  eventsMeanwhile: number;
}

const HOUR_MS = 3_600_000;
const HOURS_COUNTED = 24;

/** Null while webhooks come, and before we have known Dwolla for as long as `silenceMinutes`. */
export async function getWebhookSilence(
  db: Database,
  { now, silenceMinutes }: { now: Date; silenceMinutes: number },
): Promise<WebhookSilence | null> {
  const [heard, begun] = await Promise.all([
    db.dwollaEvent.aggregate({ _max: { lastReceivedAt: true } }),
    db.catchUp.aggregate({ _min: { startedAt: true } }),
  ]);
  const lastHeardAt = heard._max.lastReceivedAt;
  const since = lastHeardAt ?? begun._min.startedAt;
  if (since === null || now.getTime() - since.getTime() <= silenceMinutes * 60_000) return null;
  const eventsMeanwhile = await db.dwollaEvent.count({ where: { createdAt: { gt: since }, receivedAt: null } });
  return { since: since.toISOString(), hasEverHeard: lastHeardAt !== null, eventsMeanwhile };
}

/** Refused webhooks of the last 24 hours, the current one included; reasons without any are absent. */
export async function countWebhookRefusals(
  db: Database,
  now: Date,
): Promise<ReadonlyMap<WebhookRefusalReason, number>> {
  const rows = await db.webhookRefusal.groupBy({
    by: ["reason"],
    where: { hour: { gt: new Date(now.getTime() - HOURS_COUNTED * HOUR_MS) } },
    _sum: { count: true },
  });
  const counts = new Map(rows.map(({ reason, _sum }) => [reason, _sum.count ?? 0]));
  return new Map(WEBHOOK_REFUSALS.flatMap((reason) => (counts.has(reason) ? [[reason, counts.get(reason) ?? 0]] : [])));
}

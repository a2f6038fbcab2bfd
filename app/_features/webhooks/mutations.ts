import { hash } from "node:crypto";
import type { Secret } from "#domain/secret.ts";
import type { DwollaEvent } from "#dwolla/events.ts";
import { isSignedWith } from "#dwolla/webhook-signature.ts";
import { type EventArrival, storeDeliveries } from "#features/dwolla-events/mutations.ts";
import type { Database } from "#platform/database-client.ts";
import { createGroupCommit } from "#platform/group-commit.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";
import type { WebhookRefusalReason } from "./schema.ts";

/** Dwolla's are under 2 KB; nothing larger is read to its end. */
const MAX_BODY_BYTES = 64 * 1024;
/** In one statement: what 8 MB at most hold. */
const MAX_GROUP = 128;
const FLUSH_REFUSALS_AFTER_MS = 1_000;

export interface WebhookReceiverOptions {
  db: Database;
  /** Two during a rotation. None refuses everything. */
  secrets: readonly Secret[];
  parseEvent: (body: unknown) => DwollaEvent | null;
  now: () => Date;
  /** Closed words only. */
  warn: (facts: object, message: string) => void;
}

/**
 * Takes Dwolla's webhooks: one receiver per process. 200 says that the event is stored and queued, or was before. A refusal
 * says nothing to the sender and is counted; 503 makes Dwolla send it again. An event that is signed but not readable is refused
 * too: Dwolla then repeats it for three days, in which somebody can teach us to read it.
 * @see https://developers.dwolla.com/docs/api-reference/webhooks/process-and-validate-webhooks
 */
export function createWebhookReceiver({ db, secrets, parseEvent, now, warn }: WebhookReceiverOptions) {
  const store = createGroupCommit<EventArrival>((arrivals) => storeDeliveries(db, arrivals), MAX_GROUP);
  const countRefusal = createRefusalCount(db, now, warn);

  const refuse = (reason: WebhookRefusalReason, status: number): Response => {
    countRefusal(reason);
    return new Response("refused", { status });
  };

  return async (request: Request): Promise<Response> => {
    const arrivedAt = now();
    const body = await readBody(request);
    if (body === null) return refuse("too_large", 413);
    if (!isSignedWith(secrets, body, request.headers.get("x-request-signature-sha-256")))
      return refuse("not_signed", 401);
    const event = parseEvent(parseJson(body));
    if (event === null) return refuse("unreadable", 400);
    const signed = { sha256: hash("sha256", body), bytes: body.byteLength };
    try {
      await store({ event, signed, arrivedAt });
      return new Response(null, { status: 200 });
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error;
      warn({ eventId: event.id }, "a webhook could not be stored; Dwolla sends it again");
      return new Response("try again", { status: 503 });
    }
  };
}

/** The bytes as they were signed; null when there are too many. A body that breaks off is what it is: its signature will not fit. */
async function readBody(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_BODY_BYTES) return null;
      chunks.push(chunk);
    }
  } catch {
    return new Uint8Array();
  }
  return Buffer.concat(chunks);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Written at most once a second, so that a stranger cannot make us write as fast as he sends. */
function createRefusalCount(db: Database, now: () => Date, warn: WebhookReceiverOptions["warn"]) {
  let counts = new Map<WebhookRefusalReason, number>();

  async function flush(): Promise<void> {
    const rows = [...counts].map(([reason, count]) => ({ reason, count }));
    counts = new Map();
    await db.$executeRaw`
      INSERT INTO "WebhookRefusal" AS known (hour, reason, count)
      SELECT date_trunc('hour', ${now()}::timestamptz), reason, count
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS given (reason text, count int)
      ON CONFLICT (hour, reason) DO UPDATE SET count = known.count + excluded.count`.catch(() =>
      warn({ refusals: rows }, "refused webhooks could not be counted"),
    );
  }

  return (reason: WebhookRefusalReason): void => {
    if (counts.size === 0) setTimeout(flush, FLUSH_REFUSALS_AFTER_MS).unref();
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  };
}

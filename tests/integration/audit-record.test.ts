import { createHash } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { type AuditEvent, auditEventSchema } from "#domain/audit-event.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const EXCHANGE = "3f2a9c81-7d1e-4c55-9a60-1234567890ab";
const CUSTOMER = "91b6c1de-0f3a-4d52-8f6e-aa11bb22cc33";
const OPERATION = "0192d3f0-1111-7abc-8def-0123456789ab";

const FULL_ENTRY: AuditEntry = {
  action: "reauth_session.answered",
  operationId: OPERATION,
  phase: "outcome",
  outcome: "failed",
  target: { type: "exchange", id: EXCHANGE },
  customerId: CUSTOMER,
  upstream: { status: 403, code: "InvalidResourceState", requestId: "dwolla-1" },
  reason: "customer called – “can't pay” €5",
  ticket: "T-1",
  details: { zebra: 1, channel: "web", aware: true, nothing: null },
};

let database: TestDatabase;
let ctx: TestContext<StaffActor>;
let owner: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor("agent") });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await Promise.all([ctx?.close(), owner?.end()]);
  await database?.drop();
});

describe("an audit event", () => {
  it("is written in the transaction of its change, and goes with it when that is rolled back", async () => {
    const events = () => owner.query("SELECT 1 FROM audit.event").then(({ rows }) => rows.length);
    const before = await events();
    const work = ctx.db.$transaction(async (tx) => {
      await recordAuditEvent(tx, ctx, FULL_ENTRY);
      expect(await events()).toBe(before);
      throw new Error("the change failed");
    });
    await expect(work).rejects.toThrow("the change failed");
    expect(await events()).toBe(before);
  });

  it("keeps its body in the canonical form of RFC 8785", async () => {
    const { body } = await record(FULL_ENTRY);
    const parsed: unknown = JSON.parse(body);
    expect(body).toBe(JSON.stringify(withSortedKeys(parsed)));
    expect(auditEventSchema.parse(parsed)).toEqual(parsed);
  });

  it("says the same in its columns as in its body", async () => {
    const { body, ...columns } = await record(FULL_ENTRY);
    const event = JSON.parse(body) as AuditEvent;
    expect(columns).toEqual({
      event_id: event.eventId,
      operation_id: event.operationId,
      phase: event.phase,
      occurred_at: new Date(event.occurredAt),
      recorded_at: expect.any(Date),
      schema_version: event.schemaVersion,
      environment: event.environment,
      actor_type: event.actor.type,
      actor_id: event.actor.id,
      actor_role: event.actor.role,
      session_ref: event.actor.sessionRef,
      action: event.action,
      target_type: event.target?.type,
      target_id: event.target?.id,
      customer_id: event.customerId,
      decision: event.decision,
      outcome: event.outcome,
      upstream_status: event.upstream?.status,
      upstream_code: event.upstream?.code,
      upstream_request_id: event.upstream?.requestId,
      reason: event.reason,
      ticket: event.ticket,
      request_id: event.requestId,
    });
    expect(event).toMatchObject({ ...FULL_ENTRY, decision: "allow", actor: { id: ctx.actor.id, role: "agent" } });
  });

  it("is a refusal exactly when its outcome is denied", async () => {
    expect(await record({ action: "page.refused", outcome: "denied" })).toMatchObject({ decision: "deny" });
    expect(await record({ action: "sweep.requested", outcome: "failed" })).toMatchObject({ decision: "allow" });
  });

  it("shows controls, direction marks and lone surrogates of a reason as escapes, and nothing is lost", async () => {
    const row = await record({ ...FULL_ENTRY, reason: "a\u0000b\u001b[2J\r\nc\u202ed\ud800e", ticket: "T\u200b1" });
    expect(row.reason).toBe("a\\u0000b\\u001b[2J\\u000d\\u000ac\\u202ed\\ud800e");
    expect(row.ticket).toBe("T\\u200b1");
    expect((JSON.parse(row.body) as AuditEvent).reason).toBe(row.reason);
  });

  it("keeps the longest reason a person may write whole, even if every character of it has to be escaped", async () => {
    const row = await record({ ...FULL_ENTRY, reason: "\u0007".repeat(500) });
    expect(row.reason).toBe("\\u0007".repeat(500));
  });

  it.each([
    [
      "a key that the target does not know",
      { target: { type: "exchange", id: EXCHANGE, customerName: "Ana Ferreira" } },
    ],
    ["an object among the details", { details: { session: { token: "link-sandbox-1" } } }],
    ["a number that JSON cannot keep exactly", { details: { amount: 0.1 } }],
    ["an action that is not on the list", { action: "exchange.deleted" }],
    ["a customer id that is none", { customerId: "Ana Ferreira" }],
    ["a reason that is longer than any escaped one", { reason: "a".repeat(3_001) }],
  ])("is refused with %s", async (_what, part) => {
    const entry = { ...FULL_ENTRY, ...part } as AuditEntry;
    await expect(recordAuditEvent(ctx.db, ctx, entry)).rejects.toMatchObject({ name: "ZodError" });
  });

  it("holds salted commitments that the personal data beside it opens", async () => {
    const { event_id, body } = await record(FULL_ENTRY);
    const personal = await owner.query("SELECT * FROM audit.event_private WHERE event_id = $1", [event_id]);
    const { salt, ip, user_agent, actor_email } = personal.rows[0];
    const opens = (value: string) => createHash("sha256").update(salt).update(value).digest("hex");
    expect({ ip, user_agent, actor_email }).toEqual({
      ip: "127.0.0.1",
      user_agent: "test",
      actor_email: ctx.actor.email,
    });
    expect((JSON.parse(body) as AuditEvent).commitments).toEqual({
      ip: opens(ip),
      userAgent: opens(user_agent),
      actorEmail: opens(actor_email),
    });
  });

  it("has no name, e-mail or address of the person in its own row", async () => {
    const row = JSON.stringify(await record(FULL_ENTRY));
    for (const personal of [ctx.actor.name, ctx.actor.email, "127.0.0.1"]) expect(row).not.toContain(personal);
  });

  it("salts every event anew, so that equal people do not show as equal", async () => {
    const commitments = async () => (JSON.parse((await record(FULL_ENTRY)).body) as AuditEvent).commitments;
    expect(await commitments()).not.toEqual(await commitments());
  });
});

type EventRow = Record<string, unknown> & { event_id: string; body: string };

async function record(entry: AuditEntry): Promise<EventRow> {
  await recordAuditEvent(ctx.db, ctx, entry);
  const { rows } = await owner.query("SELECT * FROM audit.event ORDER BY recorded_at DESC LIMIT 1");
  return rows[0];
}

/** Our names are ASCII, for which the UTF-16 order of RFC 8785 is the order of `sort`. */
function withSortedKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, withSortedKeys(inner)]),
  );
}

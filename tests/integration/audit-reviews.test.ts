import { createHash, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { ForbiddenError } from "#domain/errors.ts";
import type { Role } from "#domain/permissions.ts";
import { getReview, listReviews } from "#features/audit-reviews/data.ts";
import {
  abandonReview,
  decideItem,
  drawReview,
  drawReviewAgain,
  exportReview,
  handReviewOver,
  type ReviewContext,
  readReview,
  returnReview,
  signReviewOff,
} from "#features/audit-reviews/mutations.ts";
import { drawReviewInput } from "#features/audit-reviews/schema.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { insertPastEvents } from "../support/past-events.ts";

const OCTOBER = (day: number) => `2026-10-${String(day).padStart(2, "0")}T10:00:00Z`;
const SIZE = 5;

let database: TestDatabase;
let base: TestContext<StaffActor>;
let reviewer: ReviewContext;
let signer: ReviewContext;
let agent: StaffActor;
let eventIds: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  base = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: "http://127.0.0.1:1",
    actor: staffActor("compliance"),
    now: () => new Date("2026-11-25T12:00:00Z"),
  });
  reviewer = { ...base, auditorDb: createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 }) };
  signer = { ...reviewer, actor: await addPerson("compliance") };
  agent = await addPerson("agent");
  const days = Array.from({ length: 12 }, (_, index) => OCTOBER(index + 1));
  const acts = days.map((recordedAt) => ({ recordedAt, actorId: agent.id, action: "exchange.checked" }));
  eventIds = await insertPastEvents(database.ownerUrl, acts);
});

afterEach(async () => {
  await Promise.all([base?.close(), reviewer?.auditorDb.$disconnect()]);
  await database?.drop();
});

describe("a draw", () => {
  it("takes the first in the order of SHA-256(seed, event id), as anybody can do without us, and is on record", async () => {
    const id = await draw({ seed: "q4" });
    const review = await getReview(base.db, id);
    const inOrder = [...eventIds].sort((a, b) => (hashOf("q4", a) < hashOf("q4", b) ? -1 : 1));
    expect(review?.items.map(({ eventId }) => eventId)).toEqual(inOrder.slice(0, SIZE));
    expect(review).toMatchObject({ population: 12, sampleSize: SIZE, subjectIds: [agent.id], lastNumber: null });
    const facts = { seed: "q4", population: 12, from: "2026-10-01T00:00:00.000Z", until: "2026-11-01T00:00:00.000Z" };
    expect(await rowsOf("audit_review.drawn")).toMatchObject([{ outcome: "succeeded", target_id: id, details: facts }]);
  });

  it("leaves out the reviewer's own acts, reading and reviewing the trail, what came after the period, and says how many", async () => {
    await insertPastEvents(database.ownerUrl, [
      { recordedAt: OCTOBER(2), actorId: reviewer.actor.id, action: "reauth_session.revealed" },
      { recordedAt: OCTOBER(2), actorId: signer.actor.id, action: "audit.viewed" },
      { recordedAt: OCTOBER(2), actorId: signer.actor.id, action: "audit_review.signed_off" },
      { recordedAt: "2026-11-01T00:00:00Z", actorId: signer.actor.id, action: "staff.added" },
    ]);
    const review = await getReview(base.db, await draw({ size: 200 }));
    expect(review).toMatchObject({ population: 12, ownEvents: 1, sampleSize: 12, subjectIds: [agent.id] });
  });

  it("is bounded by the trail's number, so that what is sealed later or written in between does not move it", async () => {
    await seal(eventIds.slice(0, 8));
    const id = await draw({ seed: "sealed" });
    const before = await getReview(base.db, id);
    expect(before).toMatchObject({ population: 8, unnumbered: 4, lastNumber: "8" });
    await seal(eventIds.slice(8), 9);
    await insertPastEvents(database.ownerUrl, [
      { recordedAt: OCTOBER(3), actorId: agent.id, action: "exchange.checked" },
    ]);
    expect(await drawReviewAgain({ ctx: signer, input: { reviewId: id } })).toEqual({
      isSame: true,
      population: 8,
      populationAtDraw: 8,
      purged: 0,
      drawnAgain: SIZE,
      sampleSize: SIZE,
    });
    expect(await rowsOf("audit.viewed")).toMatchObject([{ target_id: id, details: { drawnAgain: true } }]);
  });

  it("drawn again tells when the trail is not what it was", async () => {
    const id = await draw({ size: 12 });
    await insertPastEvents(database.ownerUrl, [
      { recordedAt: OCTOBER(3), actorId: agent.id, action: "exchange.checked" },
    ]);
    expect(await drawReviewAgain({ ctx: signer, input: { reviewId: id } })).toMatchObject({
      isSame: false,
      population: 13,
    });
  });

  it("gives two who draw at once two whole reviews with the same sample", async () => {
    const [one, two] = await Promise.all([draw({ seed: "s" }), draw({ seed: "s" }, signer)]);
    const ids = async (id: string) => (await getReview(base.db, id))?.items.map(({ eventId }) => eventId);
    expect(one).not.toBe(two);
    expect(await ids(one)).toEqual(await ids(two));
  });

  it("of a period in which nothing was recorded is none", async () => {
    const input = drawReviewInput.parse({ ...ASKED, period: "days", firstDay: "2026-11-26", lastDay: "2026-11-26" });
    expect(await drawReview({ ctx: reviewer, input })).toEqual({ ok: false, reason: "period_is_empty" });
    expect(
      await drawReview({ ctx: reviewer, input: { ...input, firstDay: "2020-01-01", lastDay: "2020-01-02" } }),
    ).toEqual({ ok: false, reason: "no_events" });
    expect(await rowsOf("audit_review.drawn")).toMatchObject([{ outcome: "failed", details: { population: 0 } }]);
  });
});

describe("the way of a review", () => {
  it("goes from decisions to the hand-over, back, and to the second person's signature, each on record", async () => {
    const reviewId = await draw();
    expect(await handReviewOver({ ctx: reviewer, input: { reviewId } })).toEqual(refused("undecided_items"));
    await decideAll(reviewId);
    const finding = { reviewId, place: 2, decision: "finding", finding: "No ticket." } as const;
    expect(await decideItem({ ctx: reviewer, input: finding })).toEqual({ ok: true });
    expect(await handReviewOver({ ctx: reviewer, input: { reviewId } })).toEqual({ ok: true });
    expect(await decideItem({ ctx: reviewer, input: finding })).toEqual(refused("changed_meanwhile"));
    expect(await returnReview({ ctx: signer, input: { reviewId, reason: "Which ticket?" } })).toEqual({ ok: true });
    expect(await signReviewOff({ ctx: signer, input: { reviewId } })).toEqual(refused("changed_meanwhile"));
    expect(await handReviewOver({ ctx: reviewer, input: { reviewId } })).toEqual({ ok: true });
    expect(await signReviewOff({ ctx: signer, input: { reviewId } })).toEqual({ ok: true });
    expect(await getReview(base.db, reviewId)).toMatchObject({
      state: "signed_off",
      signedOff: { by: signer.actor.name },
    });
    expect(await listReviews(base.db)).toMatchObject([{ id: reviewId, decided: SIZE, findings: 1, isReturned: false }]);
    expect(await rowsOf("audit_review.item_decided")).toHaveLength(SIZE + 1);
    expect(await rowsOf("audit_review.returned")).toMatchObject([{ actor_id: signer.actor.id, target_id: reviewId }]);
    expect(await rowsOf("audit_review.signed_off")).toMatchObject([
      { actor_id: signer.actor.id, details: { items: SIZE, findings: 1 } },
    ]);
  });

  it("is the reviewer's alone until the hand-over, and nobody else's signature than a free second person's ends it; each refusal is on record", async () => {
    const reviewId = await draw();
    const input = { reviewId, place: 1, decision: "fine" } as const;
    expect(await decideItem({ ctx: signer, input })).toEqual(refused("not_the_reviewer"));
    await decideAll(reviewId);
    await handReviewOver({ ctx: reviewer, input: { reviewId } });
    expect(await signReviewOff({ ctx: reviewer, input: { reviewId } })).toEqual(refused("reviewer"));
    await base.db.staffMember.update({ where: { id: agent.id }, data: { role: "compliance" } });
    const subject = { ...signer, actor: { ...agent, role: "compliance" as const } };
    expect(await signReviewOff({ ctx: subject, input: { reviewId } })).toEqual(refused("subject"));
    expect(await rowsOf("audit_review.signed_off")).toMatchObject([
      { outcome: "denied", actor_id: reviewer.actor.id, details: { refusedBy: "reviewer" } },
      { outcome: "denied", actor_id: agent.id, details: { refusedBy: "subject" } },
    ]);
    expect(await getReview(base.db, reviewId)).toMatchObject({ state: "handed_over", signedOff: null });
  });

  it("may end before the hand-over, by the one who drew it alone, with a reason, and then stays as it is", async () => {
    const reviewId = await draw();
    const input = { reviewId, reason: "The period was too short." };
    expect(await abandonReview({ ctx: signer, input })).toEqual(refused("not_the_reviewer"));
    expect(await abandonReview({ ctx: reviewer, input })).toEqual({ ok: true });
    expect(await abandonReview({ ctx: reviewer, input })).toEqual(refused("changed_meanwhile"));
    expect(await rowsOf("audit_review.abandoned")).toMatchObject([
      { outcome: "denied", actor_id: signer.actor.id, details: { refusedBy: "not_the_reviewer" } },
      { outcome: "succeeded", target_id: reviewId, details: { items: SIZE } },
    ]);
    expect(await listReviews(base.db)).toMatchObject([{ id: reviewId, state: "abandoned" }]);
    expect(await getReview(base.db, reviewId)).toMatchObject({ abandoned: { reason: input.reason } });
    const back = `UPDATE "AuditReview" SET state = 'in_review', "abandonedAt" = NULL, "abandonReason" = NULL`;
    await expect(attempt(back)).rejects.toThrow(/stays as it is/);
    await expect(attempt(`UPDATE "AuditReviewItem" SET decision = 'fine', "decidedAt" = now()`)).rejects.toThrow(
      /stay as/,
    );
    await expect(queryAsOwner(database.ownerUrl, `DELETE FROM "AuditReviewItem"`)).rejects.toThrow(/stay as/);
    const other = await handedOver();
    expect(await abandonReview({ ctx: reviewer, input: { ...input, reviewId: other } })).toEqual(
      refused("changed_meanwhile"),
    );
    const wordless = `UPDATE "AuditReview" SET state = 'abandoned', "abandonedAt" = now() WHERE id = '${await draw()}'`;
    await expect(attempt(wordless)).rejects.toThrow(/AuditReview_abandoned_with_reason/);
  });

  it("has one signature when two press at once", async () => {
    const reviewId = await draw();
    await decideAll(reviewId);
    await handReviewOver({ ctx: reviewer, input: { reviewId } });
    const third = { ...signer, actor: await addPerson("compliance") };
    const answers = await Promise.all([signer, third].map((ctx) => signReviewOff({ ctx, input: { reviewId } })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers).toContainEqual(refused("changed_meanwhile"));
    expect(await rowsOf("audit_review.signed_off")).toHaveLength(1);
  });

  it("is closed to agents, leads and admins, and signing off to engineers too", async () => {
    const reviewId = await draw();
    for (const role of ["agent", "lead", "admin"] as const) {
      const other = { ...reviewer, actor: await addPerson(role) };
      await expect(draw({}, other)).rejects.toBeInstanceOf(ForbiddenError);
      for (const change of [handReviewOver, signReviewOff]) {
        await expect(change({ ctx: other, input: { reviewId } })).rejects.toBeInstanceOf(ForbiddenError);
      }
    }
    const engineer = { ...reviewer, actor: await addPerson("engineer") };
    await expect(signReviewOff({ ctx: engineer, input: { reviewId } })).rejects.toBeInstanceOf(ForbiddenError);
  });

  it("stands still when a step cannot be put on record, and shows nothing", async () => {
    const reviewId = await draw();
    const unrecordable = { ...reviewer, origin: { ...reviewer.origin, requestId: "" } };
    const input = { reviewId, place: 1, decision: "fine" } as const;
    await expect(decideItem({ ctx: unrecordable, input })).rejects.toMatchObject({ name: "ZodError" });
    await expect(draw({}, unrecordable)).rejects.toMatchObject({ name: "ZodError" });
    await expect(readReview({ ctx: unrecordable, input: { reviewId } })).rejects.toMatchObject({ name: "ZodError" });
    const noFile = exportReview({ ctx: unrecordable, input: { reviewId, toText: () => "text" } });
    await expect(noFile).rejects.toMatchObject({ name: "ZodError" });
    expect(await base.db.auditReview.count()).toBe(1);
    expect((await getReview(base.db, reviewId))?.items[0]?.decision).toBeNull();
  });

  it("goes out as a file whose hash is on record", async () => {
    const reviewId = await draw();
    const text = await exportReview({
      ctx: signer,
      input: { reviewId, toText: ({ events }) => [...events.keys()].sort().join() },
    });
    expect(text?.split(",")).toHaveLength(SIZE);
    const sha256 = createHash("sha256").update(String(text)).digest("hex");
    expect(await rowsOf("audit_review.exported")).toMatchObject([{ target_id: reviewId, details: { sha256 } }]);
  });
});

describe("the database itself, asked by the app's role", () => {
  it.each([
    ["the reviewer", () => reviewer.actor.id, /AuditReview_signed_off_by_another/],
    ["a subject", () => agent.id, /AuditReview_signed_off_by_no_subject/],
  ])("refuses the signature of %s", async (_who, id, words) => {
    const reviewId = await handedOver();
    await expect(attempt(signOff(reviewId, id()))).rejects.toThrow(words);
  });

  it("refuses a signature before the hand-over, a hand-over before all is decided, and a signature without a name", async () => {
    const reviewId = await draw();
    const handOver = `UPDATE "AuditReview" SET state = 'handed_over' WHERE id = '${reviewId}'`;
    await expect(attempt(signOff(reviewId, signer.actor.id))).rejects.toThrow(/does not go from in_review/);
    await expect(attempt(handOver)).rejects.toThrow(/all of its items are decided/);
    await decideAll(reviewId);
    await attempt(handOver);
    const nameless = `UPDATE "AuditReview" SET state = 'signed_off' WHERE id = '${reviewId}'`;
    await expect(attempt(nameless)).rejects.toThrow(/AuditReview_signed_off_by_somebody/);
  });

  it("refuses to change what was drawn, or who its subjects are", async () => {
    const reviewId = await draw();
    const ofReview = `WHERE id = '${reviewId}'`;
    const item = `('${reviewId}', 99, '${randomUUID()}')`;
    for (const sql of [
      `UPDATE "AuditReview" SET "subjectIds" = '{}' ${ofReview}`,
      `UPDATE "AuditReview" SET seed = 'better' ${ofReview}`,
      `UPDATE "AuditReviewItem" SET "eventId" = '${randomUUID()}'`,
      `DELETE FROM "AuditReviewItem"`,
      `DELETE FROM "AuditReview"`,
      `TRUNCATE "AuditReviewItem", "AuditReview"`,
    ]) {
      await expect(attempt(sql), sql).rejects.toThrow(/permission denied/);
    }
    await decideAll(reviewId);
    // A smuggled item is one too many at the hand-over.
    await attempt(`INSERT INTO "AuditReviewItem" ("reviewId", place, "eventId") VALUES ${item}`);
    await attempt(`UPDATE "AuditReviewItem" SET decision = 'fine', "decidedAt" = now() WHERE place = 99`);
    await attempt(`UPDATE "AuditReviewItem" SET decision = NULL, "decidedAt" = NULL WHERE place = 1`);
    const handOver = `UPDATE "AuditReview" SET state = 'handed_over' ${ofReview}`;
    await expect(attempt(handOver)).rejects.toThrow(/all of its items are decided/);
  });

  it("refuses subjects that are unknown, among them the reviewer", async () => {
    const insert = (
      subjects: string,
    ) => `INSERT INTO "AuditReview" (id, "reviewerId", "drawnAt", "periodFrom", "periodUntil",
      scope, seed, size, population, "ownEvents", unnumbered, "sampleSize", "subjectIds") VALUES
      ('${randomUUID()}', '${reviewer.actor.id}', now(), now(), now(), 'changes', 's', 1, 1, 0, 0, 1, ${subjects})`;
    await expect(attempt(insert("NULL"))).rejects.toThrow(/AuditReview_subjects_are_known/);
    await expect(attempt(insert("'{NULL}'"))).rejects.toThrow(/AuditReview_subjects_are_known/);
    await expect(attempt(insert(`'{${reviewer.actor.id}}'`))).rejects.toThrow(/AuditReview_reviewer_is_no_subject/);
    const signed = insert("'{}'")
      .replace(/"subjectIds"\)/, `"subjectIds", state)`)
      .replace(/\)$/, ", 'signed_off')");
    await expect(attempt(signed)).rejects.toThrow(/A review begins in review/);
  });

  it("keeps a signed review and its items as they are, also against its owner", async () => {
    const reviewId = await handedOver();
    await signReviewOff({ ctx: signer, input: { reviewId } });
    const before = await getReview(base.db, reviewId);
    const ofReview = `WHERE id = '${reviewId}'`;
    for (const sql of [
      `UPDATE "AuditReview" SET state = 'in_review', "signedOffById" = NULL, "signedOffAt" = NULL ${ofReview}`,
      `UPDATE "AuditReview" SET "signedOffAt" = now() ${ofReview}`,
      `UPDATE "AuditReviewItem" SET decision = 'finding', finding = 'x' WHERE place = 1`,
      `INSERT INTO "AuditReviewItem" ("reviewId", place, "eventId") VALUES ('${reviewId}', 99, '${randomUUID()}')`,
    ]) {
      await expect(attempt(sql), sql).rejects.toThrow(/stays? as (it is|they are)/);
    }
    for (const sql of [
      `UPDATE "AuditReview" SET seed = 'x' ${ofReview}`,
      `UPDATE "AuditReviewItem" SET "reviewId" = gen_random_uuid()`,
      `DELETE FROM "AuditReviewItem"`,
      `SET session_replication_role = replica; DELETE FROM "AuditReviewItem"`,
    ]) {
      await expect(queryAsOwner(database.ownerUrl, sql), sql).rejects.toThrow(/stays? as (it is|they are)/);
    }
    expect(await getReview(base.db, reviewId)).toEqual(before);
  });
});

const ASKED = { period: "last_month", scope: "changes", size: SIZE, seed: "seed-1" } as const;

async function draw(asked: Partial<{ seed: string; size: number }> = {}, ctx = reviewer): Promise<string> {
  const drawn = await drawReview({ ctx, input: drawReviewInput.parse({ ...ASKED, ...asked }) });
  if (!drawn.ok) throw new Error(drawn.reason);
  return drawn.reviewId;
}

async function decideAll(reviewId: string): Promise<void> {
  for (let place = 1; place <= SIZE; place++) {
    expect(await decideItem({ ctx: reviewer, input: { reviewId, place, decision: "fine" } })).toEqual({ ok: true });
  }
}

async function handedOver(): Promise<string> {
  const reviewId = await draw();
  await decideAll(reviewId);
  await handReviewOver({ ctx: reviewer, input: { reviewId } });
  return reviewId;
}

function signOff(reviewId: string, personId: string): string {
  return `UPDATE "AuditReview" SET state = 'signed_off', "signedOffAt" = now(), "signedOffById" = '${personId}' WHERE id = '${reviewId}'`;
}

function attempt(sql: string): Promise<number> {
  return base.db.$executeRawUnsafe(sql);
}

function refused(reason: string) {
  return { ok: false, reason };
}

function rowsOf(action: string) {
  return auditRows(database.auditorUrl, { action });
}

function hashOf(seed: string, eventId: string): string {
  return createHash("sha256").update(`${seed}${eventId}`).digest("hex");
}

/** As the sealer numbers them; what stands in leaf and hash is of no importance here. */
async function seal(ids: readonly string[], first = 1): Promise<void> {
  await queryAsOwner(
    database.ownerUrl,
    `INSERT INTO audit.sealed_event (number, event_id, leaf, hash)
     SELECT $2::bigint + place - 1, id, sha256('leaf'), sha256('hash') FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, place)`,
    [ids, first],
  );
}

async function addPerson(role: Role): Promise<StaffActor> {
  const person = staffActor(role);
  const { id, name, email } = person;
  await base.db.staffMember.create({ data: { id, name, email, role, createdAt: new Date() } });
  return person;
}

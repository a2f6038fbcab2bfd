import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { type Observation, recordObservations } from "#features/signals/mutations.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addBank, addBrokenExchange } from "../support/worklist-rows.ts";

const START = Date.parse("2026-11-01T00:00:00Z");
const RUNS = 40;

let database: TestDatabase;
let ctx: TestContext<StaffActor>;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor: staffActor("agent") });
});

afterAll(async () => {
  await ctx.close();
  await database.drop();
});

type Step =
  | { what: "session" }
  | { what: "balance"; value: "answered" | "update_credentials" | "unsupported"; cachedForMinutes: number }
  | { what: "status"; value: "active" | "deactivated" | "removed" }
  | { what: "claim" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ what: "session" } as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("balance" as const),
      value: fc.constantFrom("answered" as const, "update_credentials" as const, "unsupported" as const),
      cachedForMinutes: fc.constantFrom(0, 0, 15, 45),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("status" as const),
      value: fc.constantFrom("active" as const, "deactivated" as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ what: "claim" } as const) },
);

test("whatever happens in whatever order, a case is verified only by a proof that is newer than its newest session", async () => {
  let verified = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 12 }), async (steps) => {
      const link = await brokenLink();
      for (const [index, step] of steps.entries()) {
        // Ten minutes apart: a cached balance can be older than the session before it.
        await take(link, step, new Date(START + (index + 10) * 600_000));
        verified += await expectVerifiedByProof(link.exchangeId);
        await expectCaseWhileBroken(link.exchangeId);
      }
    }),
    { numRuns: RUNS },
  );
  expect(verified).toBeGreaterThan(10);
}, 120_000);

test("a removal ends it: nothing that comes later verifies that case", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 5 }), async (steps) => {
      const link = await brokenLink();
      await take(link, { what: "status", value: "removed" }, new Date(START + 600_000));
      for (const [index, step] of steps.entries()) await take(link, step, new Date(START + (index + 2) * 600_000));
      const first = await ctx.db.repairCase.findUniqueOrThrow({ where: { id: link.caseId } });
      expect(first).toMatchObject({ state: "not_repairable", provenById: null });
    }),
    { numRuns: RUNS / 4 },
  );
}, 60_000);

interface Link {
  customerId: CustomerId;
  exchangeId: ExchangeId;
  caseId: string;
  fundingSourceId: FundingSourceId;
}

async function brokenLink(): Promise<Link> {
  const { customerId, exchangeId, caseId } = await addBrokenExchange(ctx.db, { brokenSince: new Date(START) });
  const fundingSourceId = randomUUID();
  await addBank(ctx.db, { id: fundingSourceId, customerId, bankName: "Bank", exchangeId, exchangeLink: "about_link" });
  const link = { customerId, exchangeId, caseId, fundingSourceId } as Link;
  await take(link, { what: "balance", value: "update_credentials", cachedForMinutes: 0 }, new Date(START));
  return link;
}

async function take(link: Link, step: Step, at: Date): Promise<void> {
  if (step.what === "session") return createSession(link, at);
  const observation = observationOf(link, step, at);
  await ctx.db.$transaction((tx) => recordObservations(tx, { ...ctx, now: () => at }, [observation]));
}

function observationOf({ customerId, exchangeId, fundingSourceId }: Link, step: Step, at: Date): Observation {
  const seen = { customerId, exchangeId, observedAt: at, speaksOfAt: at, upstreamRequestId: null, eventId: null };
  switch (step.what) {
    case "balance": {
      const speaksOfAt = new Date(at.getTime() - (step.value === "answered" ? step.cachedForMinutes * 60_000 : 0));
      return { ...seen, speaksOfAt, kind: "balance_check", value: step.value, fundingSourceId, source: "proof" };
    }
    case "status":
      return { ...seen, kind: "exchange_status", value: step.value, fundingSourceId: null, source: "proof" };
    default:
      return { ...seen, kind: "customer_claim", value: "finished", fundingSourceId: null, source: "staff" };
  }
}

/** Of the open case, as a press makes it. */
async function createSession({ exchangeId }: Link, at: Date): Promise<void> {
  const repair = await ctx.db.repairCase.findFirst({ where: { exchangeId, closedAt: null } });
  if (!repair) return;
  await ctx.db.reauthSession.create({
    data: {
      id: randomUUID(),
      exchangeId,
      repairCaseId: repair.id,
      state: "created",
      channel: "web",
      reason: "test",
      requestedById: ctx.actor.id,
      requestedAt: at,
      answeredAt: at,
    },
  });
  await ctx.db.repairCase.update({ where: { id: repair.id }, data: { state: "session_created" } });
}

async function expectVerifiedByProof(exchangeId: string): Promise<number> {
  const cases = await ctx.db.repairCase.findMany({
    where: { exchangeId, state: "verified" },
    include: { provenBy: true, reauthSessions: true },
  });
  for (const { provenBy, reauthSessions, closedAt } of cases) {
    expect(["balance_check answered", "exchange_status active"]).toContain(`${provenBy?.kind} ${provenBy?.value}`);
    expect(closedAt).not.toBeNull();
    for (const { requestedAt } of reauthSessions) {
      expect(provenBy?.speaksOfAt.getTime()).toBeGreaterThanOrEqual(requestedAt.getTime());
    }
  }
  return cases.length;
}

async function expectCaseWhileBroken(exchangeId: string): Promise<void> {
  const { health } = await ctx.db.exchange.findUniqueOrThrow({ where: { id: exchangeId } });
  const open = await ctx.db.repairCase.count({ where: { exchangeId, closedAt: null } });
  expect(open).toBeLessThanOrEqual(1);
  if (health === "broken") expect(open).toBe(1);
}

import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { CustomerId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { storeFundingSources } from "#features/funding-sources/mutations.ts";
import { type Observation, recordObservations } from "#features/signals/mutations.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const START = Date.parse("2026-11-01T08:00:00Z");

let database: TestDatabase;
let ctx: TestContext;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1" });
});

afterAll(async () => {
  await ctx.close();
  await database.drop();
});

describe("what was seen", () => {
  test("opens one case for a broken exchange, however often it is seen", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await see(2, exchange.refuses());
    expect(await exchange.health()).toEqual(["broken", "UpdateCredentials", at(1)]);
    expect(await exchange.cases()).toEqual(["open UpdateCredentials"]);
    expect(await exchange.signals()).toBe(1);
  });

  test("closes the case as verified when a newer balance answers", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await see(2, exchange.answers());
    expect(await exchange.health()).toEqual(["healthy", null, null]);
    expect(await exchange.cases()).toEqual(["verified UpdateCredentials"]);
  });

  test("opens a new case when the same exchange breaks again", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await see(2, exchange.answers());
    await see(3, exchange.refuses());
    expect(await exchange.cases()).toEqual(["verified UpdateCredentials", "open UpdateCredentials"]);
  });

  test("keeps the case open on an answer from a cache that is older than the refusal", async () => {
    const { exchange, see } = await customerWith(1);
    await see(2, exchange.refuses());
    await see(3, { ...exchange.answers(), speaksOfAt: at(1) });
    expect(await exchange.cases()).toEqual(["open UpdateCredentials"]);
    await see(4, { ...exchange.answers(), speaksOfAt: at(1) });
    expect(await exchange.signals()).toBe(2);
  });

  test("closes the case as not repairable when the exchange is removed", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await see(2, exchange.has("removed"));
    expect(await exchange.health()).toEqual(["removed", "removed", at(2)]);
    expect(await exchange.cases()).toEqual(["not_repairable UpdateCredentials"]);
  });

  test("lets the open case follow a cause that changes, and keeps when it began", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await see(2, exchange.has("deactivated"));
    expect(await exchange.health()).toEqual(["broken", "deactivated", at(1)]);
    expect(await exchange.cases()).toEqual(["open deactivated"]);
  });

  test("takes back a deactivation when the status says active again, where no balance check can", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.has("deactivated"));
    await see(2, exchange.has("active"));
    expect(await exchange.cases()).toEqual(["verified deactivated"]);
  });

  test("leaves a break that a person has dismissed, and opens a case for the next one", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await ctx.db.repairCase.updateMany({
      where: { exchangeId: exchange.id },
      data: { state: "dismissed", closedAt: at(2) },
    });
    await see(3, exchange.refuses());
    expect(await exchange.cases()).toEqual(["dismissed UpdateCredentials"]);
    await see(4, exchange.answers());
    await see(5, exchange.refuses());
    expect(await exchange.cases()).toEqual(["dismissed UpdateCredentials", "open UpdateCredentials"]);
  });

  test("closes no case on a proof that is older than its newest re-auth session, but on the next one", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.refuses());
    await addReauthSession(exchange.id, at(4));
    await see(5, { ...exchange.answers(), speaksOfAt: at(3) });
    expect(await exchange.cases()).toEqual(["open UpdateCredentials"]);
    await see(6, exchange.answers());
    expect(await exchange.cases()).toEqual(["verified UpdateCredentials"]);
  });

  test("keeps a status that nobody knows yet as it is, and judges nothing by it", async () => {
    const { exchange, see } = await customerWith(1);
    await see(1, exchange.has("hibernating"));
    expect(await exchange.health()).toEqual(["unknown", null, null]);
    expect(await ctx.db.exchange.findUnique({ where: { id: exchange.id } })).toMatchObject({ status: "hibernating" });
  });

  test("loses no signal and doubles no case when recorded many times at once", async () => {
    const { exchange, see } = await customerWith(1);
    const check = { ...exchange.refuses(), source: "check" as const };
    await Promise.all(Array.from({ length: 8 }, (_, index) => see(index + 1, check)));
    expect(await exchange.signals()).toBe(8);
    expect(await exchange.cases()).toEqual(["open UpdateCredentials"]);
  });

  test("is judged together with what another recording of the same moment saw", async () => {
    const { exchange, see, customerId } = await customerWith(1);
    await store(customerId, exchange.fundingSourceId, exchange.id);
    const newer = { ...exchange.answers(), customerId, observedAt: at(2), speaksOfAt: at(2) };
    const older = await ctx.db.$transaction(async (tx) => {
      await recordObservations(tx, { ...ctx, now: () => at(2) }, [newer]);
      const late = see(1, exchange.refuses());
      await vi.waitFor(async () => expect(await waitingForLocks()).toBe(1), { timeout: 5_000 });
      return { late };
    });
    await older.late;
    expect(await exchange.health()).toEqual(["healthy", null, null]);
    expect(await exchange.cases()).toEqual([]);
  });
});

describe("a funding source", () => {
  test("proves nothing about any exchange while it is not known which one is its own", async () => {
    const { exchange, see } = await customerWith(2);
    await see(1, { ...exchange.answers(), exchangeId: null });
    expect(await exchange.health()).toEqual(["unknown", null, null]);
  });

  test("proves the exchange that Dwolla named for it, from then on", async () => {
    const { exchange, see } = await customerWith(2);
    await see(1, exchange.refuses());
    expect(await exchange.health()).toEqual(["broken", "UpdateCredentials", at(1)]);
    await see(2, exchange.answers());
    expect(await exchange.health()).toEqual(["healthy", null, null]);
  });

  test("follows Dwolla's word over what had seemed plain, and takes back what it had proved", async () => {
    const { exchange, other, see, customerId } = await customerWith(2);
    await store(customerId, exchange.fundingSourceId, exchange.id);
    await see(1, exchange.answers());
    expect(await exchange.health()).toEqual(["healthy", null, null]);
    await see(2, { ...exchange.refuses(), exchangeId: other.id });
    expect(await exchange.health()).toEqual(["unknown", null, null]);
    expect(await other.health()).toEqual(["broken", "UpdateCredentials", at(2)]);
    await store(customerId, exchange.fundingSourceId, exchange.id);
    expect(await ctx.db.fundingSource.findUnique({ where: { id: exchange.fundingSourceId } })).toMatchObject({
      exchangeId: other.id,
      exchangeLink: "about_link",
    });
  });

  test("breaks nothing when Dwolla names an exchange of somebody else, or one that nobody knows", async () => {
    const { exchange, see } = await customerWith(1);
    const stranger = await customerWith(1);
    await see(1, { ...exchange.refuses(), exchangeId: stranger.exchange.id });
    expect(await exchange.cases()).toEqual([]);
    await see(2, { ...exchange.refuses(), exchangeId: randomUUID() as ExchangeId });
    expect(await stranger.exchange.cases()).toEqual([]);
    expect(await stranger.exchange.signals()).toBe(0);
    const source = await ctx.db.fundingSource.findUnique({ where: { id: exchange.fundingSourceId } });
    expect(source?.exchangeId).toBeNull();
  });
});

function at(minute: number): Date {
  return new Date(START + minute * 60_000);
}

type Seen = Omit<Observation, "customerId" | "observedAt" | "speaksOfAt"> & { speaksOfAt?: Date };

/** A customer with one or two exchanges, of which each has a funding source that nobody has linked. */
async function customerWith(exchanges: 1 | 2) {
  const customerId = randomUUID() as CustomerId;
  const partnerId = randomUUID();
  const names = { name: "Ana", email: "ana@example.test", type: "personal", status: "verified" };
  await ctx.db.customer.create({ data: { id: customerId, createdAt: at(0), ...names } });
  await ctx.db.exchangePartner.create({ data: { id: partnerId, name: "Plaid", status: "active" } });
  const exchange = await addExchange(customerId, partnerId);
  const other = exchanges === 2 ? await addExchange(customerId, partnerId) : exchange;
  const see = (minute: number, seen: Seen) => {
    const observation = { customerId, observedAt: at(minute), speaksOfAt: at(minute), ...seen };
    return ctx.db.$transaction((tx) => recordObservations(tx, { ...ctx, now: () => at(minute) }, [observation]));
  };
  return { customerId, exchange, other, see };
}

async function addExchange(customerId: CustomerId, partnerId: string) {
  const id = randomUUID() as ExchangeId;
  const fundingSourceId = randomUUID() as FundingSourceId;
  await ctx.db.exchange.create({ data: { id, customerId, partnerId, status: "active", createdAt: at(0) } });
  await store(customerId, fundingSourceId, null);
  const seen = { source: "sweep", upstreamRequestId: null, eventId: null } as const;
  const balance = { ...seen, kind: "balance_check", fundingSourceId } as const;
  return {
    id,
    fundingSourceId,
    refuses: (): Seen => ({ ...balance, exchangeId: id, value: "update_credentials" }),
    answers: (): Seen => ({ ...balance, exchangeId: null, value: "answered" }),
    has: (status: string): Seen => {
      return { ...seen, kind: "exchange_status", fundingSourceId: null, exchangeId: id, value: status };
    },
    async health() {
      const { health, cause, brokenSince } = await ctx.db.exchange.findUniqueOrThrow({ where: { id } });
      return [health, cause, brokenSince];
    },
    async cases() {
      const cases = await ctx.db.repairCase.findMany({ where: { exchangeId: id }, orderBy: { openedAt: "asc" } });
      return cases.map(({ state, cause }) => `${state} ${cause}`);
    },
    signals: () => ctx.db.signal.count({ where: { exchangeId: id } }),
  };
}

async function store(customerId: CustomerId, id: FundingSourceId, plainExchangeId: ExchangeId | null): Promise<void> {
  const source = { id, type: "bank", status: "verified", name: "Checking", bankName: "First", bankAccountType: null };
  const reading = { ...source, customerId, isRemoved: false, createdAt: null, plainExchangeId };
  await ctx.db.$transaction((tx) => storeFundingSources(tx, [reading]));
}

async function waitingForLocks(): Promise<number> {
  return ctx.db.$queryRaw<object[]>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.then(
    (rows) => rows.length,
  );
}

async function addReauthSession(exchangeId: string, requestedAt: Date): Promise<void> {
  const { id: repairCaseId } = await ctx.db.repairCase.findFirstOrThrow({ where: { exchangeId } });
  const staff = { id: randomUUID(), email: `${randomUUID()}@example.test`, name: "Test agent", createdAt: at(0) };
  await ctx.db.staffMember.create({ data: { ...staff, role: "agent" } });
  await ctx.db.reauthSession.create({
    data: {
      id: randomUUID(),
      exchangeId,
      repairCaseId,
      state: "created",
      channel: "web",
      reason: "customer asked",
      requestedById: staff.id,
      requestedAt,
    },
  });
}

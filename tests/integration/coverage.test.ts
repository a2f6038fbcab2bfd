import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getCoverage, LINKS_PER_PAGE, listCoveredLinks } from "#features/coverage/data.ts";
import { CONFIRMATIONS, type Confirmation, type CoverageAddress } from "#features/coverage/schema.ts";
import { getCallBudgetUse } from "#platform/call-budget-use.ts";
import type { Database } from "#platform/database-client.ts";
import { addLinks, type LinkSeed } from "../support/covered-links.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { openAppDatabase } from "../support/worklist-rows.ts";

const AT = new Date("2026-11-23T01:17:42.123Z");
const MS = 1;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LINKED = new Date("2024-02-29T23:59:59.999Z");
const BY = ["signal", "sweep", "refusal", "deactivated"] as const;

const before = (ms: number) => new Date(AT.getTime() - ms);

/** On, just before and just after each limit, the future, and a great many in between. */
const AGES = [-DAY, -MS, 0, MS, HOUR, DAY - MS, DAY, DAY + MS, 2 * DAY, 7 * DAY - MS, 7 * DAY, 7 * DAY + MS, 400 * DAY];

function seeds(): LinkSeed[] {
  const partners = ["Plaid", "MX", "Flinks", " odd partner, é "];
  return Array.from({ length: 700 }, (_, place) => {
    const pick = <Item>(items: readonly Item[], step: number) => items[Math.floor(place / step) % items.length] as Item;
    const age = pick(AGES, 4);
    const confirmations = [{ at: before(age), by: pick(BY, 1) }];
    if (place % 3 === 0) confirmations.push({ at: before(age + 5 * DAY), by: pick(BY, 2) });
    return {
      partner: pick(partners, 53),
      linkedAt: new Date(LINKED.getTime() + (place % 5) * DAY),
      confirmations: place % 7 === 0 ? [] : confirmations,
      isRemoved: place % 11 === 0,
    };
  });
}

let database: TestDatabase;
let db: Database;
let links: (LinkSeed & { id: string; confirmedAt: number | null })[];

beforeAll(async () => {
  database = await createTestDatabase();
  db = openAppDatabase(database.appUrl);
  const seeded = seeds();
  const ids = await addLinks(db, seeded);
  links = seeded
    .map((seed, place) => ({ ...seed, id: ids[place] ?? "", confirmedAt: lastConfirmation(seed) }))
    .filter(({ isRemoved }) => !isRemoved);
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

/** The rule once more, in other words than the query's. */
function lastConfirmation({ confirmations }: LinkSeed): number | null {
  const past = confirmations.map(({ at }) => at.getTime()).filter((at) => at <= AT.getTime());
  return past.length === 0 ? null : Math.max(...past);
}

function fits({ confirmedAt }: { confirmedAt: number | null }, confirmed: Confirmation | undefined): boolean {
  if (confirmed === undefined) return true;
  if (confirmed === "never" || confirmedAt === null) return confirmed === "never" && confirmedAt === null;
  const age = AT.getTime() - confirmedAt;
  return confirmed === "older" ? age > 7 * DAY : age <= (confirmed === "day" ? DAY : 7 * DAY);
}

async function readAllPages(address: CoverageAddress): Promise<string[]> {
  const ids: string[] = [];
  let page = await listCoveredLinks(db, address, AT);
  for (;;) {
    expect(page.position).toBe(ids.length);
    ids.push(...page.rows.map(({ exchangeId }) => exchangeId));
    if (!page.nextCursor) return ids;
    expect(page.rows).toHaveLength(LINKS_PER_PAGE);
    page = await listCoveredLinks(db, { ...address, after: page.nextCursor }, AT);
  }
}

describe("every number of the coverage page", () => {
  it("is the number of its rows, row by row the right ones, for each partner and for all", async () => {
    const { partners, total } = await getCoverage(db, AT);
    expect(partners).toHaveLength(4);
    for (const counts of [...partners, { partner: undefined, ...total }]) {
      const { partner } = counts;
      for (const confirmed of [...CONFIRMATIONS, undefined]) {
        const expected = links.filter((link) => (partner ?? link.partner) === link.partner && fits(link, confirmed));
        const ids = await readAllPages({ ...(partner && { partner }), ...(confirmed && { confirmed }) });
        const cell = `${partner} ${confirmed}`;
        expect([cell, counts[confirmed ?? "links"]]).toEqual([cell, ids.length]);
        expect(ids.toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
        expect(expected.length).toBeGreaterThan(0);
      }
    }
  });

  it("adds up: each link is within 7 days, older or never, and what is removed is nowhere", async () => {
    const { partners, total } = await getCoverage(db, AT);
    for (const { links, week, older, never } of [...partners, total]) expect(week + older + never).toBe(links);
    expect(total.links).toBe(links.length);
    expect(partners.reduce((sum, each) => sum + each.links, 0)).toBe(total.links);
  });

  it("counts exactly 24 hours and exactly 7 days as within, and a millisecond more as not", async () => {
    const limits = { [DAY]: "day", [7 * DAY]: "week" } as const;
    for (const [age, confirmed] of Object.entries(limits)) {
      const at = (ms: number) => links.filter(({ confirmedAt }) => confirmedAt === AT.getTime() - ms);
      const ids = await readAllPages({ confirmed });
      expect(at(Number(age)).length).toBeGreaterThan(0);
      expect(at(Number(age)).every(({ id }) => ids.includes(id))).toBe(true);
      expect(at(Number(age) + MS).length).toBeGreaterThan(0);
      expect(at(Number(age) + MS).some(({ id }) => ids.includes(id))).toBe(false);
    }
  });

  it("names the link that is unproven for longest, one never confirmed counting since it was linked", async () => {
    const { partners, total } = await getCoverage(db, AT);
    for (const { partner, oldest } of [...partners, { partner: undefined, ...total }]) {
      const own = links.filter((link) => (partner ?? link.partner) === link.partner);
      const since = (link: (typeof links)[number]) => link.confirmedAt ?? link.linkedAt.getTime();
      const [first] = own.toSorted((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1));
      expect(oldest).toEqual({
        exchangeId: first?.id,
        since: new Date(since(first as (typeof links)[number])).toISOString(),
        wasConfirmed: first?.confirmedAt !== null,
      });
      const [page] = (await listCoveredLinks(db, { ...(partner && { partner }) }, AT)).rows;
      expect(page?.exchangeId).toBe(first?.id);
    }
  });

  it("stays what it was at its instant when more is confirmed afterwards", async () => {
    const earlier = new Date(AT.getTime() - 1);
    const was = await getCoverage(db, earlier);
    const never = links.find(({ confirmedAt, confirmations }) => confirmedAt === null && confirmations.length === 0);
    const page = { sweepId: never?.id ?? "", pageNumber: 1, provenAt: AT, exchangeIds: [never?.id ?? ""] };
    await db.sweepCoverage.create({ data: page });
    expect(await getCoverage(db, earlier)).toEqual(was);
    const now = await getCoverage(db, AT);
    await db.sweepCoverage.deleteMany({ where: { sweepId: page.sweepId } });
    expect(now.total.never).toBe((await getCoverage(db, AT)).total.never - 1);
  });

  it("takes back an answer whose account turned out to belong to another link", async () => {
    const link = links.find(({ confirmedAt, confirmations: [first, ...more] }) => {
      return confirmedAt !== null && first?.by === "signal" && more.length === 0;
    });
    const { id } = await db.fundingSource.findFirstOrThrow({ where: { exchangeId: link?.id ?? "" } });
    const move = (exchangeId: string | null) => db.fundingSource.update({ where: { id }, data: { exchangeId } });
    const neverBefore = await readAllPages({ confirmed: "never" });
    await move(links.find(({ id }) => id !== link?.id)?.id ?? null);
    const neverAfter = await readAllPages({ confirmed: "never" });
    await move(link?.id ?? null);
    expect(neverAfter.filter((each) => !neverBefore.includes(each))).toEqual([link?.id]);
  });
});

describe("paging", () => {
  it("goes back over the same pages, though hundreds of links share an instant", async () => {
    const forward = await readAllPages({});
    let page = await listCoveredLinks(db, {}, AT);
    while (page.nextCursor) page = await listCoveredLinks(db, { after: page.nextCursor }, AT);
    const backward = page.rows.map(({ exchangeId }) => exchangeId);
    while (page.previousCursor) {
      page = await listCoveredLinks(db, { before: page.previousCursor }, AT);
      backward.unshift(...page.rows.map(({ exchangeId }) => exchangeId));
    }
    expect(backward).toEqual(forward);
  });

  it("beyond the end gives an empty page that still knows the count", async () => {
    const after: CoverageAddress["after"] = [Date.UTC(2090, 0, 1), "00000000-0000-4000-8000-000000000000"];
    expect(await listCoveredLinks(db, { after }, AT)).toMatchObject({
      rows: [],
      total: links.length,
      nextCursor: null,
    });
  });
});

describe("the use of the call budget", () => {
  it("is that of whole minutes which are over", async () => {
    const at = (minutes: number) => new Date(Date.parse("2026-11-23T01:17:00.000Z") + minutes * 60_000);
    const uses = [at(0), at(-1), at(-2), at(-60), at(-61)].map((minute, place) => ({ minute, calls: 10 ** place }));
    await db.callBudgetUse.createMany({ data: uses.map((use) => ({ ...use, priority: "sweep" })) });
    expect(await getCallBudgetUse(db, AT)).toEqual([{ priority: "sweep", lastMinute: 10, lastHour: 1110 }]);
  });
});

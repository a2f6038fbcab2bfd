import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getWorklistPage, type WorklistPage } from "#features/repair-cases/data.ts";
import { parseWorklistAddress, WORKLIST_COLUMNS, worklistHref } from "#features/repair-cases/schema.ts";
import type { Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addBrokenExchange, openAppDatabase } from "../support/worklist-rows.ts";

const TOTAL = 117;
const NAMES = ["ana", "Ana", "ÄNA", "محمد", "🦊 Fox", "x".repeat(400), ""];
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openAppDatabase(database.appUrl);
  for (let index = 0; index < TOTAL; index += 1) {
    await addBrokenExchange(db, {
      name: NAMES[index % NAMES.length] ?? "",
      partner: index % 3 === 0 ? "MX" : "Plaid",
      state: index % 4 === 0 ? "session_created" : "open",
      cause: index % 7 === 0 ? "customer_exchange_reauth_required" : "UpdateCredentials",
      brokenSince: new Date(Date.UTC(2026, 0, 1 + (index % 5), 0, 0, 0, 123)),
    });
  }
});
afterAll(async () => {
  await db?.$disconnect();
  await database?.drop();
});

/** Reads a page by its address, as a browser would. */
async function open(href: string) {
  const { address, ignored } = parseWorklistAddress(Object.fromEntries(new URL(href, "http://desk.test").searchParams));
  expect(ignored).toEqual([]);
  return { address, page: await getWorklistPage(db, address, { mayReadNames: true }) };
}

async function readAll(href: string, direction: "next" | "previous"): Promise<WorklistPage[]> {
  const { address, page } = await open(href);
  const cursor = direction === "next" ? page.nextCursor : page.previousCursor;
  if (!cursor) return [page];
  const change = direction === "next" ? { after: cursor } : { before: cursor };
  return [page, ...(await readAll(worklistHref(address, change), direction))];
}

describe.each(WORKLIST_COLUMNS.flatMap((column) => [column, `-${column}`]))("paging by %s", (sort) => {
  it("shows every case exactly once, though many tie, and states each page's place", async () => {
    const pages = await readAll(`/?sort=${sort}`, "next");
    expect(pages.map(({ rows, position }) => [position, rows.length])).toEqual([
      [0, 50],
      [50, 50],
      [100, 17],
    ]);
    expect(new Set(pages.flatMap(({ rows }) => rows.map((row) => row.caseId))).size).toBe(TOTAL);
    expect(pages.every(({ matching }) => matching === TOTAL)).toBe(true);
  });

  it("goes back over the same pages", async () => {
    const forward = await readAll(`/?sort=${sort}`, "next");
    const { address } = await open(`/?sort=${sort}`);
    const before = forward[1]?.nextCursor;
    const last = await open(worklistHref(address, before ? { after: before } : {}));
    const backward = await readAll(worklistHref(last.address, { after: before ?? undefined }), "previous");
    expect(backward.map(({ rows }) => rows.map((row) => row.caseId)).reverse()).toEqual(
      forward.map(({ rows }) => rows.map((row) => row.caseId)),
    );
  });
});

describe("paging", () => {
  it.each(["since", "-since"])("by %s has every broken link before the first that was only warned of", async (sort) => {
    const rows = (await readAll(`/?sort=${sort}`, "next")).flatMap((page) => page.rows);
    const isWarned = rows.map(({ cause }) => cause === "customer_exchange_reauth_required");
    expect(isWarned).toEqual([...isWarned].sort());
    expect(new Set(isWarned).size).toBe(2);
  });
});

describe("a cursor", () => {
  it("keeps its place when the row it names is closed meanwhile", async () => {
    const first = await open("/?partner=MX");
    const unfiltered = await open("/");
    const lastShown = unfiltered.page.rows.at(-1);
    const second = await open(worklistHref(unfiltered.address, { after: unfiltered.page.nextCursor ?? undefined }));
    await db.repairCase.update({
      where: { id: lastShown?.caseId ?? "" },
      data: { closedAt: new Date(), state: "verified" },
    });
    const again = await open(worklistHref(unfiltered.address, { after: unfiltered.page.nextCursor ?? undefined }));
    await db.repairCase.update({ where: { id: lastShown?.caseId ?? "" }, data: { closedAt: null, state: "open" } });
    expect(again.page.rows.map((row) => row.caseId)).toEqual(second.page.rows.map((row) => row.caseId));
    expect(again.page.position).toBe(49);
    expect(first.page.rows).toHaveLength(39);
  });

  it("beyond the end gives an empty page that still knows the count", async () => {
    const { address } = await open("/");
    const end = await open(
      worklistHref(address, { after: [Date.UTC(2030, 0, 1), "00000000-0000-4000-8000-000000000000", true] }),
    );
    expect(end.page).toMatchObject({ rows: [], matching: TOTAL, nextCursor: null });
  });

  it.each([
    ["since", [0, "x"]],
    ["since", ["'; DROP TABLE", "00000000-0000-4000-8000-000000000000"]],
    ["state", ["nonsense", "00000000-0000-4000-8000-000000000000"]],
    ["state", [5, "00000000-0000-4000-8000-000000000000"]],
    ["customer", ["\u0000", "00000000-0000-4000-8000-000000000000"]],
    ["since", [9e15, "00000000-0000-4000-8000-000000000000"]],
    ["since", [-1, "00000000-0000-4000-8000-000000000000"]],
    ["since", { length: 2 }],
  ])("forged for %s as %j is dropped and the first page shown", async (sort, forged) => {
    const after = Buffer.from(JSON.stringify(forged)).toString("base64url");
    const { address, ignored } = parseWorklistAddress({ sort, after });
    expect(ignored).toEqual(["after"]);
    const page = await getWorklistPage(db, address, { mayReadNames: true });
    expect(page).toMatchObject({ position: 0, matching: TOTAL });
  });
});

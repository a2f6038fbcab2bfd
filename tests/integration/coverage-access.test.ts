import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ForbiddenError } from "#domain/errors.ts";
import { listCoveredLinks } from "#features/coverage/data.ts";
import { parseCoverageAddress } from "#features/coverage/schema.ts";
import type { Database } from "#platform/database-client.ts";
import { auditRows } from "../support/audit-rows.ts";
import { addLinks } from "../support/covered-links.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { request, signInAs, useEnvironmentOf } from "../support/signed-in.ts";
import { openAppDatabase } from "../support/worklist-rows.ts";

vi.mock("next/headers", async () => (await import("../support/signed-in.ts")).nextHeaders);
vi.mock("next/navigation", async () => (await import("../support/signed-in.ts")).nextNavigation);

let database: TestDatabase;
let db: Database;
let web: Awaited<ReturnType<typeof importWeb>>;

/** Only when the environment is there, which they read as they are loaded. */
async function importWeb() {
  const { loadCoverage, loadCoveredLinks } = await import("#features/coverage/loaders.ts");
  const { loadSweepScreen } = await import("#features/sweeps/loaders.ts");
  const { GET } = await import("../../app/api/coverage/route.ts");
  const { db: webDb } = await import("#platform/db.ts");
  return { loadCoverage, loadCoveredLinks, loadSweepScreen, GET, webDb };
}

beforeAll(async () => {
  database = await createTestDatabase();
  useEnvironmentOf(database);
  web = await importWeb();
  db = openAppDatabase(database.appUrl);
  const linkedAt = new Date("2024-02-29T00:00:00.000Z");
  const confirmations = [{ at: new Date(Date.now() - 3_600_000), by: "sweep" as const }];
  await addLinks(db, [
    { partner: "Plaid", linkedAt, confirmations },
    { partner: "Plaid", linkedAt, confirmations: [] },
    { partner: "MX", linkedAt, confirmations },
  ]);
});

afterAll(async () => {
  await Promise.all([db.$disconnect(), web.webDb().$disconnect()]);
  await database.drop();
});

describe("who may see coverage", () => {
  it.each(["agent", "lead", "engineer"] as const)("a %s sees whose links they are", async (role) => {
    await signInAs(db, role);
    const { links } = await web.loadCoveredLinks({});
    expect(links.rows.map(({ customerName }) => customerName).toSorted()).toEqual([
      "Person Number0",
      "Person Number1",
      "Person Number2",
    ]);
  });

  it("compliance sees that somebody is there, not who, and the same numbers", async () => {
    await signInAs(db, "compliance");
    const { links } = await web.loadCoveredLinks({ confirmed: "day" });
    expect(links).toMatchObject({ total: 2, rows: [{ customerName: "P•••• N••••" }, { customerName: "P•••• N••••" }] });
    expect(JSON.stringify(await web.loadCoverage())).not.toContain("Person");
    expect((await web.loadCoverage()).coverage.total).toMatchObject({ links: 3, day: 2, week: 2, older: 0, never: 1 });
  });

  it("an admin is refused the page, its rows and the API, each on record", async () => {
    await signInAs(db, "admin");
    await expect(web.loadCoverage()).rejects.toThrow(ForbiddenError);
    await expect(web.loadCoveredLinks({})).rejects.toThrow(ForbiddenError);
    const answer = await web.GET();
    expect(answer.status).toBe(403);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.text()).toContain("Your role (admin) may not do this");
    const refusals = await auditRows(database.auditorUrl, { action: "page.refused" });
    expect(refusals.map(({ target_id }) => target_id)).toEqual(Array(3).fill("repair_case:read"));
  });

  it("nobody who is signed out gets past the sign-in", async () => {
    request.token = null;
    await expect(web.GET()).rejects.toThrow("NEXT_REDIRECT");
    request.token = "forged";
    await expect(web.loadCoveredLinks({})).rejects.toThrow("NEXT_REDIRECT");
  });

  it("who may not operate sweeps is told who may", async () => {
    await signInAs(db, "agent");
    expect((await web.loadSweepScreen()).refusal).toEqual({ role: "agent", allowedRoles: ["engineer"] });
    await signInAs(db, "engineer");
    expect((await web.loadSweepScreen()).refusal).toBeNull();
  });
});

describe("the API of coverage", () => {
  it("gives the page's numbers, uncached, exact at the instant it names", async () => {
    await signInAs(db, "agent");
    const answer = await web.GET();
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { coverage, calls, webhooks, catchUp, sweep } = await answer.json();
    expect(coverage.partners.map(({ partner }: { partner: string }) => partner)).toEqual(["Plaid", "MX"]);
    for (const { partner, day } of coverage.partners) {
      const { address } = parseCoverageAddress({ partner, confirmed: "day", at: coverage.at });
      expect(day).toBe((await listCoveredLinks(db, address, new Date(coverage.at))).total);
    }
    expect({ calls, webhooks, catchUp, sweep }).toMatchObject({
      calls: { perSecond: expect.any(Number), use: [] },
      webhooks: { lastReceivedAt: null, received: 0 },
      catchUp: { latest: null },
      sweep: null,
    });
  });
});

describe("a number that was opened", () => {
  it("shows the links of the instant at which it was counted", async () => {
    await signInAs(db, "agent");
    const at = new Date(Date.now() - 60_000).toISOString();
    expect(await web.loadCoveredLinks({ at })).toMatchObject({ at, hasMovedOn: false });
  });

  it.each([
    ["is of yesterday", () => new Date(Date.now() - 86_400_000)],
    ["is to come", () => new Date(Date.now() + 86_400_000)],
  ])("shows the links of now, and says so, when its instant %s", async (_, instant) => {
    await signInAs(db, "agent");
    const screen = await web.loadCoveredLinks({ at: instant().toISOString() });
    expect(screen.hasMovedOn).toBe(true);
    expect(Math.abs(Date.parse(screen.at) - Date.now())).toBeLessThan(60_000);
  });

  it("shows the links of now, and says so, when a sweep has finished since", async () => {
    await signInAs(db, "agent");
    const at = new Date(Date.now() - 60_000);
    const times = { startedAt: at, finishedAt: new Date() };
    const { id } = await db.sweep.create({
      data: { id: crypto.randomUUID(), mode: "exchanges", state: "finished", ...times },
    });
    expect(await web.loadCoveredLinks({ at: at.toISOString() })).toMatchObject({ hasMovedOn: true });
    await db.sweep.delete({ where: { id } });
  });
});

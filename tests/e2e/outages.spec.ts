import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { type Child, RUN_TYPESCRIPT, startChild } from "../../scripts/child-process.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../scripts/embedded-postgres.ts";
import { freePort } from "../../scripts/ports.ts";
import { queryAsOwner } from "../support/owner-query.ts";
import { simulatorControls } from "../support/simulator.ts";
import { startWorld, type World } from "../support/world.ts";
import { countLoads, DESK_STARTED_WITHIN_MS, expect, expectAccessible, signIn, test } from "./fixtures.ts";

const POSTS = { method: "POST", path: "/exchange-sessions" };
const RETURN_LIMIT_MS = 5_000;
const REAPING_LIMIT_MS = 120_000;
/** Idle workers ask every 15 s; an answer that never comes is given up after 10 s. */
const SILENCE_LIMIT_MS = 60_000;

// A desk of its own, because these specs take its database and its processes away.
test.describe.configure({ mode: "serial", timeout: 240_000 });

let folder: string;
let port: number;
let postgres: EmbeddedPostgres;
let desk: World;
let simulator: ReturnType<typeof simulatorControls>;

test.beforeAll(async () => {
  test.setTimeout(DESK_STARTED_WITHIN_MS);
  folder = await mkdtemp(join(tmpdir(), "reconnect-desk-outages-"));
  // mkdtemp keeps the folder to its maker, and root's Postgres runs as somebody else.
  await chmod(folder, 0o755);
  port = await freePort();
  postgres = await startPostgres();
  desk = await startWorld({ customers: 60, seed: 3, serverUrl: postgres.url });
  simulator = simulatorControls(desk.simulatorUrl);
});

test.afterAll(async () => {
  await desk?.sealer.stop();
  await desk?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a press while Postgres is stopped reaches nobody, says so, and works again within 5 s of its return", async ({
  page,
}) => {
  await openCreateDialog(page);
  await postgres.stop();
  await pressCreate(page);
  await expect(page.getByText(/^Nothing was done: the desk's own database does not answer/)).toBeVisible({
    timeout: 30_000,
  });
  expect(await simulator.requests(POSTS)).toEqual([]);

  postgres = await startPostgres();
  const returnedAt = Date.now();
  await expect
    .poll(async () => (await fetch(`${desk.webUrl}/api/health/ready`)).status, { timeout: RETURN_LIMIT_MS })
    .toBe(200);
  await pressCreate(page);
  await expect(page.getByRole("dialog").getByText("Session created")).toBeVisible({ timeout: RETURN_LIMIT_MS });
  expect(Date.now() - returnedAt).toBeLessThan(2 * RETURN_LIMIT_MS);
  expect(await simulator.requests(POSTS)).toHaveLength(1);
});

test.describe("while Dwolla does not answer", () => {
  const CREATION_IS_OFF = "Off while Dwolla is not answering";

  test.afterEach(async () => {
    await simulator.outage("none");
    await expect.poll(isKnownSilent, { timeout: SILENCE_LIMIT_MS }).toBe(false);
  });

  for (const outage of ["hang", "down"] as const) {
    test(`${outage}: an open page says how old its data is and switches creating off, and back on, by itself`, async ({
      page,
    }) => {
      await openPlaidExchange(page);
      const loads = countLoads(page);
      const create = page.getByRole("button", { name: "Create session" });
      const check = page.getByRole("button", { name: "Check now" });
      await expect(create).toBeEnabled();
      await simulator.outage(outage);

      await expect(banner(page)).toContainText(
        /Dwolla is not answering\. You are looking at data from \d\d:\d\d UTC\./,
        {
          timeout: SILENCE_LIMIT_MS,
        },
      );
      await expect(banner(page)).toContainText("Reading is safe; creating sessions is off until it answers.");
      await expect(create).toBeDisabled();
      await expect(create).toHaveAccessibleDescription(new RegExp(CREATION_IS_OFF));
      await expect(check).toBeDisabled();
      await expect(check).toHaveAccessibleDescription(new RegExp(CREATION_IS_OFF));
      await expectAccessible(page);

      await simulator.outage("none");
      await expect(banner(page)).toHaveCount(0, { timeout: SILENCE_LIMIT_MS });
      await expect(create).toBeEnabled();
      await expect(check).toBeEnabled();
      expect(loads()).toBe(0);
    });
  }

  test("every page answers from the desk's own data, with the banner, and asks Dwolla nothing", async ({ page }) => {
    const exchange = `/exchanges/${(await brokenPlaidExchange()).exchangeId}`;
    await signIn(page, "lead", "/", desk);
    await simulator.outage("hang");
    await expect.poll(isKnownSilent, { timeout: SILENCE_LIMIT_MS }).toBe(true);
    for (const path of ["/", exchange, "/audit"]) {
      await page.goto(`${desk.webUrl}${path}`);
      await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
      await expect(banner(page)).toBeVisible();
    }
    expect(await callsOfWeb()).toBe(0);
  });

  test("a tab with a list and a panel hears of all changes over one connection", async ({ page }) => {
    const streams: string[] = [];
    page.on("request", (request) => {
      if (request.resourceType() === "eventsource") streams.push(request.url());
    });
    await signIn(page, "agent", "/", desk);
    // The first page's own must not be taken for one of the next.
    await expect.poll(() => streams.length).toBeGreaterThan(0);
    streams.length = 0;
    await page.reload();
    await page.getByRole("row").nth(1).getByRole("link").click();
    await expect(page.getByRole("button", { name: "Check now" })).toBeEnabled();
    await simulator.outage("down");
    await expect(banner(page)).toBeVisible({ timeout: SILENCE_LIMIT_MS });
    expect(streams).toHaveLength(1);
  });

  test("the sandbox page stands before Dwolla has said anything about the credentials", async ({ page }) => {
    await signIn(page, "compliance", "/", desk);
    await simulator.outage("hang");
    await page.goto(`${desk.webUrl}/sandbox`, { waitUntil: "commit" });
    await expect(page.getByText("Asking Dwolla")).toBeAttached();
    await expect(page.getByRole("heading", { name: "Sandbox" })).toBeVisible();
    await expect(page.getByText("No answer", { exact: true })).toBeVisible();
  });

  test("a dialog that is open keeps what was filled in, sends nothing, and can be sent when Dwolla is back", async ({
    page,
  }) => {
    await openCreateDialog(page, 2);
    await simulator.clearRequests();
    const send = page.getByRole("dialog").getByRole("button", { name: /^Create session for/ });
    await simulator.outage("down");
    await expect(send).toBeDisabled({ timeout: SILENCE_LIMIT_MS });
    await expect(page.getByRole("dialog").getByText(CREATION_IS_OFF)).toBeVisible();
    expect(await simulator.requests(POSTS)).toEqual([]);
    await simulator.outage("none");
    await expect(send).toBeEnabled({ timeout: SILENCE_LIMIT_MS });
    await send.click();
    await expect(page.getByRole("dialog").getByText("Session created")).toBeVisible();
  });
});

test("Dwolla's rate limit is said on every page with the time it ends, and goes when it is over", async ({ page }) => {
  await openPlaidExchange(page);
  await query(`UPDATE "CallBudget" SET "resumesAt" = now() + interval '30 seconds'`);
  // A page that has just been opened may not be listening yet.
  await expect(async () => {
    await query("SELECT pg_notify('reconnect_desk_changes', 'dwolla')");
    const says = /Dwolla asked us to slow down\. Calls resume at \d\d:\d\d UTC\./;
    await expect(banner(page)).toContainText(says, { timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
  await expect(page.getByRole("button", { name: "Create session" })).toBeDisabled();
  await expect(banner(page)).toHaveCount(0, { timeout: SILENCE_LIMIT_MS });
  await expect(page.getByRole("button", { name: "Create session" })).toBeEnabled();
});

test("while the sealer is silent, or refuses to seal, the trail and an unsealed event say so, until all is right again", async ({
  page,
}) => {
  await signIn(page, "compliance", "/", desk);
  await desk.sealer.stop();
  await query("UPDATE audit.sealer_status SET beat_at = beat_at - interval '1 hour'");
  // What is streamed lies beside it for a moment, hidden.
  const content = page.getByRole("main");
  const silence = content.getByText(/^The sealer has not been heard of since .+; what is recorded meanwhile is kept/);
  await page.goto(`${desk.webUrl}/audit`);
  await expect(silence).toBeVisible();
  await openNewestEvent(page);
  const unsealed = page.url();
  await expect(content.getByText("Not sealed yet")).toBeVisible();
  await expect(content.getByText(/The sealer has not been heard of since/)).toBeVisible();

  await changeFirstBody("body || ' '");
  desk.sealer = startSealer();
  await expect.poll(openAlarms, { timeout: SILENCE_LIMIT_MS }).toBe(1);
  await page.goto(`${desk.webUrl}/audit`);
  await expect(content.getByText("The audit trail is not as it was sealed")).toBeVisible();
  await expect(silence).toHaveCount(0);
  await openNewestEvent(page);
  await expect(content.getByText(/The sealer refuses to seal, because/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "What was found" }).click();
  await expect(content.getByText("Refuses to seal")).toBeVisible();

  await changeFirstBody("rtrim(body)");
  await expect.poll(openAlarms, { timeout: SILENCE_LIMIT_MS }).toBe(0);
  await page.goto(unsealed);
  await expect(content.getByText("Not sealed yet")).toHaveCount(0);
  await page.goto(`${desk.webUrl}/audit`);
  await expect(page.getByRole("row").nth(1)).toBeVisible();
  await expect(content.getByText("The audit trail is not as it was sealed")).toHaveCount(0);
});

test("a session whose web process is killed between call and outcome is named unknown within 120 s, its intent on record", async ({
  page,
}) => {
  await openCreateDialog(page, 1);
  await simulator.clearRequests();
  await simulator.fault({
    ...POSTS,
    path: "/exchanges/*/exchange-sessions",
    times: 1,
    fault: { kind: "hang", afterEffect: true },
  });
  await pressCreate(page);
  await expect.poll(() => simulator.requests(POSTS)).toHaveLength(1);
  process.kill(-desk.web.pid, "SIGKILL");

  const [pending] = await query(`SELECT id FROM "ReauthSession" WHERE state = 'pending'`);
  expect(pending).toBeDefined();
  await expect
    .poll(async () => (await query(`SELECT state FROM "ReauthSession" WHERE id = '${pending?.id}'`))[0]?.state, {
      timeout: REAPING_LIMIT_MS,
      intervals: [1_000],
    })
    .toBe("unknown");
  const record = await query(
    `SELECT phase, outcome FROM audit.event WHERE operation_id = '${pending?.id}' ORDER BY recorded_at`,
  );
  expect(record).toEqual([
    { phase: "intent", outcome: "pending" },
    { phase: "outcome", outcome: "unknown" },
  ]);
  expect(await simulator.requests(POSTS)).toHaveLength(1);
});

function startPostgres(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDirectory: join(folder, "postgres"), port });
}

function startSealer(): Child {
  const logFile = join(desk.logDirectory, "sealer-again.log");
  return startChild({ name: "sealer", args: [...RUN_TYPESCRIPT, "app/_sealer/main.ts"], env: desk.env, logFile });
}

async function openAlarms(): Promise<number> {
  return (await query("SELECT kind FROM audit.alarm WHERE ended_at IS NULL")).length;
}

/** As only somebody with every right can: the trigger is off meanwhile. */
async function changeFirstBody(body: string): Promise<void> {
  await query(`ALTER TABLE audit.event DISABLE TRIGGER event_append_only;
    UPDATE audit.event SET body = ${body} WHERE event_id = (SELECT event_id FROM audit.sealed_event WHERE number = 1);
    ALTER TABLE audit.event ENABLE ALWAYS TRIGGER event_append_only`);
}

/** The last look at the trail, which the list shows from the next one on. */
async function openNewestEvent(page: Page): Promise<void> {
  await page.goto(`${desk.webUrl}/audit`);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "Proof" })).toBeVisible();
}

function banner(page: Page): Locator {
  return page.locator("[data-frame-banner]");
}

/** How often the page was loaded anew since. */
async function isKnownSilent(): Promise<boolean> {
  const [budget] = await query(
    `SELECT "unreachableSince" < now() - interval '3 seconds' AS "isSilent" FROM "CallBudget"`,
  );
  return budget?.isSilent === true;
}

async function callsOfWeb(): Promise<number> {
  const [calls] = await query(
    `SELECT count(*)::int AS made FROM "DwollaCall", "CallBudget" WHERE process = 'web' AND "calledAt" > "unreachableSince"`,
  );
  return Number(calls?.made);
}

async function brokenPlaidExchange(place = 0) {
  const broken = (await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid")[place];
  if (!broken) throw new Error("the world holds too few broken Plaid exchanges");
  return broken;
}

async function openPlaidExchange(page: Page, place = 0): Promise<void> {
  await signIn(page, "agent", `/exchanges/${(await brokenPlaidExchange(place)).exchangeId}`, desk);
}

async function openCreateDialog(page: Page, place = 0): Promise<void> {
  await openPlaidExchange(page, place);
  await page.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("dialog").getByLabel("Reason").selectOption({ index: 1 });
}

async function pressCreate(page: Page): Promise<void> {
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Create session for/ })
    .click();
}

function query(sql: string): Promise<Record<string, unknown>[]> {
  return queryAsOwner(desk.database.ownerUrl, sql);
}

import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import pg from "pg";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../scripts/embedded-postgres.ts";
import { freePort } from "../../scripts/ports.ts";
import { simulatorControls } from "../support/simulator.ts";
import { startWorld, type World } from "../support/world.ts";
import { expect, signIn, test } from "./fixtures.ts";

const POSTS = { method: "POST", path: "/exchange-sessions" };
const RETURN_LIMIT_MS = 5_000;
const REAPING_LIMIT_MS = 120_000;

// A desk of its own, because these specs take its database and its processes away.
test.describe.configure({ mode: "serial", timeout: 240_000 });

let folder: string;
let port: number;
let postgres: EmbeddedPostgres;
let desk: World;
let simulator: ReturnType<typeof simulatorControls>;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reconnect-desk-outages-"));
  // mkdtemp keeps the folder to its maker, and root's Postgres runs as somebody else.
  await chmod(folder, 0o755);
  port = await freePort();
  postgres = await startPostgres();
  desk = await startWorld({ customers: 60, seed: 3, serverUrl: postgres.url });
  simulator = simulatorControls(desk.simulatorUrl);
});

test.afterAll(async () => {
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
  await expect(page.getByText("Session created")).toBeVisible({ timeout: RETURN_LIMIT_MS });
  expect(Date.now() - returnedAt).toBeLessThan(2 * RETURN_LIMIT_MS);
  expect(await simulator.requests(POSTS)).toHaveLength(1);
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

async function openCreateDialog(page: Page, place = 0): Promise<void> {
  const broken = (await simulator.truth()).broken.filter(({ partner }) => partner === "Plaid")[place];
  await signIn(page, "agent", `/exchanges/${broken?.exchangeId}`, desk);
  await page.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("dialog").getByLabel("Reason").selectOption({ index: 1 });
}

async function pressCreate(page: Page): Promise<void> {
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Create session for/ })
    .click();
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: desk.database.ownerUrl });
  await client.connect();
  const { rows } = await client.query(sql).finally(() => client.end());
  return rows;
}

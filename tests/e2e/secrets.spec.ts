import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import pg from "pg";
import { RUN_TYPESCRIPT, startChild } from "../../scripts/child-process.ts";
import { unpacked } from "../support/bundle-parts.ts";
import { dumpDatabase, leaksIn, MARK, newCanary, writingsOf } from "../support/canaries.ts";
import { clientCalls } from "../support/client-calls.ts";
import {
  kindOf,
  kindOfAnswer,
  type PlantingProxy,
  startPlantingProxy,
  WEBHOOK_DELIVERY,
} from "../support/planting-proxy.ts";
import { type SimulatorControls, simulatorControls } from "../support/simulator.ts";
import { startWorld, type World } from "../support/world.ts";
import { DESK_STARTED_WITHIN_MS, expect, signIn, test } from "./fixtures.ts";

// A desk of its own, between which and Dwolla everything is planted with canaries.
test.describe.configure({ mode: "serial", timeout: 240_000 });

type Place = { name: string; text: string };

const PATIENTLY = { timeout: 20_000 };
const SCENARIO = "kept-by-the-search-for-canaries";
const KINDS = [...new Set(clientCalls().map(kindOf))];
const READING = KINDS.filter((kind) => kind.startsWith("GET ") && kind !== "GET /");

let desk: World;
let proxy: PlantingProxy;
let simulator: SimulatorControls;
let owner: pg.Client;
/** All that the desk has said to a browser, and where else it could have left something. */
const places: Place[] = [];
const answers: Place[] = [];

test.beforeAll(async () => {
  test.setTimeout(DESK_STARTED_WITHIN_MS);
  desk = await startWorld({ customers: 60, seed: 3, standBetween: plantInBetween });
  simulator = simulatorControls(desk.simulatorUrl);
  owner = new pg.Client({ connectionString: desk.database.ownerUrl });
  await owner.connect();
});

test.afterAll(async () => {
  await owner?.end();
  await desk?.stop();
});

test("an engineer and compliance do all that the desk can, while every answer and webhook of Dwolla carries canaries", async ({
  page,
}) => {
  await keepAnswersTo(page);
  await signIn(page, "engineer", "/", desk);
  const exchangeId = await repairInLab(page, "Plaid");
  await keepRun(page);
  await receiveWebhook(page, exchangeId);
  await readLostEvent(page);
  await changeSubscription(page);
  await replay(page);
  await verify();
  await visitAll(page, [exchangeId, await repairInLab(page, "MX")]);
  await page.context().clearCookies();
  await signIn(page, "compliance", "/audit", desk);
  await refuseToken(page);
  await takeExportsHome(page);
});

test("each kind of call was answered and refused with canaries, and webhooks came with them", () => {
  const wanted = KINDS.flatMap((kind) => [kindOfAnswer(kind, true), kindOfAnswer(kind, false)]);
  expect([...wanted, WEBHOOK_DELIVERY].filter((kind) => !proxy.planted.has(kind))).toEqual([]);
});

test("no canary, token, address or webhook secret is in a log, a page, an answer, an export, a scenario or the database", async () => {
  const sessionSecrets = await simulator.secrets();
  const secrets = [...sessionSecrets, ...(await simulator.accessTokens()), desk.env.DWOLLA_WEBHOOK_SECRETS ?? ""];
  expect(sessionSecrets.length).toBeGreaterThan(2);
  const dumped = await dumpDatabase(owner);
  // What was planted has reached the call log and the events, and was left out there.
  expect(dumped).toMatch(/exchange-sessions.*hidden\W+1 more/);
  expect(dumped).toMatch(/customer_exchange_reauth_required.*hidden\W+1 more/);
  const logs = readdirSync(desk.logDirectory).map((name) => {
    return { name, text: readFileSync(join(desk.logDirectory, name), "utf8") };
  });
  expect(logs.find(({ name }) => name === "worker.log")?.text, "the log says all that it can").toContain("dwolla call");

  const reveals = answers.filter(({ text }) =>
    leaksIn(text, sessionSecrets).some((leak) => sessionSecrets.includes(leak)),
  );
  expect(reveals.map(({ name }) => name)).toEqual([expect.stringMatching(/^POST/), expect.stringMatching(/^POST/)]);
  const shown = reveals.flatMap(({ text }) => leaksIn(text, secrets));
  expect(shown.filter((secret) => !sessionSecrets.includes(secret))).toEqual([]);

  const others = answers.filter((answer) => !reveals.includes(answer));
  expect(others.length).toBeGreaterThan(40);
  const searched = [...places, ...others, ...logs, { name: "the database", text: dumped }];
  const leaks = searched.map(({ name, text }) => ({ name, leaks: leaksIn(text, secrets).slice(0, 3) }));
  expect(leaks.filter((place) => place.leaks.length > 0)).toEqual([]);
});

test("one canary anywhere would be found by this search, in whatever writing", async () => {
  const canary = newCanary();
  for (const writing of writingsOf(canary)) expect(leaksIn(`before ${writing} after`)).not.toEqual([]);
  for (const column of [`payload = '${canary}'`, `"signedSha256" = '${canary}'`]) {
    await owner.query("BEGIN");
    await owner.query(`UPDATE "DwollaEvent" SET ${column}`);
    expect(leaksIn(await dumpDatabase(owner)), column).toEqual([canary, MARK]);
    await owner.query("ROLLBACK");
  }
});

async function plantInBetween(env: Record<string, string>) {
  const { DWOLLA_API_URL: simulatorUrl = "", NEXTAUTH_URL: webUrl = "", DWOLLA_WEBHOOK_SECRETS = "" } = env;
  proxy = await startPlantingProxy({ simulatorUrl, webUrl, webhookSecret: DWOLLA_WEBHOOK_SECRETS });
  proxy.refuseNext(...READING);
  const WEBHOOK_URL = proxy.webhookUrl;
  return { env: { DWOLLA_API_URL: proxy.url, WEBHOOK_URL, LOG_LEVEL: "debug" }, stop: proxy.stop };
}

/** Also what a page fetches for itself, and what its actions are answered: whole, also where the page stops reading. */
async function keepAnswersTo(page: Page): Promise<void> {
  const isKept = ({ origin, pathname }: URL) =>
    origin === desk.webUrl && !pathname.startsWith("/_next/static/") && pathname !== "/api/changes";
  await page.route(isKept, async (route) => {
    try {
      // A server may close a connection that was idle just as it is used again; a browser then asks once more by itself.
      const maxRetries = route.request().method() === "GET" ? 2 : 0;
      const response = await route.fetch({ maxRedirects: 0, maxRetries });
      answers.push({ name: `${route.request().method()} ${route.request().url()}`, text: await response.text() });
      await route.fulfill({ response });
    } catch {
      // The page has gone elsewhere.
      await route.abort().catch(() => undefined);
    }
  });
}

/** The page of an address as it was sent, and as the browser has it. */
async function visit(page: Page, path: string, waitUntil: "load" | "domcontentloaded" = "load"): Promise<void> {
  await page.goto(`${desk.webUrl}${path}`, { waitUntil });
  places.push({ name: path, text: await page.content() });
}

/** From a new customer to a link that is proven to work again; what is asked first is refused. */
async function repairInLab(page: Page, partner: "Plaid" | "MX"): Promise<string> {
  await page.goto(`${desk.webUrl}/sandbox`);
  await page.getByRole("button", { name: `Make one with ${partner}` }).click();
  await page.waitForURL(/\/sandbox\?exchange=/);
  const next = page.getByRole("region", { name: "Next" });
  await page.getByRole("radio", { name: /^The password changed at the bank/ }).check();
  await page.getByRole("region", { name: "Break it" }).getByRole("button", { name: "Break it" }).click();
  await expect(next).toContainText("Broken, and the desk does not know yet");
  await next.getByRole("button", { name: "Check now" }).click();
  await expect(next.getByRole("link", { name: "Create session" })).toBeVisible();
  const lab = page.url();
  const exchangeId = new URL(lab).searchParams.get("exchange") ?? "";
  await page.goto(`${desk.webUrl}/exchanges/${exchangeId}`);
  await page.getByRole("button", { name: "Create session" }).click();
  await createAndReveal(page);
  await page.goto(lab);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(next).toContainText("It works again at the bank");
  await next.getByRole("button", { name: "Check now" }).click();
  await expect(next).toContainText("Broken, found, repaired and proven");
  places.push({ name: "the lab", text: await page.content() });
  return exchangeId;
}

async function createAndReveal(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog");
  proxy.refuseNext("POST /exchanges/{id}/exchange-sessions");
  const create = async () => {
    await dialog.getByLabel("Reason").selectOption({ index: 1 });
    await dialog.getByRole("button", { name: /^Create session for/ }).click();
  };
  await create();
  await dialog.getByRole("button", { name: "Make a new attempt" }).click();
  await create();
  await dialog.getByRole("button", { name: "Reveal" }).click();
  await expect(dialog.getByRole("button", { name: /^copy (token|address)/i })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
}

/** Of the lab that is open. */
async function keepRun(page: Page): Promise<void> {
  await page.getByLabel("Name of the scenario").fill(SCENARIO);
  await page.getByRole("button", { name: "Keep it as a file" }).click();
  await expect(page.getByText("Kept as")).toBeVisible();
  const file = join(desk.env.SIMULATOR_SCENARIOS ?? "", `${SCENARIO}.json`);
  places.push({ name: file, text: readFileSync(file, "utf8") });
}

async function receiveWebhook(page: Page, exchangeId: string): Promise<void> {
  await simulator.break(exchangeId, "warned");
  await expect.poll(() => countEvents(`"receivedAt" IS NOT NULL AND effect = 'read'`), PATIENTLY).toBeGreaterThan(0);
  await visit(page, "/webhooks");
}

async function readLostEvent(page: Page): Promise<void> {
  const { exchangeId } = await simulator.makeCustomer({ partner: "Plaid" });
  await simulator.mischief({ lose: 1 });
  await simulator.break(exchangeId, "warned");
  await page.getByRole("button", { name: "Read events now" }).click();
  await expect
    .poll(() => countEvents(`"receivedAt" IS NULL AND "readAt" > now() - interval '1 minute'`), PATIENTLY)
    .toBeGreaterThan(0);
}

async function countEvents(condition: string): Promise<number> {
  const { rows } = await owner.query(
    `SELECT FROM "DwollaEvent" WHERE topic = 'customer_exchange_reauth_required' AND ${condition}`,
  );
  return rows.length;
}

/** Every act on the subscription, each refused first. */
async function changeSubscription(page: Page): Promise<void> {
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const twice = async (kind: string, press: () => Promise<void>) => {
    proxy.refuseNext(kind);
    await press();
    await expect(page.getByText(/^Dwolla refused\. Nothing was changed/)).toBeVisible();
    await press();
  };
  const confirmed = (name: string) => async () => {
    await button(name).click();
    await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  };
  await twice("POST /webhooks/{id}/retries", () => button("Ask for missing webhooks").click());
  await expect(page.getByText(/^Dwolla was asked to send/)).toBeVisible();
  await twice("POST /webhook-subscriptions/{id}", confirmed("Pause"));
  await button("Resume").click();
  await expect(button("Pause")).toBeVisible();
  await twice("DELETE /webhook-subscriptions/{id}", confirmed("Delete"));
  await expect(button("Create subscription")).toBeVisible();
  await twice("POST /webhook-subscriptions", () => button("Create subscription").click());
  await expect(button("Pause")).toBeVisible();
}

async function replay(page: Page): Promise<void> {
  await visit(
    page,
    `/webhooks/${(await idsOf('SELECT id FROM "DwollaEvent" WHERE deliveries > 0 ORDER BY "createdAt" DESC'))[0]}`,
  );
  await expect(page.getByText("was not stored")).toBeVisible();
  await page.getByRole("button", { name: "Replay…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Replay 1 event" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
}

async function verify(): Promise<void> {
  const [report, said] = [test.info().outputPath("verification.json"), test.info().outputPath("verification.log")];
  const args = [...RUN_TYPESCRIPT, "scripts/verify-sandbox.ts", "--json", report];
  // It differs: in the fields that nobody knows.
  expect(await startChild({ name: "verify-sandbox", args, env: desk.env, logFile: said }).ended).toBe(1);
  for (const file of [report, said]) places.push({ name: file, text: readFileSync(file, "utf8") });
}

async function visitAll(page: Page, exchangeIds: readonly string[]): Promise<void> {
  const calls = await idsOf(`SELECT DISTINCT ON (method, "pathTemplate", status) id::text FROM "DwollaCall"`);
  expect(calls.length).toBeGreaterThan(KINDS.length);
  const customers = await idsOf(`SELECT "customerId" AS id FROM "Exchange" WHERE id = ANY($1)`, exchangeIds);
  const events = await idsOf(`SELECT id FROM "DwollaEvent" ORDER BY "createdAt" DESC LIMIT 3`);
  const acts = await idsOf(`SELECT DISTINCT ON (action, outcome) event_id AS id FROM audit.event LIMIT 10`);
  const nobody = [randomUUID()];
  const of = (path: string, ids: readonly string[]) => ids.map((id) => `${path}/${id}`);
  const looked = ["/", "/coverage", "/audit", "/audit/checkpoints", "/audit/standing", "/webhooks", "/calls"];
  const strange = ["/nowhere", "/calls/999999999", "/staff", ...of("/webhooks", nobody), ...of("/exchanges", nobody)];
  const sandbox = ["/sandbox/verification", "/sandbox/scenarios", `/sandbox/scenarios?name=${SCENARIO}`];
  const ofLinks = [...of("/exchanges", exchangeIds), ...of("/customers", customers), ...of("/webhooks", events)];
  for (const path of [...looked, ...strange, ...sandbox, ...ofLinks]) await visit(page, path, "domcontentloaded");
  // Of what only differs in its rows, what the browser is sent is enough.
  const read = async (path: string) => {
    places.push({ name: path, text: await (await page.request.get(`${desk.webUrl}${path}`)).text() });
  };
  await Promise.all([...of("/calls", calls), ...of("/audit", acts), "/api/health/ready"].map(read));
  places.push({ name: "what the browser keeps", text: JSON.stringify(await page.context().storageState()) });
}

async function idsOf(sql: string, ids?: readonly string[]): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(sql, ids && [ids]);
  return rows.map(({ id }) => id);
}

/** Whoever is told that a token is over asks for the next one. */
async function refuseToken(page: Page): Promise<void> {
  proxy.refuseNext("GET /", "POST /token");
  await visit(page, "/sandbox");
  await visit(page, "/sandbox");
}

async function takeExportsHome(page: Page): Promise<void> {
  await visit(page, "/audit");
  for (const name of ["Export CSV", "Export JSONL"]) {
    const body = await bodyAt(page, await page.getByRole("link", { name }).getAttribute("href"));
    expect(body.toString()).toContain("reauth_session.");
    places.push({ name, text: body.toString() });
  }
  await page.getByRole("button", { name: "Export evidence" }).click();
  const bundle = await bodyAt(page, await page.getByRole("link", { name: "Download bundle" }).getAttribute("href"));
  const parts = [...unpacked(bundle)].map(([name, content]) => ({ name: `bundle: ${name}`, text: content.toString() }));
  expect(parts.length).toBeGreaterThan(3);
  places.push(...parts);
}

async function bodyAt(page: Page, href: string | null): Promise<Buffer> {
  const answer = await page.request.get(`${desk.webUrl}${href}`);
  expect(answer.status()).toBe(200);
  return answer.body();
}

import { createHmac, randomUUID } from "node:crypto";
import { inspect } from "node:util";
import pg from "pg";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Secret } from "#domain/secret.ts";
import { listEvents } from "#features/dwolla-events/data.ts";
import { getExchange, listEvidence, listSignalChanges } from "#features/exchanges/data.ts";
import { createWebhookReceiver } from "#features/webhooks/mutations.ts";
import { dumpDatabase, leaksIn, writingsOf } from "../support/canaries.ts";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { runJobs, sweepAll, type Warning } from "../support/jobs.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";

const SECRETS = ["canary-of-the-webhook-secret-long-enough", "canary-of-the-next-webhook-secret-too"] as const;
/** What a webhook may carry beside what the desk reads. */
const PERSONAL = ["canary.person@example.test", "Canary Ferreira-Okafor", "078-05-1120"];

let database: TestDatabase;
let simulator: TestSimulator;
let ctx: TestContext;
let owner: pg.Client;
/** All that could have been written anywhere: output, warnings, answers, errors, and what pages are made of. */
const said: string[] = [];
const signatures: string[] = [];
const log = pino({ level: "trace" }, { write: (line) => void said.push(line) });
const say = (value: unknown) => {
  said.push(inspect(value, { depth: 10, showHidden: true }));
  log.info({ value, err: value });
};

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      said.push(String(chunk));
      return write(chunk);
    });
  }
  [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 60 })]);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, dwolla: { onCall: say } });
  await sweepAll({ appUrl: database.appUrl, ctx });
  await runEveryFlow();
});

afterAll(async () => {
  await Promise.all([ctx.close(), owner.end()]);
  await Promise.all([database.drop(), simulator.stop()]);
});

describe("of what comes with webhooks", () => {
  test("no secret, no signature and nothing about a person is in the database, in any writing", async () => {
    expect(leaksIn(dumped, [...SECRETS, ...signatures, ...PERSONAL])).toEqual([]);
    expect(dumped, "the events are there, and say that something was left out").toMatch(/hidden\W+1 more/);
  });

  test("nothing is in a log line, an answer, an error, or what a page is made of", () => {
    const all = said.join("\n");
    expect(all, "the outage was one").toContain("a webhook could not be stored");
    expect(leaksIn(all, [...SECRETS, ...signatures, ...PERSONAL])).toEqual([]);
  });

  test("everything would be found by this search, were it anywhere", () => {
    expect(signatures.length).toBeGreaterThanOrEqual(5);
    for (const canary of [...SECRETS, ...signatures, ...PERSONAL]) {
      for (const text of writingsOf(canary)) expect(leaksIn(`before ${text} after`, [canary])).toEqual([canary]);
    }
  });
});

let dumped = "";

async function runEveryFlow(): Promise<void> {
  const receive = receiverOf(ctx);
  const exchange = await ctx.db.exchange.findFirstOrThrow({ where: { health: "healthy" } });
  const good = bodyOf(exchange.id, exchange.customerId);
  await send(receive, good, SECRETS[0]);
  await send(receive, good, SECRETS[1]);
  await send(receive, bodyOf(exchange.id, exchange.customerId, "customer_invented_tomorrow"), SECRETS[0]);
  await send(receive, good, "of somebody else, and long enough too");
  await send(receive, good.replace('"topic"', '"tropic"'), SECRETS[0]);
  await send(receive, good.slice(0, -5), SECRETS[0]);
  await send(receive, good.padEnd(70_000), SECRETS[0]);
  await whileDatabaseIsAway((away) => send(receiverOf(away), good, SECRETS[0]));
  const warnings: Warning[] = [];
  await simulator.outage("down");
  await runJobs({ appUrl: database.appUrl, ctx, warnings });
  await simulator.outage("none");
  await ctx.db.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
  await runJobs({ appUrl: database.appUrl, ctx, warnings });
  say(warnings);
  say(await listEvents(ctx.db, {}, ctx.now()));
  say(await getExchange(ctx.db, exchange.id));
  say(await listEvidence(ctx.db, exchange.id));
  say(await listSignalChanges(ctx.db, exchange.id));
  await vi.waitFor(async () => expect(await ctx.db.webhookRefusal.count()).toBe(3), 5_000);
  dumped = await dumpDatabase(owner);
}

type Receive = ReturnType<typeof createWebhookReceiver>;

function receiverOf({ db, dwolla, now }: TestContext): Receive {
  const secrets = SECRETS.map((secret) => new Secret(secret));
  const warn = (facts: object, message: string) => say({ facts, message });
  const options = { db, secrets, parseEvent: dwolla.parseEvent, now, warn };
  say(options.secrets);
  return createWebhookReceiver(options);
}

async function send(receive: Receive, body: string, secret: string): Promise<void> {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  signatures.push(signature);
  const headers = { "content-type": "application/json", "x-request-signature-sha-256": signature };
  const url = "http://desk.test/api/webhooks/dwolla";
  try {
    const answer = await receive(new Request(url, { method: "POST", headers, body }));
    say({ status: answer.status, headers: [...answer.headers], body: await answer.text() });
  } catch (error) {
    say(error);
  }
}

async function whileDatabaseIsAway(use: (away: TestContext) => Promise<void>): Promise<void> {
  const appUrl = Object.assign(new URL(database.appUrl), { port: "1" }).href;
  const { close, ...away } = await testContext({ appUrl, simulatorUrl: simulator.url });
  await use({ ...away, close });
  await close();
}

function bodyOf(exchangeId: string, customerId: string, topic = "customer_exchange_reauth_required"): string {
  const [email, name, ssn] = PERSONAL;
  return JSON.stringify({
    id: randomUUID(),
    topic,
    created: new Date().toISOString(),
    resourceId: exchangeId,
    details: { email, name, ssn },
    _links: {
      resource: { href: `${simulator.url}/exchanges/${exchangeId}` },
      customer: { href: `${simulator.url}/customers/${customerId}`, title: name },
    },
  });
}

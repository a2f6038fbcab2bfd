import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { startWebhookEndpoint, WEBHOOK_SECRET, type WebhookEndpoint } from "../support/webhook-endpoint.ts";

const KB = 1024;
const MB = 1024 * KB;
const LIMIT = 64 * KB;
const BASE = "http://127.0.0.1:1";

let database: TestDatabase;
let ctx: TestContext;
let endpoint: WebhookEndpoint;

beforeAll(async () => {
  database = await createTestDatabase();
  ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: BASE });
  endpoint = await startWebhookEndpoint(ctx);
});

afterEach(async () => {
  await ctx.db.dwollaEvent.deleteMany();
  await ctx.db.webhookRefusal.deleteMany();
});

afterAll(async () => {
  await endpoint.stop();
  await ctx.close();
  await database.drop();
});

test("ten megabytes in pieces, without a length, are refused before they are read, and the next webhook is taken", async () => {
  const sent = await sendEndlessly(10 * MB);
  expect(sent.answer === null || sent.answer === 413, `${sent.answer}`).toBe(true);
  await expect.poll(refusals).toEqual({ too_large: 1 });
  expect(await send(JSON.stringify(eventOf()))).toBe(200);
  expect(await ctx.db.dwollaEvent.count()).toBe(1);
});

test("exactly as much as is allowed is taken, one byte more is not", async () => {
  const event = JSON.stringify(eventOf());
  expect(await send(event.padEnd(LIMIT))).toBe(200);
  expect(await send(event.padEnd(LIMIT + 1))).toBe(413);
});

test("a length that promises more than comes is refused, and nothing is stored", async () => {
  const body = JSON.stringify(eventOf());
  const socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1");
  const headers = `POST / HTTP/1.1\r\nHost: desk\r\nX-Request-Signature-SHA-256: ${sign(body)}\r\nContent-Length: ${body.length + 9}\r\n\r\n`;
  socket.write(headers + body, () => socket.destroy());
  await once(socket, "close");
  await expect.poll(refusals).toMatchObject({ not_signed: 1 });
  expect(await ctx.db.dwollaEvent.count()).toBe(0);
});

test("whatever a stranger sends is answered with 4xx, and nothing is kept of it", async () => {
  const anyBody = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  const anySignature = fc.oneof(
    fc.stringMatching(/^[0-9a-fA-F]{64}$/),
    fc.stringMatching(/^[!-~]{1,200}$/),
    fc.constant(null),
  );
  await fc.assert(
    fc.asyncProperty(anyBody, anySignature, async (body, signature) => {
      expect(await send(Buffer.from(body), signature)).toBe(401);
    }),
    { numRuns: 150 },
  );
  expect(await ctx.db.dwollaEvent.count()).toBe(0);
});

test("whatever is signed is taken or refused, and never an error of ours", async () => {
  const odd = fc.record(
    {
      id: fc.oneof(fc.uuid(), fc.string()),
      topic: fc.oneof(fc.constant("customer_exchange_reauth_required"), fc.string({ unit: "binary", maxLength: 300 })),
      created: fc.oneof(
        fc.constant("2026-11-20T08:00:00.000Z"),
        fc.date({ noInvalidDate: false }).map(String),
        fc.string(),
      ),
      timestamp: fc.anything(),
      resourceId: fc.anything(),
      _links: fc.oneof(
        fc.anything(),
        fc.record({ resource: fc.record({ href: fc.oneof(fc.webUrl(), fc.anything()) }) }),
      ),
      extra: fc.anything(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(odd, async (event) => {
      const body = JSON.stringify(event, (_key, value) => (typeof value === "bigint" ? String(value) : value));
      expect([200, 400]).toContain(await send(body));
    }),
    { numRuns: 300 },
  );
  for (const body of ["[".repeat(LIMIT), `{"a":`.repeat(10_000), `"\\ud800"`, "\u0000", "null"]) {
    expect(await send(body)).toBe(400);
  }
});

test("a stored topic is what was sent, but for what Postgres cannot keep", async () => {
  expect(await send(JSON.stringify(eventOf("half a pair \ud800, and a \u0000")))).toBe(200);
  expect(await ctx.db.dwollaEvent.findMany()).toMatchObject([{ topic: "half a pair \uFFFD, and a \uFFFD" }]);
});

test("many megabytes of refused webhooks leave nothing behind in memory", async () => {
  const forged = randomBytes(60 * KB);
  const flood = async (count: number) => {
    for (let sent = 0; sent < count; sent += 20) {
      await Promise.all(Array.from({ length: 20 }, () => send(forged, "0".repeat(64))));
    }
  };
  await flood(100);
  const before = memoryInUse();
  await flood(1_500);
  // 90 MB came in: a leak of a third of it would be seen. What the last requests held is let go a little later.
  await expect.poll(() => memoryInUse() - before, { timeout: 10_000 }).toBeLessThan(30 * MB);
});

/** Writes on until it is answered or cut off. */
function sendEndlessly(bytes: number): Promise<{ answer: number | null }> {
  return new Promise((resolve) => {
    const request = httpRequest(endpoint.url, {
      method: "POST",
      headers: { "x-request-signature-sha-256": "0".repeat(64), "transfer-encoding": "chunked" },
    });
    request.on("response", (response) => resolve({ answer: response.resume().statusCode ?? null }));
    request.on("error", () => resolve({ answer: null }));
    const chunk = Buffer.alloc(16 * KB, "x");
    let left = bytes;
    const write = () => {
      while (left > 0) {
        left -= chunk.length;
        if (!request.write(chunk)) return void request.once("drain", write);
      }
      request.end();
    };
    write();
  });
}

function eventOf(topic = "customer_exchange_reauth_required") {
  const resource = { href: `${BASE}/exchanges/${randomUUID()}` };
  return { id: randomUUID(), topic, created: "2026-11-20T08:00:00.000Z", _links: { resource } };
}

function sign(body: string | Buffer): string {
  return createHmac("sha256", WEBHOOK_SECRET).update(body).digest("hex");
}

async function send(body: string | Buffer, signature: string | null = sign(body)): Promise<number> {
  const headers = new Headers({ "content-type": "application/json" });
  if (signature !== null) headers.set("x-request-signature-sha-256", signature);
  const answer = await fetch(endpoint.url, { method: "POST", headers, body: new Uint8Array(Buffer.from(body)) });
  await answer.text();
  return answer.status;
}

async function refusals(): Promise<Record<string, number>> {
  const rows = await ctx.db.webhookRefusal.findMany();
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

function memoryInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

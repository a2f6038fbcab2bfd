import { describe, expect, it } from "vitest";
import { RATE_LIMIT_PAUSE_MS } from "#dwolla/circuit-breaker.ts";
import {
  createManualClock,
  cutOff,
  EXCHANGE_ID,
  EXCHANGE_PATH,
  failureOf,
  hal,
  REAUTH_PATH,
  startFaultyDwolla,
} from "../support/fault-server.ts";

const EXCHANGE = hal(200, { id: EXCHANGE_ID, status: "active" });
const ROUTE = `GET ${EXCHANGE_PATH}`;
const LIMITED = hal(429, {
  code: "Too Many Requests",
  message: "Please wait a short period of time before re-attempting the request.",
});

async function startLimitedDwolla() {
  const time = createManualClock();
  const resumesAt = new Date(time.clock().getTime() + RATE_LIMIT_PAUSE_MS);
  return { ...time, resumesAt, ...(await startFaultyDwolla({ clock: time.clock })) };
}

describe("a 429", () => {
  it("stops every further call of the client for five minutes, and each error says until when", async () => {
    const { server, client, resumesAt } = await startLimitedDwolla();
    server.on(ROUTE, LIMITED);
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "http", status: 429, resumesAt });
    const sent = server.requests.length;
    for (const call of [
      client.getExchange(EXCHANGE_ID),
      client.checkCredentials(),
      client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" }),
    ]) {
      expect(await failureOf(call)).toMatchObject({ kind: "circuit_open", effect: "not-applied", resumesAt });
    }
    expect(server.requests).toHaveLength(sent);
  });

  it.each(["0", "-1", "1e9", "Wed, 21 Oct 2099 07:28:00 GMT"])(
    "lasts five minutes whatever Retry-After %s says",
    async (retryAfter) => {
      const { server, client, resumesAt } = await startLimitedDwolla();
      server.on(ROUTE, hal(429, {}, { "retry-after": retryAfter }));
      expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ resumesAt });
    },
  );

  it("counts also when its body is cut off", async () => {
    const { server, client } = await startLimitedDwolla();
    server.on(`POST ${REAUTH_PATH}`, cutOff(429));
    await failureOf(client.createReauthSession(EXCHANGE_ID, { idempotencyKey: "k" }));
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "circuit_open" });
  });

  it("counts also on the token endpoint", async () => {
    const { server, client, resumesAt } = await startLimitedDwolla();
    server.on("POST /token", LIMITED);
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({
      status: 429,
      effect: "not-applied",
      resumesAt,
    });
    expect(await failureOf(client.getExchange(EXCHANGE_ID))).toMatchObject({ kind: "circuit_open", resumesAt });
    expect(server.count("POST /token")).toBe(1);
  });

  it("is over when a single call got through after five minutes", async () => {
    const { server, client, advance } = await startLimitedDwolla();
    server.on(ROUTE, LIMITED, EXCHANGE);
    await failureOf(client.getExchange(EXCHANGE_ID));
    advance(RATE_LIMIT_PAUSE_MS);
    const together = await Promise.allSettled([client.getExchange(EXCHANGE_ID), client.getExchange(EXCHANGE_ID)]);
    expect(together.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(client.getExchange(EXCHANGE_ID)).resolves.toMatchObject({ id: EXCHANGE_ID });
  });
});

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { CustomerId, DwollaSessionId, ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { createDwollaClient, type DwollaClientOptions } from "#dwolla/client.ts";
import type { CallRecord } from "#dwolla/request.ts";

export const CUSTOMER_ID = "c0000000-0000-4000-8000-000000000001" as CustomerId;
export const EXCHANGE_ID = "e0000000-0000-4000-8000-000000000001" as ExchangeId;
export const FUNDING_SOURCE_ID = "f0000000-0000-4000-8000-000000000001" as FundingSourceId;
export const SESSION_ID = "5e000000-0000-4000-8000-000000000001" as DwollaSessionId;
export const PARTNER_ID = "a0000000-0000-4000-8000-000000000001";
export const REQUEST_ID = "1d000000-0000-4000-8000-000000000001";

export const REAUTH_PATH = `/exchanges/${EXCHANGE_ID}/exchange-sessions`;
export const EXCHANGE_PATH = `/exchanges/${EXCHANGE_ID}`;
export const SESSION_PATH = `/exchange-sessions/${SESSION_ID}`;
export const BALANCE_PATH = `/funding-sources/${FUNDING_SOURCE_ID}/balance`;

export type ReceivedRequest = { method: string; path: string; headers: IncomingMessage["headers"]; body: string };
export type Reply = (response: ServerResponse, request: ReceivedRequest) => void;

/** Answers with HAL JSON as Dwolla does. */
export function hal(status: number, body: unknown, headers: Record<string, string | string[]> = {}): Reply {
  return (response) => {
    response.writeHead(status, {
      "content-type": "application/vnd.dwolla.v1.hal+json; charset=UTF-8",
      "x-request-id": REQUEST_ID,
      ...headers,
    });
    response.end(JSON.stringify(body));
  };
}

/** Answers with these exact bytes, under a content type of choice. */
export function bytes(body: string | Buffer, contentType = "application/vnd.dwolla.v1.hal+json"): Reply {
  return (response) => void response.writeHead(200, { "content-type": contentType }).end(body);
}

/** Answers without a body, as Dwolla does for what it created. */
export function created(headers: Record<string, string | string[]>): Reply {
  return (response) => void response.writeHead(201, { "x-request-id": REQUEST_ID, ...headers }).end();
}

/** Promises more bytes than it sends, then hangs up. */
export function cutOff(status: number): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", "content-length": 100 });
    response.write("{", () => response.socket?.destroy());
  };
}

export const hang: Reply = () => {};
export const reset: Reply = (response) => void response.socket?.resetAndDestroy();

/**
 * A server that misbehaves as told, route by route; a list of replies is used up one by one and its last one stays.
 * It gives tokens `token-1`, `token-2`, … until `POST /token` is told otherwise.
 */
export async function startFaultServer() {
  const requests: ReceivedRequest[] = [];
  const replies = new Map<string, Reply[]>();
  let tokens = 0;
  const giveToken: Reply = (response) => {
    tokens += 1;
    hal(200, { access_token: `token-${tokens}`, token_type: "bearer", expires_in: 3600 })(response, NO_REQUEST);
  };

  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { method = "", url = "", headers } = incoming;
    const [path = ""] = url.split("?");
    const received = { method, path: url, headers, body };
    requests.push(received);
    const planned = replies.get(`${method} ${path}`) ?? [
      path === "/token" ? giveToken : hal(404, { code: "NotFound" }),
    ];
    const reply = planned.length > 1 ? planned.shift() : planned[0];
    reply?.(response, received);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    on(route: string, ...planned: Reply[]) {
      replies.set(route, planned);
    },
    count: (route: string) => requests.filter(({ method, path }) => `${method} ${path.split("?")[0]}` === route).length,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const NO_REQUEST: ReceivedRequest = { method: "", path: "", headers: {}, body: "" };

/** A fault server and a client of it, both gone when the test ends. Pauses between attempts take no time. */
export async function startFaultyDwolla(options: Partial<DwollaClientOptions> = {}) {
  const server = await startFaultServer();
  const calls: CallRecord[] = [];
  const client = createDwollaClient({
    baseUrl: server.url,
    key: "test-key",
    secret: "test-secret",
    onCall: (record) => calls.push(record),
    sleep: async () => {},
    ...options,
  });
  onTestFinished(async () => {
    await server.stop();
    await client.close();
  });
  return { server, client, calls };
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("the call succeeded");
}

/** A clock that stands still until it is moved. */
export function createManualClock(start = "2026-11-23T00:00:00Z") {
  let now = Date.parse(start);
  return {
    clock: () => new Date(now),
    advance(durationMs: number) {
      now += durationMs;
    },
  };
}

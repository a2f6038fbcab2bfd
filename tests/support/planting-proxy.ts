import { createHmac } from "node:crypto";
import { once } from "node:events";
import { request as ask, createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { MARK, newCanary } from "./canaries.ts";
import { type ClientCall, clientCalls } from "./client-calls.ts";

const WEBHOOK_PATH = "/api/webhooks/dwolla";
export const WEBHOOK_DELIVERY = "a webhook";
const HAL = "application/vnd.dwolla.v1.hal+json";
/** Documented texts that must never be kept: messages, what was sent with a webhook, and how much money somebody has. */
const NEVER_KEPT: ReadonlySet<string> = new Set(["message", "error_description", "body", "value"]);

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };
export type PlantingProxy = Awaited<ReturnType<typeof startPlantingProxy>>;

/**
 * Stands between the desk and the simulator, in both directions. Whatever Dwolla says, answers, refusals and webhooks alike, carries
 * canaries in fields that nobody knows, at every level, and in texts that nobody may keep; a webhook is signed anew.
 */
export async function startPlantingProxy(between: { simulatorUrl: string; webUrl: string; webhookSecret: string }) {
  const { simulatorUrl, webUrl, webhookSecret } = between;
  const kinds = kindsOfCalls();
  const planted = new Map<string, number>();
  const toRefuse = new Set<string>();
  const count = (what: string) => planted.set(what, (planted.get(what) ?? 0) + 1);

  async function answerOf(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method = "", url = "", headers } = incoming;
    const path = url.split("?")[0] ?? "";
    if (path === WEBHOOK_PATH) {
      const webhook = plantedJson(body);
      count(WEBHOOK_DELIVERY);
      const signature = createHmac("sha256", webhookSecret).update(webhook).digest("hex");
      return forward(webUrl, incoming, webhook, { ...headers, "x-request-signature-sha-256": signature });
    }
    // The simulator's own controls and its bank page are nothing of Dwolla's.
    if (path.startsWith("/__simulator")) return forward(simulatorUrl, incoming, body, headers);
    const kind = kinds.find((each) => each.method === method && each.path.test(path))?.name ?? "another call";
    const given = toRefuse.delete(kind) ? refusalOf(kind) : await forward(simulatorUrl, incoming, body, headers);
    const answer = plantedAnswer(given);
    if (answer.body.includes(MARK)) count(kindOfAnswer(kind, answer.status < 400));
    return answer;
  }

  const server = createServer(async (incoming, outgoing) => {
    try {
      const { status, headers, body } = await answerOf(incoming, await buffer(incoming));
      const { "transfer-encoding": _, connection: __, ...kept } = headers;
      outgoing.writeHead(status, { ...kept, "content-length": body.length }).end(body);
    } catch {
      outgoing.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    webhookUrl: `${url}${WEBHOOK_PATH}`,
    /** How many answers of each kind have carried canaries; by `kindOfAnswer`. */
    planted,
    /** The next call of each of these kinds is refused, and reaches nobody. */
    refuseNext: (...names: string[]) => names.forEach((name) => void toRefuse.add(name)),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** As the proxy names what the client asks: "GET /customers". */
export function kindOf({ method, template }: ClientCall): string {
  return `${method} ${template}`;
}

export function kindOfAnswer(kind: string, isGood: boolean): string {
  return `${kind}: ${isGood ? "answered" : "refused"}`;
}

function kindsOfCalls() {
  return clientCalls().map((call) => {
    const path = new RegExp(`^${call.template.replaceAll("{id}", "[^/]+")}$`);
    return { name: kindOf(call), method: call.method, path };
  });
}

/** What a GET is tried again for; a token that is over; and what nothing is tried again for. */
function refusalOf(kind: string): Answer {
  let [status, code] = [403, "Forbidden"];
  if (kind.startsWith("GET ")) [status, code] = [503, "ServerError"];
  if (kind === "GET /") [status, code] = [401, "ExpiredAccessToken"];
  const body = Buffer.from(JSON.stringify({ code, message: "The planting proxy refuses once." }));
  return { status, headers: { "content-type": HAL }, body };
}

/** Where there is no body, one is added. */
function plantedAnswer({ status, headers, body }: Answer): Answer {
  const more = { ...headers, [`x-${MARK}`]: newCanary() };
  if (status === 204) return { status, headers: more, body };
  if (body.length === 0)
    return { status, headers: { ...more, "content-type": HAL }, body: plantedJson(Buffer.from("{}")) };
  const isJson = headers["content-type"]?.includes("json");
  return { status, headers: more, body: isJson ? plantedJson(body) : Buffer.concat([body, Buffer.from(newCanary())]) };
}

function plantedJson(body: Buffer): Buffer {
  return Buffer.from(JSON.stringify(plantIn(JSON.parse(body.toString()))));
}

function plantIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plantIn);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => {
    const isText = NEVER_KEPT.has(name) && typeof field === "string";
    return [name, isText ? `${field} ${newCanary()}` : plantIn(field)];
  });
  return { ...Object.fromEntries(fields), [newCanary()]: newCanary() };
}

function forward(origin: string, { method, url }: IncomingMessage, body: Buffer, headers: IncomingHttpHeaders) {
  return new Promise<Answer>((resolve, reject) => {
    const { "transfer-encoding": _, connection: __, ...kept } = headers;
    const options = { method, headers: { ...kept, "content-length": body.length } };
    const request = ask(new URL(url ?? "/", origin), options, async (answer) => {
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) });
    });
    request.on("error", reject).end(body);
  });
}

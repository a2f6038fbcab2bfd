import { isUuid } from "#domain/ids.ts";
import { type RecordedAnswer, toRecordedAnswer } from "./recorded-answers.ts";

const HAL = "application/vnd.dwolla.v1.hal+json";
const PATIENCE_MS = 15_000;

export type PlainAnswer = RecordedAnswer & {
  /** The id that the Location ends with. */
  madeId: string | null;
  /** How many items the list has; null where it is no list. */
  items: number | null;
};
export type PlainApi = ReturnType<typeof createPlainApi>;

/** Calls of Dwolla that our client has no use for: making a test customer and a test bank, and asking what is not documented. */
export function createPlainApi({ origin, key, secret }: { origin: string; key: string; secret: string }) {
  let token: Promise<string> | null = null;

  async function send(
    method: "GET" | "POST",
    path: string,
    { body, headers = {}, bearer }: { body?: object; headers?: Record<string, string>; bearer?: string } = {},
  ): Promise<PlainAnswer> {
    if (bearer === undefined) token ??= fetchToken(origin, key, secret);
    const response = await fetch(new URL(path, origin), {
      method,
      headers: {
        accept: HAL,
        authorization: `Bearer ${bearer ?? (await token)}`,
        ...(body && { "content-type": HAL }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const lastPart = response.headers.get("location")?.split("/").at(-1)?.toLowerCase() ?? "";
    return {
      ...toRecordedAnswer(method, response.status, new Map(response.headers), text),
      madeId: isUuid(lastPart) ? lastPart : null,
      items: response.ok ? countItems(text) : null,
    };
  }

  return {
    get: (path: string, bearer?: string) => send("GET", path, bearer === undefined ? {} : { bearer }),
    post: (path: string, body: object, headers?: Record<string, string>) =>
      send("POST", path, headers === undefined ? { body } : { body, headers }),
  };
}

async function fetchToken(origin: string, key: string, secret: string): Promise<string> {
  const response = await fetch(new URL("/token", origin), {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "grant_type=client_credentials",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { access_token } = (await response.json()) as { access_token?: string };
  if (typeof access_token !== "string") throw new Error(`no token was given (${response.status})`);
  return access_token;
}

function countItems(text: string): number | null {
  try {
    const [list] = Object.values((JSON.parse(text) as { _embedded?: object })._embedded ?? {});
    return Array.isArray(list) ? list.length : null;
  } catch {
    return null;
  }
}

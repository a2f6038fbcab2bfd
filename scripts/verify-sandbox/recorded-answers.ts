import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type AnswerShape, shapeOf } from "./answer-shape.ts";

/** What may be kept of an answer: no value of its body, and of its headers only what our client relies on. */
export type RecordedAnswer = {
  method: string;
  status: number;
  /** Null where there was no body. */
  mediaType: string | null;
  shape: AnswerShape | null;
  /** Dwolla's word for what was wrong. */
  code: string | null;
  requestId: string | null;
  /** The path that a Location leads to, with `{id}` for each id. */
  location: string | null;
  hasRetryAfter: boolean;
};

type Headers = ReadonlyMap<string, string>;
type HeadersMessage = { request: UndiciRequest; response: { statusCode: number; headers: (Buffer | string)[] } };
type UndiciRequest = { origin: string | URL; method: string; path: string };
type Draft = { request: UndiciRequest; status: number; headers: Headers; chunks: Buffer[] };

export type AnswerRecorder = {
  /** The answers since the last time, of the token's endpoint and of the rest. */
  take(): { token: RecordedAnswer | null; last: RecordedAnswer | null };
  close(): void;
};

/**
 * Listens to what undici receives from one host. The client itself hands on only what fits its schemas, and this has to see
 * the rest as it came; undici's own diagnostics need no change of the client, so that what is walked is what runs.
 */
export function recordAnswers(origin: string): AnswerRecorder {
  const underWay = new WeakMap<object, Draft>();
  let token: RecordedAnswer | null = null;
  let last: RecordedAnswer | null = null;

  const listeners = {
    "undici:request:headers": (message: unknown) => {
      const { request, response } = message as HeadersMessage;
      if (String(request.origin) !== origin || response.statusCode < 200) return;
      underWay.set(request, {
        request,
        status: response.statusCode,
        headers: readHeaders(response.headers),
        chunks: [],
      });
    },
    "undici:request:bodyChunkReceived": (message: unknown) => {
      const { request, chunk } = message as { request: object; chunk: Buffer };
      underWay.get(request)?.chunks.push(chunk);
    },
    "undici:request:trailers": (message: unknown) => {
      const draft = underWay.get((message as { request: object }).request);
      if (!draft) return;
      const { method, path } = draft.request;
      const answer = toRecordedAnswer(method, draft.status, draft.headers, Buffer.concat(draft.chunks).toString());
      if (path === "/token") token = answer;
      else last = answer;
    },
  };
  for (const [channel, listener] of Object.entries(listeners)) subscribe(channel, listener);

  return {
    take() {
      const taken = { token, last };
      token = null;
      last = null;
      return taken;
    },
    close() {
      for (const [channel, listener] of Object.entries(listeners)) unsubscribe(channel, listener);
    },
  };
}

export function toRecordedAnswer(method: string, status: number, headers: Headers, body: string): RecordedAnswer {
  const json = parseJson(body);
  const requestId = headers.get("x-request-id") ?? "";
  return {
    method,
    status,
    mediaType: body === "" ? null : (/^[\w.+/-]+/.exec(headers.get("content-type") ?? "")?.[0].toLowerCase() ?? "none"),
    shape: json === undefined ? null : shapeOf(json),
    code: codeOf(json),
    requestId: REQUEST_ID.test(requestId) ? requestId : null,
    location: placeOf(headers.get("location")),
    hasRetryAfter: headers.has("retry-after"),
  };
}

const REQUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const IDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

function placeOf(location: string | undefined): string | null {
  if (location === undefined) return null;
  if (!URL.canParse(location)) return "not an address";
  const path = new URL(location).pathname.replace(IDS, "{id}");
  return /^(?:\/(?:[a-z-]{1,40}|\{id\})){1,6}$/.test(path) ? path : "an odd place";
}

/** Only what can be a word of Dwolla's: no digits, nothing long enough for a token. */
function codeOf(json: unknown): string | null {
  if (typeof json !== "object" || json === null) return null;
  const { code, error } = json as { code?: unknown; error?: unknown };
  const word = code ?? error;
  return typeof word === "string" && /^[A-Za-z_ ]{1,40}$/.test(word) ? word : null;
}

function readHeaders(pairs: readonly (Buffer | string)[]): Headers {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < pairs.length; at += 2) headers.set(String(pairs[at]).toLowerCase(), String(pairs[at + 1]));
  return headers;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

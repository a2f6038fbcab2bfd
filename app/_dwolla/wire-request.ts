import { isUuid } from "#domain/ids.ts";
import type { PathTemplate } from "./kept-fields.ts";

/** What every call accepts: the signal ends it early with a DwollaAbortedError. */
export type CallOptions = { signal?: AbortSignal };

export type WireRequest = {
  method: "GET" | "POST" | "DELETE";
  /** Safe to log and to count by: `/exchanges/{id}`. */
  pathTemplate: PathTemplate;
  path: string;
  /** With its question mark, or empty. Can hold personal data (search, email), so it is never logged. */
  query: string;
  headers: readonly string[];
  body: string | null;
  /** True when the request changes something at Dwolla. */
  hasEffect: boolean;
  /** Statuses that the caller reads itself; all others are thrown. */
  expects: readonly number[];
  maxBytes: number;
  signal: AbortSignal | undefined;
};

const BODY_MAX_BYTES = 256 * 1024;
/** 200 customers, the largest documented page, take about 300 KB; lists of other kinds have no documented page size. */
export const LIST_BODY_MAX_BYTES = 4 * 1024 * 1024;

const NO_HEADERS: readonly string[] = [];
const OK: readonly number[] = [200];

/** A read. `id` fills the `{id}` of the template. @throws TypeError when the id is not a UUID. */
export function getRequest(
  pathTemplate: PathTemplate,
  {
    id,
    query = "",
    expects = OK,
    maxBytes = BODY_MAX_BYTES,
    signal,
  }: { id?: string; query?: string; expects?: readonly number[]; maxBytes?: number } & CallOptions = {},
): WireRequest {
  return {
    method: "GET",
    pathTemplate,
    path: id === undefined ? pathTemplate : fillPath(pathTemplate, id),
    query,
    headers: NO_HEADERS,
    body: null,
    hasEffect: false,
    expects,
    maxBytes,
    signal,
  };
}

/** A change; never repeated by this client after its answer was lost. @throws TypeError when the id is not a UUID. */
export function postRequest(
  pathTemplate: PathTemplate,
  {
    id,
    headers,
    body,
    expects,
    signal,
  }: { id?: string; headers: readonly string[]; body: string; expects: readonly number[] } & CallOptions,
): WireRequest {
  return {
    method: "POST",
    pathTemplate,
    path: id === undefined ? pathTemplate : fillPath(pathTemplate, id),
    query: "",
    headers,
    body,
    hasEffect: true,
    expects,
    maxBytes: BODY_MAX_BYTES,
    signal,
  };
}

/** Like `postRequest`, without a body. */
export function deleteRequest(pathTemplate: PathTemplate, { id }: { id: string }): WireRequest {
  const request = postRequest(pathTemplate, { id, headers: NO_HEADERS, body: "", expects: OK });
  return { ...request, method: "DELETE", body: null };
}

/** The one POST that changes nothing of the customer's: it may be lost and repeated freely. */
export function tokenRequest(headers: readonly string[]): WireRequest {
  return {
    method: "POST",
    pathTemplate: "/token",
    path: "/token",
    query: "",
    headers,
    body: "grant_type=client_credentials",
    hasEffect: false,
    expects: OK,
    maxBytes: BODY_MAX_BYTES,
    signal: undefined,
  };
}

function fillPath(pathTemplate: string, id: string): string {
  if (!isUuid(id)) throw new TypeError(`${pathTemplate} needs a lower-case UUID`);
  return pathTemplate.replace("{id}", id);
}

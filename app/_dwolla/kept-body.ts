import { type Answer, parsedBody } from "./answer.ts";
import {
  KEPT_FIELDS,
  KEPT_OF_EVENT,
  KEPT_OF_LINK,
  KEPT_OF_REFUSAL,
  KEPT_PARAMETERS,
  type Kept,
  type KeptValue,
  MADE_AT,
} from "./kept-fields.ts";
import { isObject } from "./tolerant-fields.ts";
import type { WireRequest } from "./wire-request.ts";

declare const allowListed: unique symbol;

/** JSON of a body with nothing in it that is not on the allow-list. Only this file makes one. */
export type KeptBody = string & { readonly [allowListed]: true };

export type KeptBodies = {
  /** Null where there was none. */
  sent: KeptBody | null;
  answered: KeptBody | null;
  /** How large the answer was, whatever is kept of it. */
  answeredBytes: number | null;
};

/** Stands where something was that is not kept. */
const HIDDEN = "hidden";
const SHOWN_ITEMS = 3;

/** Dwolla's origin, and whether its links are kept whole or as their paths. */
type Keeping = { origin: string; keepsLinks: boolean };

/** Both bodies of an attempt, out of reach but for their allow-listed copy. */
export class Bodies {
  readonly #request: WireRequest;
  readonly #answer: Answer | null;
  readonly #origin: string;

  constructor(request: WireRequest, answer: Answer | null, origin: string) {
    this.#request = request;
    this.#answer = answer;
    this.#origin = origin;
  }

  /** Of a list only the first few items are looked at, and the answer is parsed once for all who read it. */
  keep(): KeptBodies {
    const { pathTemplate, body } = this.#request;
    const answer = this.#answer;
    return {
      sent: body === null ? null : keptSent(pathTemplate, body),
      answered: answer && keptAnswer(pathTemplate, answer, this.#origin),
      answeredBytes: answer && sizeOf(answer),
    };
  }
}

type Template = WireRequest["pathTemplate"];

/** What a call made, by the id in its Location, where that is a resource of the kind that it makes at Dwolla itself. */
export function keptMadeId(
  { method, pathTemplate }: WireRequest,
  answer: Answer | null,
  origin: string,
): string | null {
  const made = MADE_AT[pathTemplate];
  if (method !== "POST" || made === undefined || answer?.status !== 201) return null;
  const { location } = answer.headers;
  const start = `${origin}/${made}/`;
  if (typeof location !== "string" || !location.startsWith(start)) return null;
  const id = location.slice(start.length).toLowerCase();
  return isOfForm("id", id) ? id : null;
}

function keptSent(template: Template, body: string): KeptBody {
  const { sent = HIDDEN }: { sent?: Kept; answered: Kept } = KEPT_FIELDS[template];
  const given = body.startsWith("{") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
  return toText(keep(sent, given, { origin: "", keepsLinks: false }));
}

function keptAnswer(template: Template, answer: Answer, origin: string): KeptBody | null {
  if (sizeOf(answer) === 0) return null;
  const fields = answer.status >= 400 ? KEPT_OF_REFUSAL : KEPT_FIELDS[template].answered;
  return toText(keep(fields, parsedBody(answer) ?? HIDDEN, { origin, keepsLinks: false }));
}

/** An event that consists of what Dwolla documents is kept as it is. */
export function keptEvent(event: unknown, origin: string): KeptBody {
  return toText(keep(KEPT_OF_EVENT, event, { origin, keepsLinks: true }));
}

/** Whether nothing was left out. */
export function isWhole(kept: string): boolean {
  return !kept.includes(`"${HIDDEN}"`);
}

function sizeOf({ body }: Answer): number {
  return body.reduce((size, { length }) => size + length, 0);
}

function toText(value: unknown): KeptBody {
  return JSON.stringify(value) as KeptBody;
}

/** A query of ours, with its question mark, without what is searched for. */
export function keptQuery(query: string): string {
  if (query === "") return "";
  const parameters = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(query)) {
    const form = Object.hasOwn(KEPT_PARAMETERS, name) ? KEPT_PARAMETERS[name] : undefined;
    if (form) parameters.append(name, isOfForm(form, scalarOf(value)) ? value : HIDDEN);
  }
  return parameters.size > 0 ? `?${parameters}` : "";
}

function scalarOf(text: string): unknown {
  return /^(?:\d{1,9}|true|false)$/.test(text) ? JSON.parse(text) : text;
}

function keep(fields: Kept, value: unknown, keeping: Keeping): unknown {
  if (value === null) return null;
  if (fields === "link" && keeping.keepsLinks) return keep(KEPT_OF_LINK, value, keeping);
  if (fields === "link") return pathOf(hrefIn(value), keeping.origin) ?? HIDDEN;
  if (fields === "address") return pathOf(value, keeping.origin) === null ? HIDDEN : value;
  if (typeof fields === "string") return isOfForm(fields, value) ? value : HIDDEN;
  if (isList(fields)) return Array.isArray(value) ? keepItems(fields[0], value, keeping) : HIDDEN;
  return isObject(value) && !Array.isArray(value) ? keepFields(fields, value, keeping) : HIDDEN;
}

/** Names that are on the list stay, the others are counted: a name can be as telling as a value. */
function keepFields(fields: { readonly [field: string]: Kept }, value: object, keeping: Keeping): object {
  const copy: Record<string, unknown> = {};
  let others = 0;
  for (const [name, field] of Object.entries(value)) {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (known === undefined) others += 1;
    else copy[name] = keep(known, field, keeping);
  }
  if (others > 0) copy[HIDDEN] = `${others} more`;
  return copy;
}

function keepItems(item: Kept, items: readonly unknown[], keeping: Keeping): unknown[] {
  const shown = items.slice(0, SHOWN_ITEMS).map((each) => keep(item, each, keeping));
  const others = items.length - shown.length;
  return others > 0 ? [...shown, `${others} more`] : shown;
}

function isList(fields: Kept): fields is readonly [Kept] {
  return Array.isArray(fields);
}

function hrefIn(link: unknown): unknown {
  return isObject(link) && "href" in link ? link.href : undefined;
}

/** Null where it is not the address of a resource at Dwolla itself. */
function pathOf(href: unknown, origin: string): string | null {
  if (typeof href !== "string" || !href.startsWith(`${origin}/`)) return null;
  const path = href.slice(origin.length);
  return RESOURCE_PATH.test(path) ? path : null;
}

function isOfForm(form: KeptValue, value: unknown): boolean {
  if (form === "whole") return Number.isSafeInteger(value);
  if (form === "flag") return typeof value === "boolean";
  return typeof value === "string" && (TEXT_FORMS[form]?.test(value) ?? false);
}

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const RESOURCE_PATH = new RegExp(`^/[a-z]+(?:-[a-z]+){0,2}/${UUID}(?:/[a-z]+(?:-[a-z]+)?)?$`, "i");
const TEXT_FORMS: Partial<Record<KeptValue, RegExp>> = {
  id: new RegExp(`^${UUID}$`, "i"),
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/,
  word: /^(?:[A-Za-z_]{1,40}|receive-only|general-ledger)$/,
  topic: /^[a-z_]{1,80}$/,
  media: /^application\/(?:(?:vnd\.dwolla\.v1\.)?hal\+)?json$/,
  noun: /^[a-z]{1,20}(?:-[a-z]{1,20}){0,3}$/,
  pointer: /^(?:\/[A-Za-z_][\w-]{0,40}){1,6}$/,
  return: /^(?:https:\/\/[a-z0-9.-]{1,100}(?:\/[A-Za-z_-]{1,40}){0,4}\/?|[a-z][a-z_]*(?:\.[a-z][a-z0-9_]{0,40}){1,6})$/,
};

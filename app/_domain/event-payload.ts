import { isUuid } from "./ids.ts";

/**
 * An event's JSON as it may be shown. Dwolla's events carry ids, a topic, a time and links, and nothing else is shown: what an
 * event may carry beside these one day could be a customer's.
 * @see https://developers.dwolla.com/docs/api-reference/events
 */
export interface ShownPayload {
  /** Laid out for reading. */
  text: string;
  /** How many values are not shown. */
  hidden: number;
}

const HIDDEN = "(hidden)";
const FIELD_NAME = /^[\w-]{1,40}$/;
const TOPIC = /^[\w.:-]{1,200}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]{5,20}(Z|[+-]\d{2}:?\d{2})$/;
const LINK_WORD = /^[a-z][\w.+/-]{0,80}$/;
/** Kinds and ids, such as /funding-sources/{id}. */
const PATH = /^(?:\/[a-z]{1,20}(?:-[a-z]{1,20}){0,3}\/[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})+$/;

const FIELDS: Record<string, (value: string) => boolean> = {
  id: isAnyUuid,
  resourceId: isAnyUuid,
  topic: (value) => TOPIC.test(value),
  created: (value) => INSTANT.test(value),
  timestamp: (value) => INSTANT.test(value),
};
const LINK_FIELDS: Record<string, (value: string) => boolean> = {
  href: isPlainAddress,
  type: (value) => LINK_WORD.test(value),
  "resource-type": (value) => LINK_WORD.test(value),
};

export function shownPayload(body: string): ShownPayload {
  let hidden = 0;
  const hide = () => {
    hidden += 1;
    return HIDDEN;
  };
  const shownFields = (value: unknown, fields: typeof FIELDS): object =>
    mapFields(value, (name, each) => (typeof each === "string" && owned(fields, name)?.(each) ? each : hide()));
  const shownLinks = (value: unknown) =>
    isObject(value)
      ? mapFields(value, (_, link) => (isObject(link) ? shownFields(link, LINK_FIELDS) : hide()))
      : hide();

  const event = parse(body);
  if (!isObject(event)) return { text: HIDDEN, hidden: 1 };
  const { _links, ...rest } = event;
  const shown = { ...(_links !== undefined && { _links: shownLinks(_links) }), ...shownFields(rest, FIELDS) };
  return { text: JSON.stringify(shown, null, 2), hidden };
}

function mapFields(value: unknown, show: (name: string, value: unknown) => unknown): object {
  const entries = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(entries.map(([name, each]) => [FIELD_NAME.test(name) ? name : HIDDEN, show(name, each)]));
}

/** An address without anything that could hold more than ids. */
function isPlainAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash, pathname } = new URL(value);
  return /^https?:$/.test(protocol) && !username && !password && !search && !hash && PATH.test(pathname);
}

function isAnyUuid(value: string): boolean {
  return isUuid(value.toLowerCase());
}

function owned<Value>(record: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

import { AUDIT_ACTIONS, AUDIT_DECISIONS, AUDIT_OUTCOMES } from "#domain/audit-event.ts";

/**
 * The language of the audit page's one search field, as people know it from GitHub's audit log: `qualifier:value`, `-` in front for
 * "not", `*` for anything, quotes around a value with spaces. Several values of one qualifier are alternatives, all else holds at
 * once. A word without a qualifier is an id, the beginning of one, or a ticket.
 */
export const AUDIT_QUALIFIERS = [
  "actor",
  "action",
  "target",
  "customer",
  "outcome",
  "decision",
  "ticket",
  "operation",
  "request",
  "created",
] as const;
export type AuditQualifier = (typeof AUDIT_QUALIFIERS)[number];

/** One thing that is asked for. */
export interface AuditTerm {
  /** Null for a word that stands alone. */
  qualifier: AuditQualifier | null;
  isNegated: boolean;
  value: string;
}

/** A part of the search that was left out, with the reason in words that follow "because". */
export interface LeftOutTerm {
  text: string;
  because: string;
}

/** Instants between which rows were recorded: `from` inclusive, `until` exclusive. */
export interface RecordedTimes {
  from?: Date;
  until?: Date;
}

/** Nothing is ever taken off them: rows keep the words they were written with. */
const CLOSED_LISTS = { action: AUDIT_ACTIONS, outcome: AUDIT_OUTCOMES, decision: AUDIT_DECISIONS } as const;
export type ClosedQualifier = keyof typeof CLOSED_LISTS;

/** What goes on record with each look has to fit a fact of the audit body. */
export const LONGEST_SEARCH = 400;
const MOST_TERMS = 20;
/** Shorter beginnings of an id match too much to be of use. */
const SHORTEST_BEGINNING = 4;
/** Ids of events and operations begin with their time: eight digits of it are about a minute. */
export const SHORTEST_TIMED_BEGINNING = 8;

/** Reads what was typed and never throws: what makes no sense is left out, with the reason. */
export function parseAuditSearch(text: string): { terms: AuditTerm[]; leftOut: LeftOutTerm[] } {
  const terms = new Map<string, AuditTerm>();
  const leftOut: LeftOutTerm[] = [];
  for (const part of partsOf(text)) {
    const term = termOf(part);
    const because = terms.size >= MOST_TERMS ? `there are more than ${MOST_TERMS}` : problemOf(term);
    if (because) leftOut.push({ text: part, because });
    else terms.set(termText(tidy(term)), tidy(term));
  }
  const kept = [...terms.values()];
  const { from, until } = recordedTimes(kept);
  if (!from || !until || from < until) return { terms: kept, leftOut };
  const isTime = ({ qualifier }: AuditTerm) => qualifier === "created";
  const times = kept.filter(isTime).map((term) => ({ text: termText(term), because: "it ends before it begins" }));
  return { terms: kept.filter((term) => !isTime(term)), leftOut: [...leftOut, ...times] };
}

/** The text that `parseAuditSearch` reads back as these terms. */
export function formatAuditSearch(terms: readonly AuditTerm[]): string {
  return terms.map(termText).join(" ");
}

function termText({ qualifier, isNegated, value }: AuditTerm): string {
  const quoted = /\s/.test(value) ? `"${value}"` : value;
  return `${isNegated ? "-" : ""}${qualifier ? `${qualifier}:` : ""}${quoted}`;
}

/** The values of a closed list that the terms leave: what is asked for, or all, without what is not wanted. */
export function valuesOf(qualifier: ClosedQualifier, terms: readonly AuditTerm[]): string[] {
  const fits = (value: string) => (term: AuditTerm) => matches(term.value, value);
  const wanted = terms.filter((term) => term.qualifier === qualifier && !term.isNegated);
  const unwanted = terms.filter((term) => term.qualifier === qualifier && term.isNegated);
  return CLOSED_LISTS[qualifier].filter(
    (value) => (wanted.length === 0 || wanted.some(fits(value))) && !unwanted.some(fits(value)),
  );
}

/** The times that `created:` asks for; both ends are open where it says nothing. */
export function recordedTimes(terms: readonly AuditTerm[]): RecordedTimes {
  const times = terms.flatMap(({ qualifier, value }) => (qualifier === "created" ? [timesOf(value) ?? {}] : []));
  const from = times.flatMap((each) => each.from ?? []).sort((a, b) => b.getTime() - a.getTime())[0];
  const until = times.flatMap((each) => each.until ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
  return { ...(from && { from }), ...(until && { until }) };
}

/** Where a value ends in `*`: what stands before it. Null where it names one thing. */
export function beginningOf(value: string): string | null {
  return value.endsWith("*") ? value.slice(0, -1) : null;
}

/** A part ends at a blank, unless it stands between quotes. */
function partsOf(text: string): string[] {
  return text.match(/(?:[^\s"]*"[^"]*"|\S+)/g) ?? [];
}

function termOf(part: string): AuditTerm {
  const [, minus, name, rest = ""] = /^(-?)(?:([a-z]+):)?(.*)$/is.exec(part) ?? [];
  const qualifier = AUDIT_QUALIFIERS.find((each) => each === name?.toLowerCase());
  // An unknown qualifier stays in the value, where its colon is refused.
  const value = qualifier || !name ? rest : `${name}:${rest}`;
  return { qualifier: qualifier ?? null, isNegated: minus === "-", value: value.replace(/^"(.*)"$/s, "$1").trim() };
}

/** Ids are written in small letters; a word finds beginnings anyway. */
function tidy({ qualifier, isNegated, value }: AuditTerm): AuditTerm {
  if (qualifier === null) return { qualifier, isNegated, value: value.replace(/\*$/, "") };
  const isId = /^[0-9a-f-]+\*?$/i.test(value) && qualifier !== "ticket" && qualifier !== "created";
  return { qualifier, isNegated, value: isId || qualifier in CLOSED_LISTS ? value.toLowerCase() : value };
}

const CONTROLS = /\p{C}/u;
const HEX = /^[0-9a-f-]+$/i;
const UUID_SHAPE = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
/** The commands that act on the desk, as the trail names them. */
export const COMMAND_ACTORS = [
  "demo",
  "command line",
  "command: audit-erase",
  "command: audit-export",
  "command: audit-key",
] as const;
/** Who acts without being a person: nobody, a command, or a job, whose name has a dot. */
const NO_PERSON = /^(me|anonymous|demo|command(?: line|: ?[a-z-]*)?\*?|[a-z_]+\.[a-z_.]*\*?|\*)$/;

/** Why a term cannot be asked, or null where it can. */
function problemOf({ qualifier, isNegated, value }: AuditTerm): string | null {
  if (value === "") return "nothing follows";
  if (value.length > 200) return "it is too long";
  if (CONTROLS.test(value)) return "it holds invisible characters";
  if (value.includes('"')) return "a quote is not closed";
  if (value.includes("@"))
    return "e-mail addresses stay out of the trail: choose the person by name under “Add a filter”";
  if (qualifier === null) return problemOfWord(value);
  if (qualifier === "created") return problemOfTime(value, isNegated);
  if (qualifier === "action" || qualifier === "outcome" || qualifier === "decision") {
    const isKnown = CLOSED_LISTS[qualifier].some((each) => matches(value.toLowerCase(), each));
    return isKnown ? null : `no ${qualifier} is called that`;
  }
  return problemOfOpenValue(qualifier, value);
}

function problemOfOpenValue(qualifier: AuditQualifier, value: string): string | null {
  if (value.slice(0, -1).includes("*")) return "a * may only stand at the end here";
  if (value === "*" || qualifier === "ticket") return null;
  if (/\s/.test(value) && qualifier !== "actor") return "an id has no blanks";
  const id = beginningOf(value) ?? value;
  if (qualifier === "actor") {
    if (NO_PERSON.test(value)) return null;
    if (!HEX.test(id)) return "it is no id: names stay out of the trail, choose the person under “Add a filter”";
  }
  if (qualifier === "operation" && !isBeginningOfUuid(id)) return "it is no id of an operation";
  const shortest = qualifier === "operation" ? SHORTEST_TIMED_BEGINNING : SHORTEST_BEGINNING;
  if (id !== value && id.length < shortest) return `a beginning needs ${shortest} characters`;
  return qualifier === "operation" && id === value && id.length < UUID_SHAPE.length
    ? "the id is not whole: end it with a *"
    : null;
}

/** Of a word only what an id or a ticket can be: a person's name would go into the address and on record. */
function problemOfWord(value: string): string | null {
  const word = value.replace(/\*$/, "");
  if (/^[a-z]+:/i.test(word)) return "there is no such qualifier";
  if (!/^[\w.#/-]+$/.test(word) || !(HEX.test(word) || /\d/.test(word)))
    return "it is neither an id nor a ticket; people are chosen by name under “Add a filter”";
  return word.length < SHORTEST_BEGINNING ? `a beginning needs ${SHORTEST_BEGINNING} characters` : null;
}

/** Whether `text` is a UUID or the beginning of one. */
export function isBeginningOfUuid(text: string): boolean {
  return (
    text.length <= UUID_SHAPE.length &&
    /^[0-9a-f-]*$/.test(text.toLowerCase()) &&
    [...text].every((char, place) => (char === "-") === (UUID_SHAPE[place] === "-"))
  );
}

function problemOfTime(value: string, isNegated: boolean): string | null {
  if (isNegated) return "a time cannot be excluded";
  return timesOf(value) ? null : "it is no time: write 2026-11, >=2026-11-01 or 2026-11-01..2026-11-15";
}

/** A pattern of a closed list, whose `*` may stand anywhere. A run of them is one: each more would double the time it takes. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .split(/\*+/)
    .map((part) => part.replace(/[^\w]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(value);
}

function timesOf(value: string): RecordedTimes | null {
  const [first = "", last, ...others] = value.split("..");
  if (others.length > 0) return null;
  if (last !== undefined) {
    const [from, until] = [first === "*" ? undefined : spanOf(first), last === "*" ? undefined : spanOf(last)];
    if (from === null || until === null || (!from && !until)) return null;
    return { ...(from && { from: from.start }), ...(until && { until: until.end }) };
  }
  const [, sign = "", time = ""] = /^(>=|<=|>|<)?(.*)$/s.exec(value) ?? [];
  const span = spanOf(time);
  if (!span) return null;
  const { start, end } = span;
  return (
    {
      "": { from: start, until: end },
      ">=": { from: start },
      ">": { from: end },
      "<": { until: start },
      "<=": { until: end },
    }[sign] ?? null
  );
}

/** A year, month, day, minute, second or millisecond in UTC: where it begins, and where the next one does. */
function spanOf(text: string): { start: Date; end: Date } | null {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?Z?)?)?)?$/.exec(text)?.slice(1);
  if (!parts) return null;
  const given = parts.flatMap((part) => (part === undefined ? [] : [Number(part)]));
  const at = (numbers: number[]) => {
    const [year = 0, month = 1, ...rest] = numbers;
    return new Date(Date.UTC(year, month - 1, ...(rest as [])));
  };
  const start = at(given);
  const isReal =
    start.toISOString().startsWith(text.replace(/Z$/, "")) &&
    given[0] !== undefined &&
    given[0] >= 2000 &&
    given[0] < 2100;
  // A time of day is given to the minute at least, so the unit that grows is always the last one given.
  return isReal ? { start, end: at([...given.slice(0, -1), (given.at(-1) ?? 0) + 1]) } : null;
}

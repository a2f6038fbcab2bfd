import { Prisma } from "#platform/prisma-client/client.ts";
import { OPEN_COLUMNS, type SearchColumn, WORD_COLUMNS } from "./columns.ts";
import {
  type AuditTerm,
  beginningOf,
  type ClosedQualifier,
  isBeginningOfUuid,
  SHORTEST_TIMED_BEGINNING,
  valuesOf,
} from "./schema.ts";

/** The terms of a search, and who reads: the person that `actor:me` means, null where nobody is. */
export interface ReadersSearch {
  terms: readonly AuditTerm[];
  me: string | null;
}

/**
 * A part of the rows of `audit.event e` that one index gives in the order of recording, or that are few. Where `from` names further
 * rows, such as a list of values, the lane is walked once for each of them, each time only as far as the page needs.
 */
export interface SearchLane {
  from: Prisma.Sql | null;
  where: Prisma.Sql;
}

type OpenQualifier = keyof typeof OPEN_COLUMNS;
/** What is asked for together: any of the alternatives, and nothing of what is unwanted. */
type Group = { alternatives: Prisma.Sql[]; unwanted: Prisma.Sql[] };

const CLOSED = ["action", "outcome", "decision"] as const;

/** What a row `e` of `audit.event` has to fulfil, to be joined by AND. */
export function searchConditions(search: ReadersSearch): Prisma.Sql[] {
  return conditionsOf(groupsOf(search), search);
}

/**
 * The same rows as lanes whose union they are, and the conditions that hold in each of them. The planner does not cut an OR or a list
 * of values into index scans that stop after a page, nor does it know that a rare value may lie far back in time.
 */
export function searchLanes(search: ReadersSearch): { lanes: SearchLane[]; conditions: Prisma.Sql[] } {
  const groups = groupsOf(search);
  const split = groups.find(({ alternatives }) => alternatives.length > 0);
  if (split) {
    const lanes = split.alternatives.map((where) => ({ from: null, where }));
    const others = groups.map((group) => (group === split ? { ...group, alternatives: [] } : group));
    return { lanes, conditions: conditionsOf(others, search) };
  }
  const { lane, rest } = closedLane(search);
  return { lanes: [lane], conditions: conditionsOf(groups, { ...search, terms: rest }) };
}

/** Closed lists as the values that are left of them, one index scan for each; and the terms that this does not answer yet. */
function closedLane({ terms }: ReadersSearch): { lane: SearchLane; rest: readonly AuditTerm[] } {
  const without = (...lists: ClosedQualifier[]) =>
    terms.filter(({ qualifier }) => !lists.some((list) => list === qualifier));
  if (isAsked("action", terms)) {
    const actions = valuesOf("action", terms);
    const from = Prisma.sql`unnest(${actions}::text[]) AS wanted (action)`;
    return { lane: { from, where: Prisma.sql`e.action = wanted.action` }, rest: without("action") };
  }
  if (!isAsked("outcome", terms) && !isAsked("decision", terms)) {
    return { lane: { from: null, where: Prisma.sql`true` }, rest: terms };
  }
  const from = Prisma.sql`unnest(${valuesOf("outcome", terms)}::text[]) AS wanted (outcome)
    CROSS JOIN unnest(${valuesOf("decision", terms)}::text[]) AS decided (decision)`;
  const where = Prisma.sql`e.outcome = wanted.outcome AND e.decision = decided.decision`;
  return { lane: { from, where }, rest: without("outcome", "decision") };
}

function conditionsOf(groups: readonly Group[], { terms }: ReadersSearch): Prisma.Sql[] {
  const open = groups.flatMap(({ alternatives, unwanted }) => [
    ...(alternatives.length > 0 ? [anyOf(alternatives)] : []),
    ...unwanted.map((test) => Prisma.sql`(${test}) IS NOT TRUE`),
  ]);
  const closed = CLOSED.flatMap((list) =>
    isAsked(list, terms) ? [Prisma.sql`${Prisma.raw(`e.${list}`)} = ANY (${valuesOf(list, terms)}::text[])`] : [],
  );
  return [...open, ...closed];
}

function isAsked(list: ClosedQualifier, terms: readonly AuditTerm[]): boolean {
  return terms.some(({ qualifier }) => qualifier === list);
}

/** Each qualifier's terms together, and each word by itself, those that leave the fewest rows first. */
function groupsOf({ terms, me }: ReadersSearch): Group[] {
  const words = terms.filter(({ qualifier }) => qualifier === null).map(wordGroup);
  const open = (Object.keys(OPEN_COLUMNS) as OpenQualifier[]).map((key): Group => {
    const tests = (isNegated: boolean) =>
      terms
        .filter((term) => term.qualifier === key && term.isNegated === isNegated)
        .flatMap(({ value }) => testsOf(OPEN_COLUMNS[key], key === "actor" && value === "me" ? (me ?? "") : value));
    return { alternatives: tests(false), unwanted: tests(true) };
  });
  const [operation, request, ...others] = open;
  return [operation, request, ...words, ...others].filter((group) => group !== undefined);
}

function wordGroup({ value, isNegated }: AuditTerm): Group {
  const tests = testsOf(WORD_COLUMNS, `${value}*`);
  return { alternatives: isNegated ? [] : tests, unwanted: isNegated ? tests : [] };
}

/** One test for each column and spelling, in the form that its index serves. */
function testsOf(columns: readonly SearchColumn[], value: string): Prisma.Sql[] {
  return columns.flatMap((column) => {
    if (column.isUuid) return uuidTest(column, value);
    const spellings = new Set([value, column.alsoAs?.(value) ?? value]);
    return [...spellings].map((spelling) => textTest(column, spelling));
  });
}

function textTest({ name }: SearchColumn, value: string): Prisma.Sql {
  const column = Prisma.raw(`e.${name}`);
  const beginning = beginningOf(value);
  if (beginning === null) return Prisma.sql`${column} = ${value}`;
  if (beginning === "") return Prisma.sql`${column} IS NOT NULL`;
  return Prisma.sql`${column} LIKE ${`${beginning.replace(/[\\%_]/g, "\\$&")}%`}`;
}

/** A beginning is a range of UUIDs. Nothing where the value is none, or its minute of time would hold too many. */
function uuidTest({ name }: SearchColumn, value: string): Prisma.Sql[] {
  const column = Prisma.raw(`e.${name}`);
  const beginning = (beginningOf(value) ?? value).toLowerCase();
  if (value === "*") return [Prisma.sql`true`];
  if (!isBeginningOfUuid(beginning) || beginning.length < SHORTEST_TIMED_BEGINNING) return [];
  const [lowest, highest] = ["0", "f"].map((digit) => beginning + UUID.slice(beginning.length).replaceAll("x", digit));
  return [Prisma.sql`${column} BETWEEN ${lowest}::uuid AND ${highest}::uuid`];
}

const UUID = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

function anyOf(tests: readonly Prisma.Sql[]): Prisma.Sql {
  return Prisma.sql`(${Prisma.join(tests, " OR ")})`;
}

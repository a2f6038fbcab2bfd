import { z } from "zod";
import { CAUSES } from "#domain/plain-words.ts";
import { OPEN_STATES } from "#domain/repair-case.ts";

export const WORKLIST_PAGE_SIZE = 50;
export const WORKLIST_COLUMNS = ["customer", "partner", "since", "state"] as const;
export type WorklistColumn = (typeof WORKLIST_COLUMNS)[number];

const SORTS = WORKLIST_COLUMNS.flatMap((column) => [column, `-${column}`] as const);
const NUL = "\u0000";

/** PostgreSQL refuses NUL in text, and nobody searches for 200 characters. */
const words = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maximum)
    .refine((text) => !text.includes(NUL));

const LAST_INSTANT_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Where a page begins: the sort value of a row, its id, and whether it is one of those behind, as base64url of JSON. Milliseconds for an instant. */
const cursor = z
  .string()
  .max(1_000)
  .transform(fromBase64Url)
  .pipe(
    z.tuple([
      z.union([
        z.int().min(0).max(LAST_INSTANT_MS),
        z
          .string()
          .max(200)
          .refine((text) => !text.includes(NUL)),
      ]),
      z.uuid().toLowerCase(),
      z.boolean(),
    ]),
  );
export type WorklistCursor = z.output<typeof cursor>;

/** The whole view is in the address. Each parameter stands alone: one that is wrong is dropped, the others hold. */
const parameters = {
  q: words(200),
  partner: words(100),
  cause: z.enum(CAUSES),
  state: z.enum(OPEN_STATES),
  /** A column, with a minus for descending. */
  sort: z.enum(SORTS),
  after: cursor,
  before: cursor,
};
type Parameters = { [Name in keyof typeof parameters]?: z.output<(typeof parameters)[Name]> };

export interface WorklistAddress extends Omit<Parameters, "sort"> {
  sort: { column: WorklistColumn; isDescending: boolean };
}

/**
 * Reads the address. It never throws: what it can not use is left out and named in `ignored`, so that the page can say so.
 * A cursor made for another sort than the address asks for is one of those.
 */
export function parseWorklistAddress(search: Record<string, string | string[] | undefined>): {
  address: WorklistAddress;
  ignored: string[];
} {
  const { sort: sortText, ...rest } = parseEach(search);
  const sort = readSort(sortText ?? "since");
  const address: WorklistAddress = { ...rest, sort };
  if (address.after && !fitsSort(address.after, sort.column)) delete address.after;
  if (address.before && (address.after || !fitsSort(address.before, sort.column))) delete address.before;
  const given = Object.keys(search).filter((name) => search[name] !== undefined && search[name] !== "");
  const used = new Set([...Object.keys(address).filter((name) => name !== "sort"), ...(sortText ? ["sort"] : [])]);
  return { address, ignored: given.filter((name) => !used.has(name)).map((name) => name.slice(0, 40)) };
}

/** The address of the same list with some parameters changed. Another filter or sort starts at the first page. */
export function worklistHref(address: WorklistAddress, change: Partial<WorklistAddress> = {}): string {
  const { q, partner, cause, state, sort, after, before } = {
    ...address,
    after: undefined,
    before: undefined,
    ...change,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ q, partner, cause, state })) if (value) query.set(name, value);
  if (sortText(sort) !== "since") query.set("sort", sortText(sort));
  if (after) query.set("after", toBase64Url(after));
  if (before) query.set("before", toBase64Url(before));
  return query.size > 0 ? `/?${query}` : "/";
}

export function sortText(sort: WorklistAddress["sort"]): string {
  return `${sort.isDescending ? "-" : ""}${sort.column}`;
}

function parseEach(search: Record<string, string | string[] | undefined>): Parameters {
  const entries = Object.entries(parameters).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(Object.hasOwn(search, name) ? search[name] : undefined);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Object.fromEntries(entries);
}

function readSort(text: (typeof SORTS)[number]): WorklistAddress["sort"] {
  const column = WORKLIST_COLUMNS.find((name) => text.endsWith(name)) ?? "since";
  return { column, isDescending: text.startsWith("-") };
}

function fitsSort([value]: WorklistCursor, column: WorklistColumn): boolean {
  if (column === "since") return typeof value === "number";
  if (column === "state") return OPEN_STATES.some((state) => state === value);
  return typeof value === "string";
}

function toBase64Url(value: WorklistCursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function fromBase64Url(text: string, context: z.RefinementCtx): unknown {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))),
    );
  } catch {
    context.addIssue({ code: "custom", message: "not a cursor" });
    return z.NEVER;
  }
}

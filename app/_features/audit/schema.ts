import { z } from "zod";
import { isUuid } from "#domain/ids.ts";
import {
  type AuditTerm,
  formatAuditSearch,
  type LeftOutTerm,
  LONGEST_SEARCH,
  parseAuditSearch,
  recordedTimes,
} from "#features/audit-search/schema.ts";

const DAY_MS = 24 * 60 * 60_000;
const PERIOD_MS = { "24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS } as const;
export const AUDIT_PERIODS = ["24h", "7d", "30d"] as const;
export type AuditPeriod = (typeof AUDIT_PERIODS)[number];
const DEFAULT_PERIOD: AuditPeriod = "30d";
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);

/** The instant in UTC, with or without its "Z": a date field of a browser leaves it out. */
const instant = z.iso
  .datetime({ local: true })
  .transform((text) => new Date(text.endsWith("Z") ? text : `${text}Z`))
  .refine(isInRange);
const cursor = z
  .string()
  .max(100)
  .transform((text, context): AuditCursor => {
    const [recordedAt = "", eventId = ""] = text.split("_");
    const isTime = z.iso.datetime({ precision: 6 }).safeParse(recordedAt).success && isInRange(new Date(recordedAt));
    if (!isTime || !isUuid(eventId)) {
      context.addIssue({ code: "custom", message: "names no row" });
    }
    return { recordedAt, eventId };
  });

/** Of what the database can read as a time: it knows no year 0. */
function isInRange(date: Date): boolean {
  return date.getTime() >= EARLIEST && date.getTime() < LATEST;
}

/** Every parameter of `/audit`. All are optional, so that any of them can be left out when it makes no sense. */
const auditAddressSchema = z
  .object({
    period: z.enum(AUDIT_PERIODS),
    from: instant,
    to: instant,
    until: instant,
    q: z.string().max(LONGEST_SEARCH),
    after: cursor,
    before: cursor,
  })
  .partial()
  .superRefine(({ from, to }, context) => {
    if (!from || !to || from < to) return;
    for (const path of ["from", "to"])
      context.addIssue({ code: "custom", path: [path], message: "ends before it begins" });
  });
type AuditAddress = z.output<typeof auditAddressSchema>;

/** A row's place in the order of recording; `recordedAt` is UTC to the microsecond. */
export interface AuditCursor {
  recordedAt: string;
  eventId: string;
}

/** What is asked of the trail, by the database's time of recording: `from` inclusive, `until` exclusive. */
export interface AuditFilter {
  terms: readonly AuditTerm[];
  /** The person that `actor:me` means; null where nobody asks. */
  me: string | null;
  from: Date;
  until: Date;
  /** The end was not chosen: it is the moment of asking, which later pages keep, so that new events do not shift them. */
  isOpen: boolean;
  /** Null where the person chose the times. */
  period: AuditPeriod | null;
}

export interface AuditQuery {
  filter: AuditFilter;
  after: AuditCursor | undefined;
  before: AuditCursor | undefined;
  /** Parameters that made no sense and were left out; the page says so. */
  ignored: string[];
  /** The same of parts of the search. */
  leftOut: LeftOutTerm[];
}

/** Reads an address and never throws: what makes no sense is left out and named. `me` is who asks. */
export function parseAuditAddress(
  address: Record<string, string | string[] | undefined>,
  now: Date,
  me: string | null = null,
): AuditQuery {
  const given = Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined && value !== ""));
  const ignored = new Set<string>();
  for (;;) {
    const result = auditAddressSchema.safeParse(given);
    if (result.success) {
      const { q = "", after, before, ...times } = result.data;
      const { terms, leftOut } = parseAuditSearch(q);
      const filter = { terms, me, ...timesOf({ ...times, ...chosenTimes(terms) }, now) };
      return { filter, after, before, ignored: [...ignored], leftOut };
    }
    for (const { path } of result.error.issues) {
      ignored.add(String(path[0]));
      delete given[String(path[0])];
    }
  }
}

/** What `created:` says overrides all other times; where it leaves an end open, so be it. */
function chosenTimes(terms: readonly AuditTerm[]): Partial<Times> {
  if (!terms.some(({ qualifier }) => qualifier === "created")) return {};
  const { from, until } = recordedTimes(terms);
  return { period: undefined, from: from ?? new Date(EARLIEST), to: until };
}

type Times = Pick<AuditAddress, "period" | "from" | "to" | "until">;

function timesOf({ period = DEFAULT_PERIOD, from, to, until: asked }: Times, now: Date) {
  const until = to ?? asked ?? now;
  const before = (span: AuditPeriod) => new Date(until.getTime() - PERIOD_MS[span]);
  if (!from && !to) return { period, from: before(period), until, isOpen: true };
  return { period: null, from: from ?? before(DEFAULT_PERIOD), until, isOpen: !to };
}

type AddressParameter = keyof AuditAddress;
type AddressText = Partial<Record<AddressParameter, string | null>>;

/** The address that shows this filter, with some of its parameters set or (by null) left out. Starts at the first page. */
export function auditHref(filter: AuditFilter, changes: AddressText = {}): string {
  return withQuery("/audit", { ...addressOf(filter), ...changes });
}

/** The same filter with other terms. */
export function auditTermsHref(filter: AuditFilter, terms: readonly AuditTerm[]): string {
  return auditHref(filter, { q: formatAuditSearch(terms) });
}

/** The same terms over another period. */
export function auditPeriodHref(filter: AuditFilter, period: AuditPeriod): string {
  return withQuery("/audit", {
    q: formatAuditSearch(withoutTimes(filter)),
    period: period === DEFAULT_PERIOD ? null : period,
  });
}

/** The page with this search: the way from a customer, a link or a person to what was done. */
export function auditSearchHref(q: string): string {
  return withQuery("/audit", { q });
}

/** What else this actor did: a person, a job or a command. */
export function actorTrailHref(actorId: string): string {
  return auditSearchHref(formatAuditSearch([{ qualifier: "actor", isNegated: false, value: actorId }]));
}

/** Another page of the list that this filter gave. */
export function auditPageHref(filter: AuditFilter, side: "after" | "before", row: AuditCursor): string {
  const place = `${row.recordedAt}_${row.eventId}`;
  return auditHref(filter, { [side]: place, until: filter.isOpen ? filter.until.toISOString() : null });
}

/** The very rows that the page shows, as a copy; or, as far as they are signed, as a bundle: its open end is where the checkpoint ends. */
export function auditExportHref(filter: AuditFilter, kind: "csv" | "jsonl" | "bundle" = "csv"): string {
  const to = kind === "bundle" && filter.isOpen ? null : filter.until.toISOString();
  const path = kind === "bundle" ? "/api/exports/audit-bundle" : "/api/exports/audit";
  const format = kind === "jsonl" ? kind : null;
  return withQuery(path, { q: formatAuditSearch(withoutTimes(filter)), from: filter.from.toISOString(), to, format });
}

/** Whether the search itself says the times. */
export function isByCreated({ terms }: AuditFilter): boolean {
  return terms.some(({ qualifier }) => qualifier === "created");
}

/** Whether no beginning was chosen: nothing can have been recorded earlier. */
export function isFromTheBeginning({ from }: Pick<AuditFilter, "from">): boolean {
  return from.getTime() === EARLIEST;
}

function withoutTimes({ terms }: AuditFilter): AuditTerm[] {
  return terms.filter(({ qualifier }) => qualifier !== "created");
}

function addressOf(filter: AuditFilter): AddressText {
  const { terms, from, until, isOpen, period } = filter;
  const q = formatAuditSearch(terms);
  if (isByCreated(filter)) return { q };
  if (period) return { q, period: period === DEFAULT_PERIOD ? null : period };
  return { q, from: from.toISOString(), to: isOpen ? null : until.toISOString() };
}

function withQuery(path: string, parameters: Record<string, string | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value) query.set(name, value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

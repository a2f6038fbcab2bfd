import { z } from "zod";
import { AUDIT_ACTIONS, AUDIT_DECISIONS, AUDIT_OUTCOMES } from "#domain/audit-event.ts";
import { isUuid } from "#domain/ids.ts";

const DAY_MS = 24 * 60 * 60_000;
const PERIOD_MS = { "24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS } as const;
export const AUDIT_PERIODS = ["24h", "7d", "30d"] as const;
export type AuditPeriod = (typeof AUDIT_PERIODS)[number];
const DEFAULT_PERIOD: AuditPeriod = "30d";
const EARLIEST = Date.UTC(2000, 0);
const LATEST = Date.UTC(2100, 0);
/** Shorter beginnings of an id match too much to be of use. */
const SHORTEST_SEARCH = 4;

/** The instant in UTC, with or without its "Z": a date field of a browser leaves it out. */
const instant = z.iso
  .datetime({ local: true })
  .transform((text) => new Date(text.endsWith("Z") ? text : `${text}Z`))
  .refine((date) => date.getTime() >= EARLIEST && date.getTime() < LATEST);
// No controls and no invisible characters: the filter itself goes on record.
const plainText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{C}+$/u);
/** What is looked for goes on record with the look: ids may, a name or an e-mail address may not. */
const idText = plainText.regex(/^[^\s@]+$/u);
const cursor = z
  .string()
  .max(100)
  .transform((text, context): AuditCursor => {
    const [recordedAt = "", eventId = ""] = text.split("_");
    if (!z.iso.datetime({ precision: 6 }).safeParse(recordedAt).success || !isUuid(eventId)) {
      context.addIssue({ code: "custom", message: "names no row" });
    }
    return { recordedAt, eventId };
  });

/** Every parameter of `/audit`. All are optional, so that any of them can be left out when it makes no sense. */
const auditAddressSchema = z
  .object({
    period: z.enum(AUDIT_PERIODS),
    from: instant,
    to: instant,
    until: instant,
    actor: idText,
    action: z.enum(AUDIT_ACTIONS),
    target: idText,
    outcome: z.enum(AUDIT_OUTCOMES),
    decision: z.enum(AUDIT_DECISIONS),
    ticket: plainText,
    q: idText.min(SHORTEST_SEARCH),
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
export interface AuditFilter
  extends Pick<AuditAddress, "actor" | "action" | "target" | "outcome" | "decision" | "ticket" | "q"> {
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
}

/** Reads an address and never throws: what makes no sense is left out and named. */
export function parseAuditAddress(address: Record<string, string | string[] | undefined>, now: Date): AuditQuery {
  const given = Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined && value !== ""));
  const ignored = new Set<string>();
  for (;;) {
    const result = auditAddressSchema.safeParse(given);
    if (result.success) {
      const { period, from, to, until, after, before, ...rest } = result.data;
      const times = timesOf({ period, from, to, until }, now);
      return { filter: { ...rest, ...times }, after, before, ignored: [...ignored] };
    }
    for (const { path } of result.error.issues) {
      ignored.add(String(path[0]));
      delete given[String(path[0])];
    }
  }
}

type Times = Pick<AuditAddress, "period" | "from" | "to" | "until">;

function timesOf({ period = DEFAULT_PERIOD, from, to, until: asked }: Times, now: Date) {
  const until = to ?? asked ?? now;
  const before = (span: AuditPeriod) => new Date(until.getTime() - PERIOD_MS[span]);
  if (!from && !to) return { period, from: before(period), until, isOpen: true };
  return { period: null, from: from ?? before(DEFAULT_PERIOD), until, isOpen: !to };
}

type AddressParameter = keyof AuditAddress;

/** The address that shows this filter, with some of its parameters set or (by null) left out. Starts at the first page. */
export function auditHref(filter: AuditFilter, changes: Partial<Record<AddressParameter, string | null>> = {}): string {
  return withQuery("/audit", { ...addressOf(filter), ...changes });
}

/** Another page of the list that this filter gave. */
export function auditPageHref(filter: AuditFilter, side: "after" | "before", row: AuditCursor): string {
  const place = `${row.recordedAt}_${row.eventId}`;
  return auditHref(filter, { [side]: place, until: filter.isOpen ? filter.until.toISOString() : null });
}

/** The very rows that the page shows, as a copy; or, as far as they are signed, as a bundle: its open end is where the checkpoint ends. */
export function auditExportHref(filter: AuditFilter, kind: "copy" | "bundle" = "copy"): string {
  const { period: _, ...address } = addressOf(filter);
  const to = kind === "bundle" && filter.isOpen ? null : filter.until.toISOString();
  const path = kind === "bundle" ? "/api/exports/audit-bundle" : "/api/exports/audit";
  return withQuery(path, { ...address, from: filter.from.toISOString(), to });
}

function addressOf({
  from,
  until,
  isOpen,
  period,
  ...words
}: AuditFilter): Partial<Record<AddressParameter, string | null>> {
  if (period) return { ...words, period: period === DEFAULT_PERIOD ? null : period };
  return { ...words, from: from.toISOString(), to: isOpen ? null : until.toISOString() };
}

function withQuery(path: string, parameters: Record<string, string | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value) query.set(name, value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

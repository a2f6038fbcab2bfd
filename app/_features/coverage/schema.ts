import { z } from "zod";

/** When the health of a link was last confirmed, counted back from an instant. `week` holds `day`; the last three hold each link once. */
export const CONFIRMATIONS = ["day", "week", "older", "never"] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

const NUL = "\u0000";
const LAST_INSTANT_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** Where a page begins: since when the link is unproven, in milliseconds, and its id. */
const cursor = z
  .string()
  .max(60)
  .transform((text): unknown => text.split("_"))
  .pipe(z.tuple([z.coerce.number().int().min(0).max(LAST_INSTANT_MS), z.uuid().toLowerCase()]));
export type CoverageCursor = z.output<typeof cursor>;

/** Each parameter stands alone: one that is wrong is dropped, the others hold. */
const parameters = {
  /** As it is written: a name may begin with a blank. */
  partner: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => !text.includes(NUL)),
  confirmed: z.enum(CONFIRMATIONS),
  /** The instant at which the number was counted that this address was opened from. */
  at: z.iso.datetime({ precision: 3 }),
  after: cursor,
  before: cursor,
};
export type CoverageAddress = { [Name in keyof typeof parameters]?: z.output<(typeof parameters)[Name]> };

/** Reads the address. It never throws: what it can not use is left out and named in `ignored`, so that the page can say so. */
export function parseCoverageAddress(search: Record<string, string | string[] | undefined>): {
  address: CoverageAddress;
  ignored: string[];
} {
  const entries = Object.entries(parameters).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(Object.hasOwn(search, name) ? search[name] : undefined);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  const address: CoverageAddress = Object.fromEntries(entries);
  if (address.after) delete address.before;
  const given = Object.keys(search).filter((name) => search[name] !== undefined && search[name] !== "");
  return { address, ignored: given.filter((name) => !Object.hasOwn(address, name)).map((name) => name.slice(0, 40)) };
}

/** The address of the same links with some parameters changed. Another filter starts at the first page. */
export function coverageHref(address: CoverageAddress, change: CoverageAddress = {}): string {
  const { partner, confirmed, at, after, before } = { ...address, after: undefined, before: undefined, ...change };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ partner, confirmed, at })) if (value) query.set(name, value);
  if (after) query.set("after", after.join("_"));
  if (before) query.set("before", before.join("_"));
  return query.size > 0 ? `/coverage/exchanges?${query}` : "/coverage/exchanges";
}

import { z } from "zod";

/** When the health of a link was last confirmed. Each link is in exactly one of these. */
export const CONFIRMATIONS = ["day", "week", "older", "never"] as const;
export type Confirmation = (typeof CONFIRMATIONS)[number];

const address = z.object({
  partner: z.string().max(100).optional().catch(undefined),
  confirmed: z.enum(CONFIRMATIONS).catch("never"),
  after: z.uuid().toLowerCase().optional().catch(undefined),
});
export type CoverageAddress = z.output<typeof address>;

/** Never throws: what makes no sense is left out. */
export function parseCoverageAddress(search: Record<string, string | string[] | undefined>): CoverageAddress {
  return address.parse(search);
}

export function coverageHref(confirmed: Confirmation, partner?: string, after?: string): string {
  const query = new URLSearchParams({ confirmed, ...(partner && { partner }), ...(after && { after }) });
  return `/coverage/exchanges?${query}`;
}

import type { CustomerExchangeView } from "../data.ts";

/** "1 of 3 bank links is broken" */
export function linksSummary(exchanges: CustomerExchangeView[]): string {
  const total = exchanges.filter(({ health }) => health !== "removed").length;
  const broken = exchanges.filter(({ health }) => health === "broken").length;
  if (total === 0) return "No bank link";
  if (broken === 0) return total === 1 ? "1 bank link, not broken" : `${total} bank links, none broken`;
  return `${broken} of ${total} bank ${total === 1 ? "link" : "links"} ${broken === 1 ? "is" : "are"} broken`;
}

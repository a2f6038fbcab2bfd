// What becomes of a field that is missing or odd: null, so that one strange item never costs a whole list.

const MAX_TEXT_LENGTH = 1_000;
/** Years that a database can store. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 9999;

/** Bounded, and without NUL, which PostgreSQL refuses to store. */
export function bounded(text: string): string {
  const short = text.length > MAX_TEXT_LENGTH ? text.slice(0, MAX_TEXT_LENGTH) : text;
  return short.includes("\u0000") ? short.replaceAll("\u0000", "\uFFFD") : short;
}

export function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? bounded(value) : null;
}

/** Statuses and names that are not documented (yet) are kept as they are. */
export function openEnum(value: unknown): string {
  return textOrNull(value) ?? "unknown";
}

export function instantOrNull(value: unknown): Date | null {
  if (typeof value !== "string") return null;
  const instant = new Date(value);
  const year = instant.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? instant : null;
}

export function moneyOrNull(value: unknown): { value: string; currency: string } | null {
  if (!isObject(value) || !("value" in value) || !("currency" in value)) return null;
  const [amount, currency] = [textOrNull(value.value), textOrNull(value.currency)];
  return amount === null || currency === null ? null : { value: amount, currency };
}

/** An unchecked address of a HAL `_links` object; only BaseAddress may take something out of it. */
export function hrefOf(links: unknown, relation: string): unknown {
  const link = isObject(links) ? (links as Record<string, unknown>)[relation] : undefined;
  return isObject(link) && "href" in link ? link.href : undefined;
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

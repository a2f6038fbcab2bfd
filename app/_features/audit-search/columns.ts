import type { AuditQualifier, ClosedQualifier } from "./schema.ts";

/** A column of `audit.event` that holds ids or words: compared as UUID, or as text in the spellings that people use for it. */
export interface SearchColumn {
  name: string;
  isUuid?: true;
  /** Besides the value as it was typed. */
  alsoAs?: (value: string) => string;
}

const actor: SearchColumn = { name: "actor_id" };
const target: SearchColumn = { name: "target_id" };
const customer: SearchColumn = { name: "customer_id" };
const ticket: SearchColumn = { name: "ticket", alsoAs: (value) => value.toUpperCase() };
const operation: SearchColumn = { name: "operation_id", isUuid: true };
const request: SearchColumn = { name: "request_id" };
const upstreamRequest: SearchColumn = { name: "upstream_request_id" };

/**
 * Qualifier -> columns; a row fits when one of them does. What is not in these lists cannot reach SQL. In the order in which the
 * qualifiers find their rows: those that leave the fewest first.
 */
export const OPEN_COLUMNS: Record<Exclude<AuditQualifier, ClosedQualifier | "created">, readonly SearchColumn[]> = {
  operation: [operation],
  request: [request, upstreamRequest],
  ticket: [ticket],
  target: [target],
  // What was done to the customer, and to what belongs to the customer.
  customer: [customer, target],
  actor: [actor],
};

/** Where a word without a qualifier is looked for. Ids are written in small letters. */
const asId = (column: SearchColumn): SearchColumn => ({ ...column, alsoAs: (value) => value.toLowerCase() });
export const WORD_COLUMNS: readonly SearchColumn[] = [
  { name: "event_id", isUuid: true },
  operation,
  ...[actor, { name: "session_ref" }, target, customer, request, upstreamRequest].map(asId),
  ticket,
];

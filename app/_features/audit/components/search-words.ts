import type { AuditQualifier, AuditTerm } from "#features/audit-search/schema.ts";

const QUALIFIER_WORDS: Record<AuditQualifier, string> = {
  actor: "Actor",
  action: "Action",
  target: "Target",
  customer: "Customer",
  outcome: "Outcome",
  decision: "Decision",
  ticket: "Ticket",
  operation: "Operation",
  request: "Request",
  created: "Recorded",
};

/** "Actor", "Not outcome"; a word that stands alone may be any id, or a ticket. */
export function qualifierWords({ qualifier, isNegated }: Pick<AuditTerm, "qualifier" | "isNegated">): string {
  const words = qualifier ? QUALIFIER_WORDS[qualifier] : "Id or ticket";
  return isNegated ? `Not ${words.toLowerCase()}` : words;
}

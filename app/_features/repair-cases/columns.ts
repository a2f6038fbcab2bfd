import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { Prisma } from "#platform/prisma-client/client.ts";
import type { WorklistColumn } from "./schema.ts";

interface SortColumn {
  /** Compared before the expression: whether a row belongs behind the others. Exactly as the index has it. */
  isLater?: Prisma.Sql;
  expression: Prisma.Sql;
  /** The database type that a cursor's value is cast to. */
  type: Prisma.Sql;
}

/** A link that still works waits behind those that are broken, however old its warning is. */
const IS_WARNED = Prisma.raw(`(repair.cause = '${REAUTH_REQUIRED}')`);

/**
 * Address field -> database column. What is not in here cannot reach SQL.
 * Names sort by their first 100 characters, which keeps a cursor short; none of the expressions can be NULL.
 */
export const SORT_COLUMNS: Record<WorklistColumn, SortColumn> = {
  customer: { expression: Prisma.sql`left(lower(customer.name), 100)`, type: Prisma.sql`text` },
  partner: { expression: Prisma.sql`left(lower(partner.name), 100)`, type: Prisma.sql`text` },
  since: { isLater: IS_WARNED, expression: Prisma.sql`repair."brokenSince"`, type: Prisma.sql`timestamptz` },
  state: { expression: Prisma.sql`repair.state`, type: Prisma.sql`"RepairCaseState"` },
};

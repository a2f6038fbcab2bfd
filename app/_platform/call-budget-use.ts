import type { CallPriority } from "#dwolla/call-budget.ts";
import type { Database } from "./database-client.ts";

export interface CallBudgetUse {
  priority: CallPriority;
  lastMinute: number;
  lastHour: number;
  lastDay: number;
}

/** How many calls all processes have asked for, in whole minutes up to now. */
export function getCallBudgetUse(db: Database): Promise<CallBudgetUse[]> {
  return db.$queryRaw<CallBudgetUse[]>`
    SELECT priority, coalesce(sum(calls) FILTER (WHERE minute > now() - interval '1 minute'), 0)::int AS "lastMinute",
      coalesce(sum(calls) FILTER (WHERE minute > now() - interval '1 hour'), 0)::int AS "lastHour",
      coalesce(sum(calls), 0)::int AS "lastDay"
    FROM "CallBudgetUse" WHERE minute > now() - interval '1 day' GROUP BY priority ORDER BY priority`;
}

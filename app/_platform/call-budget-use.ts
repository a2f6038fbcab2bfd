import type { CallPriority } from "#dwolla/call-budget.ts";
import type { Database } from "./database-client.ts";

export interface CallBudgetUse {
  priority: CallPriority;
  lastMinute: number;
  lastHour: number;
}

/** How many calls all processes have asked for, in the last minute and the last 60 minutes that are over: the running one would tell too little. */
export function getCallBudgetUse(db: Database, now: Date): Promise<CallBudgetUse[]> {
  return db.$queryRaw<CallBudgetUse[]>`
    WITH this AS (SELECT date_trunc('minute', ${now}::timestamptz) AS minute)
    SELECT priority, coalesce(sum(calls) FILTER (WHERE use.minute >= this.minute - interval '1 minute'), 0)::int AS "lastMinute",
      sum(calls)::int AS "lastHour"
    FROM "CallBudgetUse" AS use, this
    WHERE use.minute >= this.minute - interval '1 hour' AND use.minute < this.minute GROUP BY priority ORDER BY priority`;
}

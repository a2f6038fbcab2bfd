import { Prisma } from "#platform/prisma-client/client.ts";
import { CALL_DURATIONS, CALL_PERIODS, type CallAnswer, type CallPeriod, type CallsAddress } from "./schema.ts";

// Values of closed lists are spelled out, so that the planner sees which partial index they fall into.

const METHODS: Record<NonNullable<CallsAddress["method"]>, Prisma.Sql> = {
  GET: Prisma.sql`call.method = 'GET'`,
  POST: Prisma.sql`call.method = 'POST'`,
  DELETE: Prisma.sql`call.method = 'DELETE'`,
};

const PROCESSES: Record<NonNullable<CallsAddress["process"]>, Prisma.Sql> = {
  web: Prisma.sql`call.process = 'web'`,
  worker: Prisma.sql`call.process = 'worker'`,
  command: Prisma.sql`call.process = 'command'`,
};

const ANSWERS: Record<CallAnswer, Prisma.Sql> = {
  failed: Prisma.sql`(call.status IS NULL OR call.status >= 400)`,
  "2xx": Prisma.sql`call.status BETWEEN 200 AND 299`,
  "3xx": Prisma.sql`call.status BETWEEN 300 AND 399`,
  "4xx": Prisma.sql`call.status BETWEEN 400 AND 499`,
  "429": Prisma.sql`call.status = 429`,
  "5xx": Prisma.sql`call.status >= 500`,
  none: Prisma.sql`call.status IS NULL`,
};

type Filter = Exclude<keyof CallsAddress, "q" | "after" | "before">;
type Condition<Name extends Filter> = (value: NonNullable<CallsAddress[Name]>, now: Date) => Prisma.Sql;

/** Address field -> condition over a row `call`. What is not in here cannot reach SQL. */
export const CALL_CONDITIONS: { [Name in Filter]: Condition<Name> } = {
  answer: (answer) => ANSWERS[answer],
  method: (method) => METHODS[method],
  path: (path) => Prisma.sql`call."pathTemplate" = ${path}`,
  process: (process) => PROCESSES[process],
  act: (act) => Prisma.sql`call.act = ${act}`,
  person: (person) => Prisma.sql`call."staffMemberId" = ${person}::uuid`,
  took: (took) => Prisma.sql`call."durationMs" >= ${CALL_DURATIONS[took]}`,
  period: (period, now) => Prisma.sql`call."calledAt" > ${startOf(period, now)}`,
  from: (from) => Prisma.sql`call."calledAt" >= ${new Date(from)}`,
  until: (until) => Prisma.sql`call."calledAt" < ${new Date(until)}`,
};

function startOf(period: CallPeriod, now: Date): Date {
  return new Date(now.getTime() - CALL_PERIODS[period]);
}

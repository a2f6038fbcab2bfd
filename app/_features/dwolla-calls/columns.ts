import { Prisma } from "#platform/prisma-client/client.ts";
import { CALL_PERIODS, type CallAnswer, type CallPeriod, type CallsAddress } from "./schema.ts";

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
  method: (method) => Prisma.sql`call.method = ${method}`,
  path: (path) => Prisma.sql`call."pathTemplate" = ${path}`,
  process: (process) => Prisma.sql`call.process = ${process}`,
  act: (act) => Prisma.sql`call.act = ${act}`,
  person: (person) => Prisma.sql`call."staffMemberId" = ${person}::uuid`,
  period: (period, now) => Prisma.sql`call."calledAt" > ${startOf(period, now)}`,
  from: (from) => Prisma.sql`call."calledAt" >= ${new Date(from)}`,
  until: (until) => Prisma.sql`call."calledAt" < ${new Date(until)}`,
};

function startOf(period: CallPeriod, now: Date): Date {
  return new Date(now.getTime() - CALL_PERIODS[period]);
}

import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { z } from "zod";
import { ENVIRONMENTS } from "#domain/permissions.ts";
import { erasePersonalData } from "#features/personal-data/mutations.ts";
import {
  type ErasePersonalDataInput,
  type EraseResult,
  erasePersonalDataInput,
} from "#features/personal-data/schema.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";

const text = { type: "string" } as const;
const OPTIONS = { person: text, "asked-by": text, reason: text };

/** What is to be done, or in words why that cannot be said. */
export function parseCommandLine(args: string[]): ErasePersonalDataInput | string {
  try {
    const { person, "asked-by": askedBy, reason } = parseArgs({ args, options: OPTIONS }).values;
    const { success, data, error } = erasePersonalDataInput.safeParse({ person, askedBy, reason });
    return success ? data : `Nothing was erased: ${z.prettifyError(error)}`;
  } catch (error) {
    return `Nothing was erased: ${wordsOf(error)}`;
  }
}

/** Gives the exit code: 0 when it is erased, and on record. */
export async function runErase(input: ErasePersonalDataInput): Promise<number> {
  try {
    const result = await erase(input);
    if (result.ok) console.log(`Erased beside ${result.events} events, and on record in the audit trail.`);
    else console.error(`Nothing was erased: ${REFUSAL_WORDS[result.reason]}`);
    return result.ok ? 0 : 1;
  } catch (error) {
    console.error(`Nothing was erased: ${wordsOf(error)}`);
    return 1;
  }
}

const REFUSAL_WORDS = {
  no_such_person: "no member of the staff has the id of --person.",
  no_such_asker: "no member of the staff has the id of --asked-by.",
} as const;

async function erase(input: ErasePersonalDataInput): Promise<EraseResult> {
  const { MIGRATION_DATABASE_URL: url, RECONNECT_ENVIRONMENT } = process.env;
  if (!url) throw new Error("MIGRATION_DATABASE_URL is missing: only the owner of the trail may erase anything.");
  const environment = z.enum(ENVIRONMENTS).safeParse(RECONNECT_ENVIRONMENT);
  if (!environment.success) throw new Error(`RECONNECT_ENVIRONMENT has to be one of ${ENVIRONMENTS.join(", ")}.`);
  const db = createDatabaseClient({ url, maxConnections: 1 });
  const ctx = {
    actor: { type: "system", job: "command: audit-erase" },
    environment: environment.data,
    origin: { requestId: randomUUID(), ip: null, userAgent: null },
    now: () => new Date(),
    db,
  } as const;
  return erasePersonalData({ ctx, input }).finally(() => db.$disconnect());
}

function wordsOf(error: unknown): string {
  if (isDatabaseOutage(error)) return "the desk's database does not answer.";
  return error instanceof Error ? error.message : String(error);
}

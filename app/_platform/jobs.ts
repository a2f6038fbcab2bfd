import type { Transaction } from "./database-client.ts";

export interface JobOptions {
  /** A second job with the same key replaces the waiting one. */
  key?: string;
  runAt?: Date;
  maxAttempts?: number;
}

/** Adds a job in the transaction of the change that needs it: both happen, or neither. */
export async function addJob(tx: Transaction, name: string, payload: object, options: JobOptions = {}): Promise<void> {
  const { key = null, runAt = null, maxAttempts = 8 } = options;
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${name}, ${JSON.stringify(payload)}::json, run_at => ${runAt}::timestamptz,
      max_attempts => ${maxAttempts}::int, job_key => ${key})`;
}

export interface JobSpec {
  payload: object;
  key: string;
}

/** Many jobs of one name as a single statement; otherwise as `addJob`. */
export async function addJobs(tx: Transaction, name: string, specs: readonly JobSpec[]): Promise<void> {
  if (specs.length === 0) return;
  const rows = JSON.stringify(specs.map(({ payload, key }) => ({ payload, key })));
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${name}, given.payload, max_attempts => 8, job_key => given.key)
    FROM jsonb_to_recordset(${rows}::jsonb) AS given (payload json, key text)`;
}

/** What a handler is told about the run it is in, besides its payload. */
export interface JobRun {
  /** When this run throws, there is no further one. */
  isLastAttempt: boolean;
  /** Fires when the worker has to stop. */
  signal: AbortSignal;
  /** Closed words and ids only, never personal data. */
  warn(facts: object, message: string): void;
}

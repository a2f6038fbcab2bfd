import type { z } from "zod";
import type { CallPriority } from "#dwolla/call-budget.ts";
import type { Context } from "./context.ts";
import type { Transaction } from "./database-client.ts";

export interface JobOptions {
  /** A second job with the same key replaces the waiting one. */
  key?: string;
  runAt?: Date;
  maxAttempts?: number;
  /** The smaller, the sooner among the jobs that are due; 0 unless given. */
  priority?: number;
}

/** Adds a job in the transaction of the change that needs it: both happen, or neither. */
export async function addJob(tx: Transaction, name: string, payload: object, options: JobOptions = {}): Promise<void> {
  const { key = null, runAt = null, maxAttempts = 8, priority = 0 } = options;
  await tx.$executeRaw`
    SELECT graphile_worker.add_job(${name}, ${JSON.stringify(payload)}::json, run_at => ${runAt}::timestamptz,
      max_attempts => ${maxAttempts}::int, job_key => ${key}, priority => ${priority}::int)`;
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

/** A kind of job: what the worker has to know to run it. */
export interface Job<Payload> {
  name: string;
  /** Of its calls to Dwolla. */
  priority: CallPriority;
  schema: z.ZodType<Payload>;
  handler(call: { ctx: Context; payload: Payload; run: JobRun }): Promise<void>;
}

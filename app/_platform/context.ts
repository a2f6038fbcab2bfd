import type { Actor } from "#domain/actor.ts";
import type { Secret } from "#domain/secret.ts";
import type { DwollaClient } from "#dwolla/client.ts";
import type { AuditContext } from "./audit-trail.ts";
import type { Database } from "./database-client.ts";

/** What a mutation needs that stays within our own database. */
export interface RecordContext<A extends Actor = Actor> extends AuditContext {
  actor: A;
  db: Database;
}

/** What a mutation needs besides its input. Web, worker and tests each make their own. */
export interface Context<A extends Actor = Actor> extends RecordContext<A> {
  dwolla: DwollaClient;
  settings: Settings;
  /** To the log: what went wrong without stopping anything. Closed words and ids only, never personal data. */
  warn: (facts: object, message: string) => void;
}

export interface Settings {
  dwollaApiUrl: string;
  reauthRedirects: readonly string[];
  reauthCooldownSeconds: number;
  /** Which exchanges a sweep checks by balance: all that allow it, only those already suspected, or none. */
  sweepBalanceChecks: "all" | "suspected" | "none";
  sweepConcurrency: number;
  /** Minutes between the starts of two sweeps of a mode; 0 is never. */
  sweepIntervals: { list: number; exchanges: number; full: number };
  catchUpIntervalMinutes: number;
  webhookUrl: string;
  /** Two during a rotation; a new subscription gets the first. None: no webhook is taken. */
  webhookSecrets: readonly Secret[];
  webhookSilenceMinutes: number;
  callsPerSecond: number;
  callLogDays: number;
}

import { partnerCapability } from "./partner-capability.ts";

/**
 * Signals -> health, with the evidence that decided it.
 *
 * Of each kind only the newest signal counts. The first row that fits decides:
 *
 * | newest exchange status | newest balance answer of this exchange | health  | cause               |
 * |------------------------|----------------------------------------|---------|---------------------|
 * | removed                | any                                    | removed | removed             |
 * | deactivated            | any                                    | broken  | deactivated         |
 * | any other              | update_credentials                     | broken  | UpdateCredentials   |
 * | any other              | answered                               | healthy |                     |
 * | active, or none        | none that says anything                | unknown |                     |
 *
 * A status of `active` proves nothing: Dwolla keeps it while the bank already refuses (Dwolla documentation, "Exchanges").
 * `reauth_required` (it still works, but not for long) needs events, which no signal kind here carries yet.
 *
 * Pure: any order and any repetition of the same signals gives the same verdict.
 */
export const HEALTHS = ["healthy", "reauth_required", "broken", "removed", "unknown"] as const;
export type Health = (typeof HEALTHS)[number];

export type SignalKind = "exchange_status" | "balance_check";

export interface Signal {
  id: string;
  kind: SignalKind;
  /** Status as Dwolla wrote it, or `answered | update_credentials | unsupported | not_enabled | processing`. */
  value: string;
  /** The instant the observation speaks of; the newest wins. */
  speaksOfAt: Date;
}

export interface Verdict {
  health: Health;
  /** Dwolla's word for what is wrong, null where nothing is. */
  cause: "UpdateCredentials" | "deactivated" | "removed" | null;
  /** When the present state was first seen; null while healthy or unknown. */
  since: Date | null;
  /** The signal that decided, null where none did. */
  decidedBy: Signal | null;
}

export function exchangeHealth(signals: readonly Signal[]): Verdict {
  const status = newest(signals, "exchange_status", () => true);
  const balance = newest(signals, "balance_check", (value) => value === "answered" || value === "update_credentials");
  if (status?.value === "removed") return verdict("removed", "removed", status, signals);
  if (status?.value === "deactivated") return verdict("broken", "deactivated", status, signals);
  if (balance?.value === "update_credentials") return verdict("broken", "UpdateCredentials", balance, signals);
  if (balance) return { health: "healthy", cause: null, since: null, decidedBy: balance };
  return { health: "unknown", cause: null, since: null, decidedBy: status };
}

/** Whether a balance check could say more than the status did. */
export function needsBalanceCheck(status: string, partnerName: string): boolean {
  return status !== "removed" && status !== "deactivated" && partnerCapability(partnerName).hasBalanceCheck;
}

function verdict(
  health: Health,
  cause: NonNullable<Verdict["cause"]>,
  decidedBy: Signal,
  signals: readonly Signal[],
): Verdict {
  return { health, cause, since: startOfRun(signals, decidedBy), decidedBy };
}

/** The oldest signal of the unbroken run of equal values that ends with `last`. */
function startOfRun(signals: readonly Signal[], last: Signal): Date {
  const line = signals.filter((signal) => signal.kind === last.kind && tellsSomething(signal)).sort(byTime);
  let start = last;
  for (const signal of line.slice(0, line.indexOf(last)).reverse()) {
    if (signal.value !== last.value) break;
    start = signal;
  }
  return start.speaksOfAt;
}

function tellsSomething(signal: Signal): boolean {
  return signal.kind === "exchange_status" || signal.value === "answered" || signal.value === "update_credentials";
}

function newest(signals: readonly Signal[], kind: SignalKind, accepts: (value: string) => boolean): Signal | null {
  const fitting = signals.filter((signal) => signal.kind === kind && accepts(signal.value)).sort(byTime);
  return fitting.at(-1) ?? null;
}

/** Ties are broken by value, so that two observations of one instant always fall the same way. */
function byTime(a: Signal, b: Signal): number {
  return a.speaksOfAt.getTime() - b.speaksOfAt.getTime() || compare(a.value, b.value) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import { partnerCapability } from "./partner-capability.ts";

/**
 * Signals -> health, with the evidence that decided it.
 *
 * Of each kind only the newest signal counts. The first row that fits decides:
 *
 * | newest exchange status     | newest balance answer of this exchange | health  | cause               |
 * |----------------------------|----------------------------------------|---------|---------------------|
 * | removed                    | any                                    | removed | removed             |
 * | deactivated                | any                                    | broken  | deactivated         |
 * | any other                  | update_credentials                     | broken  | UpdateCredentials   |
 * | any other                  | answered                               | healthy |                     |
 * | active, before deactivated | none that says anything                | healthy |                     |
 * | any other, or none         | none that says anything                | unknown |                     |
 *
 * A status of `active` proves nothing: Dwolla keeps it while the bank already refuses (Dwolla documentation, "Exchanges").
 * Only where it takes back a `deactivated` is it news, and for partners without balance checks the only news there can be.
 * `reauth_required` (it still works, but not for long) needs events, which no signal kind here carries yet.
 *
 * Pure: any order and any repetition of the same signals gives the same verdict.
 */
export const HEALTHS = ["healthy", "reauth_required", "broken", "removed", "unknown"] as const;
export type Health = (typeof HEALTHS)[number];

export type SignalKind = "exchange_status" | "balance_check" | "event" | "staff_word" | "customer_claim";
/** By which way we came to know: a sweep, a press of "Check now", a webhook, GET /events, a proof's probe, or a person's word. */
export type SignalSource = "sweep" | "check" | "webhook" | "catch_up" | "proof" | "staff";

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
  const statuses = signals.filter(({ kind }) => kind === "exchange_status").sort(byTime);
  const answers = signals.filter(saysWhetherItWorks).sort(byTime);
  const status = statuses.at(-1);
  const answer = answers.at(-1);
  if (status?.value === "removed") {
    return { health: "removed", cause: "removed", since: startOfRun(statuses), decidedBy: status };
  }
  const refusedSince = answer?.value === "update_credentials" ? startOfRun(answers) : null;
  if (status?.value === "deactivated") {
    const since = earlier(startOfRun(statuses), refusedSince);
    return { health: "broken", cause: "deactivated", since, decidedBy: status };
  }
  if (answer && refusedSince) {
    return { health: "broken", cause: "UpdateCredentials", since: refusedSince, decidedBy: answer };
  }
  const proof = newest([answer, reactivation(statuses)]);
  if (proof) return { health: "healthy", cause: null, since: null, decidedBy: proof };
  return { health: "unknown", cause: null, since: null, decidedBy: status ?? null };
}

/** Whether a balance check of the exchange's funding sources can say something. Of a deactivated one it still names the exchange. */
export function allowsBalanceCheck(status: string, partnerName: string): boolean {
  return status !== "removed" && partnerCapability(partnerName).hasBalanceCheck;
}

/** Of all answers to a balance check only these two say something about the exchange. */
export function saysWhetherItWorks({ kind, value }: Pick<Signal, "kind" | "value">): boolean {
  return kind === "balance_check" && (value === "answered" || value === "update_credentials");
}

/** When the unbroken run of equal values began that the line, oldest first, ends with. */
function startOfRun(line: readonly Signal[]): Date | null {
  const last = line.at(-1);
  const before = line.findLastIndex(({ value }) => value !== last?.value);
  return line[before + 1]?.speaksOfAt ?? null;
}

/** The newest status, where it is the `active` that follows a `deactivated`. */
function reactivation(statuses: readonly Signal[]): Signal | undefined {
  const last = statuses.at(-1);
  const before = statuses.findLast(({ value }) => value !== last?.value);
  return last?.value === "active" && before?.value === "deactivated" ? last : undefined;
}

function newest(signals: readonly (Signal | undefined)[]): Signal | undefined {
  return signals
    .filter((signal) => signal !== undefined)
    .sort(byTime)
    .at(-1);
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** Ties fall the same way always, and of two answers of one instant the refusal counts. */
export function byTime(a: Signal, b: Signal): number {
  return a.speaksOfAt.getTime() - b.speaksOfAt.getTime() || compare(a.value, b.value) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

import { REAUTH_REQUIRED } from "./event-topic.ts";
import { partnerCapability } from "./partner-capability.ts";

/**
 * Signals -> health, with the evidence that decided it.
 *
 * Of statuses and of balance answers only the newest counts. The first row that fits decides:
 *
 * | newest exchange status     | newest balance answer | a warning stands | health          | cause                             |
 * |----------------------------|-----------------------|------------------|-----------------|-----------------------------------|
 * | removed                    | any                   | -                | removed         | removed                           |
 * | deactivated                | any                   | -                | broken          | deactivated                       |
 * | any other                  | update_credentials    | -                | broken          | UpdateCredentials                 |
 * | any other                  | answered, or none     | yes              | reauth_required | customer_exchange_reauth_required |
 * | any other                  | answered              | no               | healthy         |                                   |
 * | active, before deactivated | none                  | no               | healthy         |                                   |
 * | any other, or none         | none                  | no               | unknown         |                                   |
 *
 * A status of `active` proves nothing: Dwolla keeps it while the bank already refuses (Dwolla documentation, "Exchanges").
 * Only where it takes back a `deactivated` is it news, and for partners without balance checks the only news there can be.
 *
 * A warning (the event customer_exchange_reauth_required) says that access ends soon; until then everything works, so a balance
 * that answers does not take it back by itself. It stands until a newer proof of health that
 * - comes after the break that it announced: the end came, and was repaired; or
 * - comes after its notice is over: the end did not come; or
 * - comes after the customer said to have signed in.
 *
 * Where nobody knows which accounts are the exchange's own, the same is proven by `none_refused` (settled-warning.ts).
 *
 * What staff and customers say decides nothing else: it only stands beside the verdict where it contradicts it.
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
  /**
   * Status as Dwolla wrote it; `answered | update_credentials | unsupported | not_enabled | processing`, or `none_refused` of all
   * accounts together; the topic of an event; `works | fails` of staff; `finished` of a customer.
   */
  value: string;
  /** The instant the observation speaks of; the newest wins. */
  speaksOfAt: Date;
}

export interface Verdict {
  health: Health;
  /** Dwolla's word for what is wrong, null where nothing is. */
  cause: "UpdateCredentials" | "deactivated" | "removed" | typeof REAUTH_REQUIRED | null;
  /** When the present state was first seen, of a warning when it was given; null while healthy or unknown. */
  since: Date | null;
  /** The signal that decided, null where none did. */
  decidedBy: Signal | null;
  /** The newest signal of each other kind that points the other way, oldest first. */
  contradictedBy: Signal[];
}

/**
 * How long before the end the warning comes. A link that still works after that was not cut off.
 * @see https://plaid.com/docs/api/items/#pending_disconnect (seven days; Dwolla documents none)
 */
export const WARNING_NOTICE_MS = 7 * 86_400_000;

/** Of all the customer's accounts that may be the exchange's own: the bank refused none. It is stored only where it settles a warning. */
export const NONE_REFUSED = "none_refused";

export function exchangeHealth(signals: readonly Signal[]): Verdict {
  const line = [...signals].sort(byTime);
  const verdict = decide(line);
  return { ...verdict, contradictedBy: contradictions(line, verdict) };
}

/** The rows of the table above, and for its row `healthy` the three kinds of evidence that lead there. */
export const HEALTH_ROWS = [
  "removed",
  "deactivated",
  "refused",
  "warned",
  "answered",
  "none_refused",
  "taken_back",
  "unknown",
] as const;
export type HealthRow = (typeof HEALTH_ROWS)[number];

/** Which row of the table a verdict is. */
export function healthRow({ health, cause, decidedBy }: Pick<Verdict, "health" | "cause" | "decidedBy">): HealthRow {
  switch (health) {
    case "removed":
    case "unknown":
      return health;
    case "broken":
      return cause === "deactivated" ? "deactivated" : "refused";
    case "reauth_required":
      return "warned";
    case "healthy":
      if (decidedBy?.kind === "exchange_status") return "taken_back";
      return decidedBy?.value === NONE_REFUSED ? "none_refused" : "answered";
  }
}

function decide(line: readonly Signal[]): Omit<Verdict, "contradictedBy"> {
  const statuses = line.filter(({ kind }) => kind === "exchange_status");
  const answers = line.filter(saysWhetherItWorks);
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
  const proof = [answer, reactivation(statuses), line.findLast(isNoneRefused)]
    .filter((signal) => signal !== undefined)
    .sort(byTime)
    .at(-1);
  const warning = standingWarning(line, proof);
  if (warning) {
    return { health: "reauth_required", cause: REAUTH_REQUIRED, since: warning.speaksOfAt, decidedBy: warning };
  }
  if (proof) return { health: "healthy", cause: null, since: null, decidedBy: proof };
  return { health: "unknown", cause: null, since: null, decidedBy: status ?? null };
}

/** The newest warning, unless `proof`, which is the newest good evidence, settles it; then it settles all older ones too. */
function standingWarning(line: readonly Signal[], proof: Signal | undefined): Signal | undefined {
  const warning = line.findLast(isWarning);
  if (!warning || !proof || proof.speaksOfAt <= warning.speaksOfAt) return warning;
  const isNoticeOver = proof.speaksOfAt.getTime() - warning.speaksOfAt.getTime() > WARNING_NOTICE_MS;
  const isEndOver = line.some((signal) => {
    const isBetween = signal.speaksOfAt >= warning.speaksOfAt && signal.speaksOfAt < proof.speaksOfAt;
    return isBetween && (signal.kind === "customer_claim" || isBreak(signal));
  });
  return isNoticeOver || isEndOver ? undefined : warning;
}

function isWarning({ kind, value }: Signal): boolean {
  return kind === "event" && value === REAUTH_REQUIRED;
}

function isNoneRefused({ kind, value }: Signal): boolean {
  return kind === "balance_check" && value === NONE_REFUSED;
}

function isBreak({ kind, value }: Signal): boolean {
  if (kind === "balance_check") return value === "update_credentials";
  return kind === "exchange_status" && value === "deactivated";
}

function contradictions(line: readonly Signal[], { health, decidedBy }: Omit<Verdict, "contradictedBy">): Signal[] {
  if (!decidedBy || health === "unknown") return [];
  const isWrong = health !== "healthy";
  const newestOfKind = new Map(line.filter((signal) => tells(signal) !== null).map((signal) => [signal.kind, signal]));
  newestOfKind.delete(decidedBy.kind);
  return [...newestOfKind.values()].filter((signal) => tells(signal) === (isWrong ? "works" : "fails")).sort(byTime);
}

/** Which way a signal points, null where it points nowhere. */
function tells({ kind, value }: Signal): "works" | "fails" | null {
  switch (kind) {
    case "exchange_status":
      if (value === "active") return "works";
      return value === "deactivated" || value === "removed" ? "fails" : null;
    case "balance_check":
      if (value === "answered") return "works";
      return value === "update_credentials" ? "fails" : null;
    case "staff_word":
      return value === "works" ? "works" : "fails";
    case "customer_claim":
      return "works";
    case "event":
      return null;
  }
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

/** The `active` that took back a `deactivated`, where nothing but `active` came since: that one is news, those after it prove nothing. */
function reactivation(statuses: readonly Signal[]): Signal | undefined {
  const before = statuses.findLastIndex(({ value }) => value !== "active");
  return statuses[before]?.value === "deactivated" ? statuses[before + 1] : undefined;
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

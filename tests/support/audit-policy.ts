import type { AuditAction, AuditEvent, AuditTarget } from "#domain/audit-event.ts";
import type { Permission } from "#domain/permissions.ts";

/** What a row is about: the id is a field of the action's input, or `*` where the act itself makes or finds it. */
export type About = readonly [type: AuditTarget["type"], id: string] | null;

/** One row of the trail, as far as a policy promises it. Who acted, in what role and by which sign-in is owed by every row. */
export interface OwedRow {
  action: AuditAction;
  phase: AuditEvent["phase"];
  outcome: AuditEvent["outcome"];
  about: About;
}

/** The rows in their order; or none, and why. */
export type Owed = readonly OwedRow[] | { none: string };

/** What Dwolla can do to an act: it says no, or its answer is lost. */
export interface OwedToFailure {
  refused: Owed;
  lost: Owed;
}

/** What stands on record 120 s after the process died between intent and outcome, and the job that sees to it. */
export interface OwedToCrash {
  rows: readonly OwedRow[];
  endedBy: "lost_operation.name" | "reauth_session.reap";
}

export interface AuditPolicy {
  /** Any of these lets a person in; `a sign-in` lets in all staff, `nobody` also who is not signed in. */
  needs: readonly Permission[] | "a sign-in" | "nobody";
  allowed: Owed;
  /** For who is signed in without the permission. Who is not signed in leaves no row anywhere: anybody could fill the trail. */
  denied: Owed;
  upstreamFails: OwedToFailure | { none: string };
  processDies: OwedToCrash | { none: string };
}

/** Things that an example needs; each is made when it is asked for, and is nobody else's. */
export interface Examples {
  customer(): Promise<string>;
  /** Known to the desk, with an open case. */
  brokenExchange(): Promise<string>;
  /** With a case that waits for a proof which is not possible. */
  unprovableExchange(): Promise<string>;
  /** A re-auth session that can be revealed. */
  createdSession(): Promise<string>;
  sweep(state: "none" | "running" | "paused"): Promise<string>;
  noCatchUp(): Promise<void>;
  colleague(state: "enabled" | "disabled"): Promise<string>;
  /** Kept, with nothing to do about it. */
  dwollaEvent(): Promise<string>;
  subscription(state: "none" | "sending" | "paused"): Promise<string>;
}

export interface PagePolicy extends AuditPolicy {
  at: string | ((examples: Examples) => Promise<string>);
  headers?: Record<string, string>;
}

export interface HandlerPolicy extends AuditPolicy {
  at: string;
  /** The handler takes only what its own page has asked for before: next-auth's token against forged requests. */
  needsCsrfToken?: true;
}

export interface ActionPolicy extends AuditPolicy {
  action: AuditAction;
  /** What a refusal by role, origin or rate is about. */
  about: About;
  /** An input with which it does what it is for; or the test that proves it, where an example would need too much. */
  example: ((examples: Examples) => Promise<object>) | { provenIn: `tests/${string}.ts` };
}

const NOTHING_ASKED = { none: "Dwolla is not asked" };
const LOOKING = { none: "looking changes nothing and reveals nothing that the role may not see" };
const ONE_TRANSACTION = { none: "the row is in the transaction of the change: both are there, or neither" };

export function none(reason: string): { none: string } {
  return { none: reason };
}

/** A page or a handler that only shows what the desk knows. */
export function looking(needs: AuditPolicy["needs"]): AuditPolicy {
  return { needs, allowed: LOOKING, denied: refusedPage(needs), upstreamFails: NOTHING_ASKED, processDies: LOOKING };
}

/** A page or a handler that reads the trail: that is an act, on record before a row is read. */
export function readingTheTrail(
  needs: readonly Permission[],
  action: AuditAction,
  about: AuditTarget["type"] = "audit_trail",
): AuditPolicy {
  const row: OwedRow = { action, phase: "single", outcome: "succeeded", about: [about, "*"] };
  const onRecordFirst = none("the row is committed before anything is read");
  return { ...looking(needs), allowed: [row], processDies: onRecordFirst };
}

/** A file that is made while it is read: an intent before the first byte, an outcome when it is whole or broke off. */
export function exporting(permission: Permission, ends: "succeeded" | "failed" = "succeeded"): AuditPolicy {
  const row = (phase: OwedRow["phase"], outcome: OwedRow["outcome"]): OwedRow[] => [
    { action: "audit.exported", phase, outcome, about: ["audit_trail", "*"] },
  ];
  const intent = row("intent", "pending");
  return {
    ...looking([permission]),
    allowed: [...intent, ...row("outcome", ends)],
    processDies: { rows: [...intent, ...row("outcome", "unknown")], endedBy: "lost_operation.name" },
  };
}

/** An act within the desk's own database. `about` is what a refusal is about, `makes` what the act is about where that differs. */
export function act(
  [action, permission]: readonly [AuditAction, Permission],
  [about, makes = about]: readonly [refused: About, allowed?: About],
  example: ActionPolicy["example"],
): ActionPolicy {
  return {
    action,
    about,
    example,
    needs: [permission],
    allowed: [{ action, phase: "single", outcome: "succeeded", about: makes }],
    denied: [{ action, phase: "single", outcome: "denied", about }],
    upstreamFails: NOTHING_ASKED,
    processDies: ONE_TRANSACTION,
  };
}

/** An act whose effect is elsewhere: an intent before, an outcome after, the outcome also when Dwolla fails or the process dies. */
export function actElsewhere(
  [action, permission]: readonly [AuditAction, Permission],
  [about, makes = about]: readonly [refused: About, allowed?: About],
  example: ActionPolicy["example"],
  special: { answered?: AuditAction; endedBy?: OwedToCrash["endedBy"]; lost?: "unknown" | "failed" } = {},
): ActionPolicy {
  const { answered = action, endedBy = "lost_operation.name", lost = "unknown" } = special;
  const intent: OwedRow = { action, phase: "intent", outcome: "pending", about };
  const outcome = (word: OwedRow["outcome"]): OwedRow[] => [
    intent,
    { action: answered, phase: "outcome", outcome: word, about: word === "succeeded" ? makes : about },
  ];
  return {
    ...act([action, permission], [about], example),
    allowed: outcome("succeeded"),
    upstreamFails: { refused: outcome("failed"), lost: outcome(lost) },
    processDies: { rows: outcome("unknown"), endedBy },
  };
}

/** An act that only reads at Dwolla: one row says what came of it. */
export function readingElsewhere(
  [action, permission]: readonly [AuditAction, Permission],
  [about, makes = about]: readonly [refused: About, allowed?: About],
  example: ActionPolicy["example"],
  phase: OwedRow["phase"] = "single",
): ActionPolicy {
  const failed: OwedRow[] = [{ action, phase, outcome: "failed", about: makes }];
  return {
    ...act([action, permission], [about], example),
    allowed: [{ action, phase, outcome: "succeeded", about: makes }],
    upstreamFails: { refused: failed, lost: failed },
    processDies: none("Dwolla was only read, and nothing is shown or kept before the row is there"),
  };
}

function refusedPage(needs: AuditPolicy["needs"]): Owed {
  if (typeof needs === "string") return none("nobody who is signed in is refused");
  return [{ action: "page.refused", phase: "single", outcome: "denied", about: ["page", needs[0] ?? ""] }];
}

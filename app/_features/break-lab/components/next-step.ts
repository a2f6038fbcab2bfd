import type { Health } from "#domain/exchange-health.ts";
import { partnerCapability } from "#domain/partner-capability.ts";
import type { RepairCaseState } from "#domain/repair-case.ts";
import type { LabLink } from "../loaders.ts";

/** As much of a run as decides what to do next. */
export interface Standing {
  partner: string;
  /** The simulator's own words. */
  condition: string;
  bank: string;
  isDwollaAway: boolean;
  /** Null where the desk has not read the link yet. */
  health: Health | null;
  /** Of the case that is open. */
  openCase: RepairCaseState | null;
  /** Of the newest session, where the open case has one. */
  session: { state: string; isRevealed: boolean } | null;
  /** What the customer may still do with it at the bank. */
  isSessionOpenAtBank: boolean;
  /** Of the newest webhook about the link. */
  webhook: "arrived" | "on_its_way" | "held" | "lost" | null;
  /** Whether a case was closed since the run began. */
  hasRepaired: boolean;
  /** Whether anything was done to the link since then. */
  hasBegun: boolean;
}

/** Whether the desk believes what is true. `unproven`: it believes neither, and no answer could have told it. */
export type Agreement = "agree" | "differ" | "unproven" | "not_read";

export function agreementOf({ condition, health }: Pick<Standing, "condition" | "health">): Agreement {
  if (health === null) return "not_read";
  if (health === "unknown") return condition === "healthy" ? "unproven" : "differ";
  const isSame = BELIEFS[health].includes(condition);
  return isSame ? "agree" : "differ";
}

const BELIEFS: Record<Exclude<Health, "unknown">, readonly string[]> = {
  healthy: ["healthy"],
  reauth_required: ["warned"],
  broken: ["UpdateCredentials", "deactivated"],
  removed: ["removed"],
};

/** What can be done next; the screen has a control for each. */
export const STEPS = [
  "clear",
  "sweep",
  "break",
  "check",
  "catch_up",
  "send_webhook",
  "wait",
  "create_session",
  "reveal",
  "finish",
  "repair",
  "keep",
] as const;
export type Step = (typeof STEPS)[number];

export interface Advice {
  says: string;
  /** The first is what to do; the others would do too. */
  steps: readonly [Step, ...Step[]];
}

/** What whoever has never seen this should do next, and why. */
export function adviceFor(standing: Standing): Advice {
  const { condition, bank, isDwollaAway, health } = standing;
  if (isDwollaAway)
    return {
      says: "Dwolla is away, on purpose. Watch what the desk still offers, then let Dwolla come back.",
      steps: ["clear"],
    };
  if (health === null) return { says: "The desk has not read this link yet. A sweep reads it.", steps: ["sweep"] };
  if (condition === "removed") return adviceWhereRemoved(standing);
  if (condition === "healthy") return adviceWhereItWorks(standing);
  if (bank === "down")
    return {
      says: "The bank is away, so nobody can sign in. “Check now” shows what the desk makes of that.",
      steps: ["check", "repair"],
    };
  if (agreementOf(standing) === "differ") return adviceWhereUnnoticed(standing);
  return adviceWhereFound(standing);
}

function adviceWhereRemoved(standing: Standing): Advice {
  if (agreementOf(standing) === "differ") return { says: "Removed, and the desk does not know yet.", steps: ["check"] };
  return { says: "Removed, and the desk knows: nothing can repair it. Keep this run.", steps: ["keep"] };
}

function adviceWhereItWorks({ bank, health, openCase, session, hasRepaired, hasBegun }: Standing): Advice {
  if (bank !== "answers")
    return {
      says:
        bank === "down"
          ? "The link works, but its bank is away. “Check now”: the desk must not call it broken."
          : "The link works, but balances cannot be checked any more. “Check now” shows what the desk makes of that.",
      steps: ["check", "repair"],
    };
  if (health === "broken" || health === "reauth_required" || openCase !== null) {
    const isByItself = session !== null;
    return {
      says: isByItself
        ? "It works again at the bank. The desk asks the bank by itself until it is proven; “Check now” asks at once."
        : "It works again, and the desk does not know yet.",
      steps: ["check", "wait"],
    };
  }
  if (health === "removed") return { says: "It is back, and the desk does not know yet.", steps: ["check"] };
  if (hasRepaired)
    return { says: "Broken, found, repaired and proven. Keep this run, and it becomes a test.", steps: ["keep"] };
  if (hasBegun) return { says: "The link works. Break it another way, or keep this run.", steps: ["break", "keep"] };
  if (health === "unknown")
    return {
      says: "The link works, and the desk has not seen that yet. Break it now, or check it first.",
      steps: ["break", "check"],
    };
  return { says: "The link works, and the desk knows. Break it.", steps: ["break"] };
}

const UNNOTICED: Record<NonNullable<Standing["webhook"]> | "none", Advice> = {
  arrived: { says: "The webhook has arrived; the desk is reading.", steps: ["wait", "check"] },
  on_its_way: { says: "Dwolla’s webhook is on its way.", steps: ["wait", "check"] },
  held: {
    says: "Dwolla’s webhook is held. Send it late, or let a catch-up read its event first.",
    steps: ["send_webhook", "catch_up"],
  },
  lost: {
    says: "Dwolla’s webhook is lost. A catch-up reads its event; it comes by itself within minutes.",
    steps: ["catch_up", "send_webhook"],
  },
  none: {
    says: "Broken, and the desk does not know yet. No webhook comes of this: check now, or wait for the next full sweep.",
    steps: ["check", "wait"],
  },
};

function adviceWhereUnnoticed({ condition, webhook }: Standing): Advice {
  if (condition !== "warned") return UNNOTICED.none;
  return UNNOTICED[webhook ?? "lost"];
}

function adviceWhereFound({ partner, openCase, session, isSessionOpenAtBank }: Standing): Advice {
  if (partnerCapability(partner).handover === "none")
    return {
      says: `Found. ${partner} gives no sessions, so the customer links the bank anew. Here you can let it work again.`,
      steps: ["repair", "keep"],
    };
  if (openCase === null) return { says: "Found, and its case is closed. Keep this run.", steps: ["keep"] };
  if (session?.state !== "created" || (session.isRevealed && !isSessionOpenAtBank))
    return {
      says: session
        ? "The session led nowhere, and the link is still broken. Create another."
        : "Found: the link stands on the worklist. Create a session for the customer.",
      steps: ["create_session"],
    };
  if (!session.isRevealed)
    return {
      says: "A session is there. Reveal it on its page, as an agent would to hand it over.",
      steps: ["reveal", "finish"],
    };
  return { says: "The session is handed over. Be the customer: sign in at the bank, or leave.", steps: ["finish"] };
}

/** What a loaded run comes to. */
export function standingOf({ simulated, exchange, sessions, since }: LabLink): Standing {
  const { truth, conditions, acts } = simulated;
  const openCase = exchange?.cases.find(({ closedAt }) => closedAt === null);
  const newest = openCase && sessions.find(({ requestedAt }) => requestedAt >= openCase.openedAt);
  return {
    partner: truth.partner,
    condition: truth.condition,
    bank: truth.bank,
    isDwollaAway: conditions.outage !== "none",
    health: exchange?.health ?? null,
    openCase: openCase?.state ?? null,
    session: newest ? { state: newest.state, isRevealed: newest.revealedAt !== null } : null,
    isSessionOpenAtBank: truth.sessions.some(({ state }) => state === "open"),
    webhook: webhookOf(truth.webhooks.at(-1)),
    hasRepaired:
      exchange?.cases.some(({ state, closedAt }) => closedAt !== null && closedAt >= since && state !== "dismissed") ??
      false,
    hasBegun: acts.some(({ at, path }) => at.toISOString() >= since && path.includes(exchange?.id ?? "-")),
  };
}

function webhookOf(webhook: LabLink["simulated"]["truth"]["webhooks"][number] | undefined): Standing["webhook"] {
  if (!webhook) return null;
  const { attempts, isLost, isHeld } = webhook;
  if (attempts.some(({ status }) => status !== null && status < 300)) return "arrived";
  if (isLost) return "lost";
  return isHeld ? "held" : "on_its_way";
}

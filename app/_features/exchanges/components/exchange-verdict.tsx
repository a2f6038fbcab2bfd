import type { Health, SignalKind } from "#domain/exchange-health.ts";
import { partnerCapability } from "#domain/partner-capability.ts";
import { type CauseWords, causeWords } from "#domain/plain-words.ts";
import type { RepairCaseState } from "#domain/repair-case.ts";
import { MachineCode } from "#ui/machine-code.tsx";
import { Time } from "#ui/time.tsx";

type ExchangeVerdictProps = {
  health: Health;
  cause: string | null;
  brokenSince: string | null;
  partner: string;
  cases: readonly { state: RepairCaseState; closedAt: string | null }[];
  decidedBy: SignalKind | null;
  /** Whether a session was made that nobody was shown yet. */
  isSessionWaiting: boolean;
  now: string;
};

/** What broke, what it means for the customer, since when, and what to do next. */
export function ExchangeVerdict(props: ExchangeVerdictProps) {
  const { health, cause, brokenSince, partner, cases, decidedBy, isSessionWaiting, now } = props;
  const words = cause === null ? wordsWithoutCause(health, partner, decidedBy) : wordsOfCause(cause, partner);
  const isSessionOut = cases.some(({ state, closedAt }) => state === "session_created" && closedAt === null);
  const { says, means, next } = isSessionOut
    ? { ...words, next: isSessionWaiting ? NEXT_WITH_SESSION_WAITING : NEXT_WITH_SESSION_OUT }
    : words;
  return (
    <section aria-label="Verdict" className="max-w-[68ch]">
      <p className="font-medium">
        {says} {cause && <MachineCode>{cause}</MachineCode>}
      </p>
      {brokenSince && (
        <p className="text-table">
          <span className="text-muted">Since</span> <Time iso={brokenSince} now={now} form="both" />
        </p>
      )}
      <p className="mt-1.5 text-pretty">{means}</p>
      <p className="mt-1.5 text-pretty">
        <span className="text-muted">Next:</span> {next}
      </p>
    </section>
  );
}

const NEXT_WITH_SESSION_WAITING = "A session is ready. Reveal it when it can be passed on to the customer.";
const NEXT_WITH_SESSION_OUT =
  "A session is out. The desk asks the bank by itself and closes the case when the link works. If the session lapsed unused, create a new one.";

/** Where a partner gives no sessions, creating one is no advice. */
function wordsOfCause(cause: string, partner: string): CauseWords {
  const words = causeWords(cause);
  return partnerCapability(partner).handover === "none"
    ? { ...words, next: "The customer links the bank anew." }
    : words;
}

function wordsWithoutCause(health: Health, partner: string, decidedBy: SignalKind | null): CauseWords {
  if (health === "healthy") {
    const means =
      decidedBy === "exchange_status"
        ? "Dwolla switched it on again after it had been off. No bank was asked."
        : "The bank answered when it was last asked.";
    return { says: "This link works", means, next: "Nothing to do." };
  }
  const says = "Nothing proves that this link works, and nothing says that it is broken";
  if (!partnerCapability(partner).hasBalanceCheck) {
    return {
      says,
      means: `${partner} does not allow a balance check, so we cannot prove health.`,
      next: "Rely on Dwolla’s status and the customer’s word.",
    };
  }
  return {
    says,
    means: "No bank account is known yet that could be asked through it.",
    next: "“Check now” looks again.",
  };
}

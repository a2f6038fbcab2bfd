import { REASON_PRESETS } from "#features/reauth-sessions/schema.ts";
import { type ActInput, actSchema, type LinkName } from "#features/scenario-acts/schema.ts";

/** An act as it was done, from its first effect to its last word. */
export interface DatedAct {
  at: Date;
  endedAt: Date;
  act: ActInput;
}

/** Only what a scenario can say: anything else that stands in the sources, such as a text, is not taken over. */
export function toAct(candidate: object): ActInput[] {
  return actSchema.safeParse(candidate).success ? [candidate as ActInput] : [];
}

export function toReason(text: string | null): { reason?: (typeof REASON_PRESETS)[number] } {
  const preset = REASON_PRESETS.find((each) => each === text);
  return preset === undefined || preset === REASON_PRESETS[0] ? {} : { reason: preset };
}

/** What a recorded step is called: the act in words. */
export function titleOf(act: ActInput): string {
  const words = WORDS[act.do] as (act: ActInput) => string;
  const link = "link" in act && act.link ? ` (${act.link as LinkName})` : "";
  return `${words(act)}${link}`;
}

type ActOf<Name extends ActInput["do"]> = Extract<ActInput, { do: Name }>;

const BREAK_WORDS: Record<ActOf<"break">["as"], string> = {
  UpdateCredentials: "The bank begins to refuse",
  "consent-expired": "The customer's consent ends",
  deactivated: "Dwolla deactivates the exchange",
  removed: "The exchange is removed",
  warned: "Dwolla warns",
  "bank-down": "The bank is away",
  "no-balance-check": "The bank tells no balances",
};

const WORDS: { [Name in ActInput["do"]]: (act: ActOf<Name>) => string } = {
  break: ({ as }) => BREAK_WORDS[as],
  break_partner: ({ as }) => `${BREAK_WORDS[as]}, for all of the partner`,
  repair_partner: () => "The partner's trouble is over",
  repair: () => "The link works again",
  complete: ({ isRefused, account }) => {
    if (isRefused) return "The bank refuses the session";
    return account === "different" ? "The customer signs in to another account" : "The customer signs in";
  },
  abandon: ({ isRefused }) => (isRefused ? "The bank refuses the session" : "The customer leaves the bank's page"),
  fault: ({ fault }) => `Something goes wrong at Dwolla: ${fault.kind}`,
  clear_faults: () => "Nothing goes wrong at Dwolla any more",
  mischief: () => "Webhooks change their ways",
  outage: ({ as }) => (as === "none" ? "Dwolla is back" : "Dwolla is away"),
  settings: () => "Access tokens get another life",
  announce: () => "Dwolla makes an event",
  redeliver: () => "Dwolla sends the webhook again",
  check: ({ by }) => `A look at the link by ${nameOf(by)}`,
  create_session: ({ by }) => `A press for a session by ${nameOf(by)}`,
  reveal: ({ by }) => `A press for what the session gives by ${nameOf(by)}`,
  claim: ({ word }) =>
    word === "finished" ? "The customer says to have signed in" : "The customer says that it still does not work",
  close_unproven: ({ by }) => `A press to close the case unproven by ${nameOf(by)}`,
  sweep: () => "A sweep",
  catch_up: () => "A catch-up",
  prove: () => "The next probe",
  elapse: () => "Time passes",
  at_once: () => "At the same moment",
};

function nameOf(by = "agent"): string {
  return `the ${by}`;
}

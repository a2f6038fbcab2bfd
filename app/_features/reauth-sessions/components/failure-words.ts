import type { ReauthFailure } from "../schema.ts";

export interface FailureWords {
  says: string;
  /** What would change the answer. */
  next: string;
  /** Dwolla's status and code, or what kind of trouble it was: shown small. */
  code: string;
}

const BY_STATUS: Record<number, Omit<FailureWords, "code">> = {
  400: {
    says: "Dwolla does not accept these details",
    next: "Choose another redirect address: it has to match one that is registered at Dwolla, letter by letter.",
  },
  401: {
    says: "Dwolla does not accept this desk’s credentials or their scope",
    next: "Try once more: the desk signs in to Dwolla anew. If it stays like this, an engineer has to check the credentials.",
  },
  403: {
    says: "Dwolla does not allow a re-auth session for this link",
    next: "The customer can link the bank anew in your app. If many are refused, ask Dwolla whether sessions are enabled for this account.",
  },
  404: {
    says: "Dwolla does not know this link any more",
    next: "Press “Check now” to learn its state. The customer may have to link the bank anew.",
  },
  409: {
    says: "Dwolla is still busy with an earlier request",
    next: "Wait a minute, then try again.",
  },
  429: {
    says: "Dwolla asked us to slow down",
    next: "Calls resume by themselves after five minutes. Trying again is safe then.",
  },
};

const NOT_REACHED = {
  says: "Dwolla was not reached, so no session exists",
  next: "Trying again is safe.",
};

/** Dwolla's refusal in our words. Its own code stays beside them. */
export function failureWords({ kind, status, code }: ReauthFailure): FailureWords {
  if (status === null) return { ...NOT_REACHED, code: kind };
  const words = BY_STATUS[status] ?? {
    says: "Dwolla refused",
    next: "Show the code to an engineer before you try again.",
  };
  return { ...words, code: [status, code].filter((part) => part !== null).join(" ") };
}

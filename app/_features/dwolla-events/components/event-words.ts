import type { Label } from "#domain/plain-words.ts";
import type { EffectFilter, EventEffect, EventPeriod, FoundBy } from "../schema.ts";

interface EffectWords extends Label {
  /** What was done about it, or why there was nothing to do. */
  says: string;
}

const EFFECT_WORDS: Record<EventEffect, EffectWords> = {
  read: { tone: "proven", label: "Read anew", says: "What it is about was read anew at Dwolla." },
  no_reading: {
    tone: "quiet",
    label: "Nothing to do",
    says: "Nothing to do, because this topic says nothing about a bank link. It is only kept.",
  },
  unreadable_link: {
    tone: "warning",
    label: "Link not readable",
    says: "Nothing was done, because the address of the bank link in it is not Dwolla’s. An engineer has to look.",
  },
  backlog: {
    tone: "quiet",
    label: "Only kept",
    says: "Nothing to do, because it is older than this desk’s first reading: sweeps have read what came of it.",
  },
  resource_gone: {
    tone: "quiet",
    label: "Gone at Dwolla",
    says: "Nothing to do, because Dwolla does not know what it is about any more.",
  },
  unknown_customer: {
    tone: "warning",
    label: "Customer not known",
    says: "Nothing was done, because it does not say which customer it is about. The next sweep reads the link anyway.",
  },
  failed: {
    tone: "broken",
    label: "Given up",
    says: "Nothing was done, because it could not be processed at many attempts. The next sweep reads the customer anyway; a replay tries again.",
  },
};
const WAITING: EffectWords = {
  tone: "waiting",
  label: "Waiting",
  says: "It waits for its turn. Nothing was done about it yet.",
};
const CASE_OPENED: EffectWords = {
  tone: "broken",
  label: "Case opened",
  says: "A repair case was opened because of it.",
};

/** What processing came to; null while it waits for its turn. A word nobody knows yet is shown as it is. */
export function effectWords(effect: string | null, opensCase = false): EffectWords {
  if (opensCase) return CASE_OPENED;
  if (effect === null) return WAITING;
  const unknown: EffectWords = { tone: "quiet", label: effect, says: `Its processing came to “${effect}”.` };
  return (EFFECT_WORDS as Record<string, EffectWords>)[effect] ?? unknown;
}

export function effectFilterWords(effect: EffectFilter): string {
  if (effect === "waiting") return WAITING.label;
  return effect === "case_opened" ? CASE_OPENED.label : EFFECT_WORDS[effect].label;
}

export const FOUND_BY_WORDS: Record<FoundBy, string> = { webhook: "Webhook", catch_up: "Catch-up" };
export const PERIOD_WORDS: Record<EventPeriod, string> = {
  "1h": "1 hour",
  "24h": "24 hours",
  "7d": "7 days",
  "30d": "30 days",
};

/** Nothing is kept that was not signed with our secret; what Dwolla listed itself needs no signature. */
export function signatureWords({ receivedAt }: { receivedAt: string | null }): Label & { means: string } {
  return receivedAt === null
    ? { tone: "quiet", label: "None", means: "Read from Dwolla’s own list of events, which carries no signature." }
    : { tone: "proven", label: "Verified", means: "Signed over its exact bytes with a secret of this desk." };
}

/** Between the event and its first webhook; null where none came. Dwolla’s clock may be a little ahead of ours. */
export function lagMs({ createdAt, receivedAt }: { createdAt: string; receivedAt: string | null }): number | null {
  return receivedAt === null ? null : Math.max(0, Date.parse(receivedAt) - Date.parse(createdAt));
}

const RESOURCE_WORDS: Record<string, string> = {
  exchanges: "Bank link",
  customers: "Customer",
  "funding-sources": "Bank account",
  transfers: "Transfer",
};

export function resourceWords(kind: string): string {
  return RESOURCE_WORDS[kind] ?? kind;
}

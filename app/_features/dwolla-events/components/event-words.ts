import type { Label } from "#domain/plain-words.ts";
import type { EventEffect } from "../schema.ts";

const EFFECT_WORDS: Record<EventEffect, Label> = {
  read: { tone: "proven", label: "Read anew" },
  no_reading: { tone: "quiet", label: "Nothing to read" },
  unreadable_link: { tone: "warning", label: "Link not readable" },
  backlog: { tone: "quiet", label: "Only kept" },
  resource_gone: { tone: "quiet", label: "Gone at Dwolla" },
  unknown_customer: { tone: "warning", label: "Customer not known" },
  failed: { tone: "broken", label: "Given up" },
};
const WAITING: Label = { tone: "waiting", label: "Waiting" };

/** What processing came to; null while it waits for its turn. A word nobody knows yet is shown as it is. */
export function effectWords(effect: string | null): Label {
  if (effect === null) return WAITING;
  return (EFFECT_WORDS as Record<string, Label>)[effect] ?? { tone: "quiet", label: effect };
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

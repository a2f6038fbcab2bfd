import type { SimulatorFailure } from "#features/simulator-controls/mutations.ts";
import { formatDuration } from "#ui/time-format.ts";
import type { TestTopic } from "../schema.ts";

export const TOPIC_CARDS: Record<TestTopic, { label: string; detail: string }> = {
  customer_funding_source_updated: {
    label: "A bank account was changed",
    detail: "The desk reads the customer anew. Nothing breaks.",
  },
  customer_exchange_reauth_required: {
    label: "Access to a bank ends soon",
    detail: "The warning before a break: it opens a repair case. It needs an exchange id.",
  },
  test_webhook: {
    label: "Something the desk does not know",
    detail: "It is kept, and nothing is done: it says nothing about a bank link.",
  },
};

export function failureWords({ says }: SimulatorFailure): string {
  if (says === null) return "The simulator does not answer: it may have sent one or not. Trying again is safe.";
  return `Nothing was sent. ${says}`;
}

export function outcomeWords(afterMs: number | null): { tone: "success" | "warning"; title: string; means: string } {
  if (afterMs === null) {
    return {
      tone: "warning",
      title: "Sent, and it has not come",
      means:
        "Look at the subscription: is it there, does it listen, is the address this desk’s, is the secret the same?",
    };
  }
  return {
    tone: "success",
    title: `It came, ${formatDuration(afterMs)} after the press`,
    means: "Its signature was verified. The list shows it; the event’s page says what came of it.",
  };
}

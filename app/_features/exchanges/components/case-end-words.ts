import { SOURCE_WORDS, signalWords } from "#domain/plain-words.ts";
import type { RepairCaseView } from "../data.ts";

/** On what a closed case rests. */
export function caseEndWords({ state, provenBy, hasSession }: RepairCaseView): string {
  switch (state) {
    case "verified": {
      const where = hasSession ? "Repaired" : "Repaired elsewhere, without a session of ours";
      if (provenBy === null) return `${where}.`;
      return `${where}. Proven: ${signalWords(provenBy.kind, provenBy.value).label} (${SOURCE_WORDS[provenBy.source]}).`;
    }
    case "claimed":
      return "Closed on the customer’s word; nothing could prove it.";
    case "not_repairable":
      return "The link was removed.";
    default:
      return "Put aside.";
  }
}

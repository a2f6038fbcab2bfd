import type { StatusTone } from "#ui/status-badge.tsx";
import type { Verdict, VerificationReport } from "../schema.ts";

export const VERIFY_COMMAND = "npm run verify:sandbox";

export const VERDICT_LOOKS: Record<Verdict, { label: string; tone: StatusTone }> = {
  proven: { label: "Proven", tone: "proven" },
  differs: { label: "Differs", tone: "broken" },
  not_provable: { label: "Not provable here", tone: "quiet" },
};

export function targetWords({ kind, host }: VerificationReport["target"]): string {
  return kind === "sandbox" ? `Dwolla’s sandbox, ${host}` : `A simulator, ${host}: nothing here is proven of Dwolla`;
}

const ORIGIN_WORDS: Record<VerificationReport["customer"]["origin"], string> = {
  made: "made for it, and marked",
  "found again": "made by an earlier run, and marked",
  given: "named by whoever ran it",
  none: "none",
};

export function customerWords({ origin }: VerificationReport["customer"]): string {
  return ORIGIN_WORDS[origin];
}

"use client";

import type { ActionError, ActionResult } from "#platform/action.ts";
import { useAct } from "#ui/use-act.ts";
import { REFUSAL_WORDS } from "./staff-words.ts";

type Refusal = keyof typeof REFUSAL_WORDS;
type Answer = ActionResult<{ ok: true } | { ok: false; reason: Refusal }>;
export type StaffChangeProblem = Pick<ActionError, "message" | "fieldErrors"> & { requestId?: string };

/** Runs one staff action, then shows the list as it is now, or keeps what went wrong. */
export function useStaffChange(onDone: () => void) {
  return useAct(problemOf, onDone);
}

function problemOf(answer: Answer): StaffChangeProblem | null {
  if (!answer.ok) return answer.error;
  return answer.value.ok ? null : { message: REFUSAL_WORDS[answer.value.reason] };
}

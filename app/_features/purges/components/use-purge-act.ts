"use client";

import type { ActionError, ActionResult } from "#platform/action.ts";
import { useAct } from "#ui/use-act.ts";
import type { PurgeResult } from "../schema.ts";
import { REFUSAL_WORDS } from "./purge-words.ts";

export type PurgeProblem = Pick<ActionError, "message" | "fieldErrors"> & { requestId?: string };

/** Runs one act, then shows the page as it is now, or keeps what went wrong. */
export function usePurgeAct(onDone: () => void) {
  return useAct(problemOf, onDone);
}

function problemOf(answer: ActionResult<PurgeResult>): PurgeProblem | null {
  if (!answer.ok) return answer.error;
  return answer.value.ok ? null : { message: REFUSAL_WORDS[answer.value.reason] };
}

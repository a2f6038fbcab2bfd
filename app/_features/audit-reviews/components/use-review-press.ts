"use client";

import type { ActionError, ActionResult } from "#platform/action.ts";
import { useAct } from "#ui/use-act.ts";
import type { ReviewChange } from "../schema.ts";
import { REFUSAL_WORDS } from "./review-words.ts";

export type ReviewProblem = Partial<Pick<ActionError, "requestId" | "fieldErrors">> & { message: string };

/** What was wrong with an act on a review, or null. */
export function problemOf(answer: ActionResult<ReviewChange>): ReviewProblem | null {
  if (!answer.ok) return answer.error;
  return answer.value.ok ? null : { message: REFUSAL_WORDS[answer.value.reason] };
}

/** Runs one act that moves a review on, then shows the page as it is now, or keeps what went wrong. */
export function useReviewPress(onDone: () => void) {
  return useAct(problemOf, onDone);
}

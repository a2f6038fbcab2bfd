"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { ActionError, ActionResult } from "#platform/action.ts";
import type { PurgeResult } from "../schema.ts";
import { REFUSAL_WORDS } from "./purge-words.ts";

export type PurgeProblem = Pick<ActionError, "message" | "fieldErrors"> & { requestId?: string };

/** Runs one act, then shows the page as it is now, or keeps what went wrong. */
export function usePurgeAct(onDone: () => void) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState<PurgeProblem | null>(null);
  const run = (act: () => Promise<ActionResult<PurgeResult>>) =>
    startTransition(async () => {
      const found = problemOf(await act());
      setProblem(found);
      if (found) return;
      router.refresh();
      onDone();
    });
  return { isPending, problem, run };
}

function problemOf(answer: ActionResult<PurgeResult>): PurgeProblem | null {
  if (!answer.ok) return answer.error;
  return answer.value.ok ? null : { message: REFUSAL_WORDS[answer.value.reason] };
}

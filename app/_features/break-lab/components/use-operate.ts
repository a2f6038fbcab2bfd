"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { SimulatorFailure } from "#features/simulator-controls/mutations.ts";
import type { ActionResult } from "#platform/action.ts";

/** What came of a press: a sentence, and whether it was done. */
export interface Said {
  isDone: boolean;
  title: string;
  detail: string | null;
  requestId?: string;
}

type Answer<Done> = ActionResult<({ ok: true } & Done) | SimulatorFailure>;

/** One press on the simulator at a time; the page then shows what came of it. */
export function useOperate<Done extends object>() {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [said, setSaid] = useState<Said | null>(null);
  const press = (act: () => Promise<Answer<Done>>, done: string, onDone?: (value: Done) => void) =>
    startTransition(async () => {
      const answer = await act().catch(() => null);
      setSaid(wordsFor(answer, done));
      if (answer?.ok && answer.value.ok) onDone?.(answer.value);
      router.refresh();
    });
  return { isPending, said, press };
}

function wordsFor(answer: Answer<object> | null, done: string): Said {
  if (answer === null) return { isDone: false, title: "The desk did not answer", detail: MAY_BE_DONE };
  if (!answer.ok) {
    const { message, requestId, fieldErrors } = answer.error;
    const [ofField] = Object.values(fieldErrors ?? {}).flatMap((errors) => errors ?? []);
    return { isDone: false, title: "The simulator was not asked", detail: ofField ?? message, requestId };
  }
  const { value } = answer;
  if (value.ok) return { isDone: true, title: done, detail: null };
  if (value.reason === "refused") return { isDone: false, title: "The simulator refused", detail: value.says };
  return { isDone: false, title: "The simulator does not answer", detail: MAY_BE_DONE };
}

const MAY_BE_DONE = "It may have been done or not: look at what happened before you press again.";

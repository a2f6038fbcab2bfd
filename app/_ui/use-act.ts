"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";

/** Runs one act, then shows the page as it is now, or keeps what went wrong. */
export function useAct<Answer, Problem>(problemOf: (answer: Answer) => Problem | null, onDone: () => void) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = (act: () => Promise<Answer>) =>
    startTransition(async () => {
      const found = problemOf(await act());
      setProblem(found);
      if (found) return;
      router.refresh();
      onDone();
    });
  return { isPending, problem, run };
}

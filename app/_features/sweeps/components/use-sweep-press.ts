"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { SWEEP_MODE_WORDS, SWEEP_STATE_WORDS } from "#domain/sweep-words.ts";
import { type pauseSweepAction, startSweepAction } from "../actions.ts";
import type { StartedSweep, SweepMode } from "../schema.ts";

const CHANGED_MEANWHILE = "Nothing was done: the sweep has changed meanwhile.";

/** Runs one act on sweeps, closes its dialog, and keeps what is to be said about it as long as that sweep is the one in view. */
export function useSweepPress(liveSweepId: string | null, onDone: () => void) {
  const router = useRouter();
  const [answer, setAnswer] = useState<{ said: string; of: string | null }>({ said: "", of: null });
  const [isPending, startTransition] = useTransition();

  const press = (act: () => Promise<typeof answer>) =>
    startTransition(async () => {
      setAnswer(await act());
      onDone();
      router.refresh();
    });

  const start = (mode: SweepMode) =>
    press(async () => {
      const result = await startSweepAction({ mode });
      if (!result.ok) return { said: result.error.message, of: null };
      const { sweepId, state } = result.value;
      const isLive = state === "running" || state === "paused";
      return { said: startWords(result.value), of: isLive ? sweepId : null };
    });

  /** Pausing and resuming show by themselves. A sweep that was cancelled is not in view any more, and says that it was. */
  const change = (act: typeof pauseSweepAction, sweepId: string, saidAtItsEnd?: string) =>
    press(async () => {
      const result = await act({ sweepId });
      if (!result.ok) return { said: result.error.message, of: sweepId };
      if (!result.value.ok) return { said: CHANGED_MEANWHILE, of: sweepId };
      return saidAtItsEnd ? { said: saidAtItsEnd, of: null } : { said: "", of: sweepId };
    });

  return { said: answer.of === liveSweepId ? answer.said : "", isPending, start, change };
}

function startWords({ isNew, mode, state }: StartedSweep): string {
  if (isNew) return "The sweep has started.";
  const name = SWEEP_MODE_WORDS[mode].label.toLowerCase();
  if (state === "running" || state === "paused") {
    return `No second sweep was started: a ${name} sweep is ${SWEEP_STATE_WORDS[state]} already.`;
  }
  return `No sweep was started: a ${name} sweep was just ending. Press again.`;
}

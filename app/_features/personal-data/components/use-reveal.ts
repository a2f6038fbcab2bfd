"use client";

import { useState, useTransition } from "react";
import type { ActionResult } from "#platform/action.ts";
import type { RevealResult } from "../schema.ts";

type Problem = { message: string; requestId?: string };
type Press<Value> = () => Promise<ActionResult<RevealResult<Value>>>;

const CONNECTION_LOST: Problem = {
  message:
    "The desk did not answer. If your press reached it, the purpose is on record; pressing again records another.",
};

/** One reveal. What it shows lives in this state alone, and is gone with the view. */
export function useReveal<Value>() {
  const [isOpen, setOpen] = useState(false);
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [value, setValue] = useState<Value | null>(null);
  const run = (press: Press<Value>) =>
    startTransition(async () => {
      const answer = await press().catch(() => null);
      if (!answer) return setProblem(CONNECTION_LOST);
      if (!answer.ok) return setProblem(answer.error);
      if (!answer.value.ok) return setProblem({ message: "There is nothing with this id." });
      setValue(answer.value.value);
      setOpen(false);
    });
  return {
    isOpen,
    isPending,
    problem,
    value,
    run,
    open: () => {
      setProblem(null);
      setOpen(true);
    },
    close: () => setOpen(false),
    hide: () => setValue(null),
  };
}

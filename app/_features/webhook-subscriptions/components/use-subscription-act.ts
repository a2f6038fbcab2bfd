"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import type { ActionError, ActionResult } from "#platform/action.ts";
import type { SubscriptionResult } from "../schema.ts";
import { refusalWords } from "./subscription-words.ts";

export type Said = { tone: "success" | "error"; message: string; requestId?: string };
export type SubscriptionAct = {
  isPending: boolean;
  said: Said | null;
  run: <Done extends object>(
    press: () => Promise<ActionResult<SubscriptionResult<Done>>>,
    doneWords: (done: Done) => string,
  ) => void;
};

/** Runs one act on the subscription, then shows it as it is now, and keeps what was said about the act. */
export function useSubscriptionAct(onAnswer: () => void): SubscriptionAct {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [said, setSaid] = useState<Said | null>(null);
  const run: SubscriptionAct["run"] = (press, doneWords) =>
    startTransition(async () => {
      const answer = await press();
      if (!answer.ok) setSaid(errorSaid(answer.error));
      else if (answer.value.ok) setSaid({ tone: "success", message: doneWords(answer.value) });
      else setSaid({ tone: "error", message: refusalWords(answer.value), ...requestIdOf(answer.value) });
      onAnswer();
      router.refresh();
    });
  return { isPending, said, run };
}

function errorSaid({ message, requestId }: ActionError): Said {
  return { tone: "error", message, ...(requestId && { requestId }) };
}

function requestIdOf(value: object): { requestId?: string } {
  return "requestId" in value && typeof value.requestId === "string" ? { requestId: value.requestId } : {};
}

"use client";

import { useState } from "react";
import type { ActionError } from "#platform/action.ts";
import { revealReauthSessionAction } from "../actions.ts";
import type { RevealedHandover, RevealReauthSessionResult } from "../schema.ts";
import { pressAction } from "./press-action.ts";

export type RevealStep =
  | { name: "hidden"; isRevealing: boolean; error?: ActionError }
  | { name: "not_revealed"; result: Extract<RevealReauthSessionResult, { ok: false }> }
  | { name: "revealed"; handover: RevealedHandover; expiresAt: string; revealedAt: string };

/** The second press. What it shows lives in this state alone, and is gone when the dialog is. */
export function useReveal(): { step: RevealStep; reveal: (sessionId: string) => Promise<void> } {
  const [step, setStep] = useState<RevealStep>({ name: "hidden", isRevealing: false });
  const reveal = async (sessionId: string) => {
    setStep({ name: "hidden", isRevealing: true });
    const answer = await pressAction(() => revealReauthSessionAction({ sessionId }));
    const revealedAt = new Date().toISOString();
    if (!answer.ok) setStep({ name: "hidden", isRevealing: false, error: answer.error });
    else if (answer.value.ok) setStep({ name: "revealed", ...answer.value, revealedAt });
    else setStep({ name: "not_revealed", result: answer.value });
  };
  return { step, reveal };
}

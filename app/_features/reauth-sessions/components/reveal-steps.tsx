"use client";

import type { ActionError } from "#platform/action.ts";
import { Button } from "#ui/button.tsx";
import { Notice } from "#ui/notice.tsx";
import { ActionErrorNotice } from "./action-error-notice.tsx";
import { OutcomeNotice } from "./outcome-notice.tsx";
import { notRevealedWords } from "./outcome-words.ts";
import { SessionHandover } from "./session-handover.tsx";
import { StepFocus } from "./step-focus.tsx";
import type { RevealStep } from "./use-reveal.ts";

/** Before, instead of and after the reveal. */
export function RevealSteps({ step, isJustCreated }: { step: RevealStep; isJustCreated: boolean }) {
  return (
    <StepFocus key={step.name}>
      {step.name === "hidden" && <Ready isJustCreated={isJustCreated} error={step.error} />}
      {step.name === "not_revealed" && <OutcomeNotice words={notRevealedWords(step.result)} />}
      {step.name === "revealed" && (
        <SessionHandover handover={step.handover} expiresAt={step.expiresAt} now={step.revealedAt} />
      )}
    </StepFocus>
  );
}

export function RevealFooter({
  step,
  onReveal,
  onClose,
}: {
  step: RevealStep;
  onReveal: () => void;
  onClose: () => void;
}) {
  if (step.name !== "hidden") {
    return (
      <Button tone="primary" onClick={onClose}>
        {step.name === "revealed" ? "Done" : "Close"}
      </Button>
    );
  }
  return (
    <>
      <Button onClick={onClose}>Not now</Button>
      <Button tone="primary" pending={step.isRevealing} onClick={onReveal}>
        Reveal
      </Button>
    </>
  );
}

function Ready({ isJustCreated, error }: { isJustCreated: boolean; error: ActionError | undefined }) {
  return (
    <>
      {error && <ActionErrorNotice title="Nothing was shown" error={error} />}
      <Notice
        tone={isJustCreated ? "success" : "info"}
        title={isJustCreated ? "Session created. Ready to hand over, shown once" : "Ready to hand over, shown once"}
        isLive={isJustCreated}
      >
        Press “Reveal” when you can pass it on: it is usable for 30 minutes from its creation. That you were shown it
        goes on record.
      </Notice>
    </>
  );
}

"use client";

import { useId, useState } from "react";
import type { ActionError } from "#platform/action.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { createReauthSessionAction } from "../actions.ts";
import type { CreateReauthSessionInput, CreateReauthSessionResult } from "../schema.ts";
import { CreateSessionForm } from "./create-session-form.tsx";
import { CreatingSession } from "./creating-session.tsx";
import { OutcomeNotice } from "./outcome-notice.tsx";
import { outcomeWords } from "./outcome-words.ts";
import { pressAction } from "./press-action.ts";
import { RevealFooter, RevealSteps } from "./reveal-steps.tsx";
import type { SessionSubject } from "./session-subject.ts";
import { SessionSubjectLine } from "./session-subject-line.tsx";
import { StepFocus } from "./step-focus.tsx";
import { useReveal } from "./use-reveal.ts";

type Step =
  | { name: "asking"; attemptId: string; isCreating: boolean; error?: ActionError }
  | { name: "not_created"; result: Extract<CreateReauthSessionResult, { ok: false }> }
  | { name: "created"; sessionId: string };
type CreateSessionDialogProps = {
  subject: SessionSubject;
  /** Why there can be no session now, when that came up after the dialog was opened. */
  offReason: string | null;
  /** Told as soon as the outcome is known, also when the dialog is closed by then. */
  onAnswered: () => void;
  onClose: () => void;
};

const FORM_ID = "create-session";
const newAttempt = (): Step => ({ name: "asking", attemptId: crypto.randomUUID(), isCreating: false });

/** Question, progress, outcome and reveal in one place. Closing it throws away whatever it held. */
export function CreateSessionDialog({ subject, offReason, onAnswered, onClose }: CreateSessionDialogProps) {
  const [step, setStep] = useState<Step>(newAttempt);
  const reveal = useReveal();
  const create = async (input: CreateReauthSessionInput) => {
    const { attemptId } = input;
    setStep({ name: "asking", attemptId, isCreating: true });
    const answer = await pressAction(() => createReauthSessionAction({ ...input, ticket: input.ticket ?? "" }));
    if (!answer.ok) setStep({ name: "asking", attemptId, isCreating: false, error: answer.error });
    else if (answer.value.ok) setStep({ name: "created", sessionId: answer.value.sessionId });
    else setStep({ name: "not_created", result: answer.value });
    // Nothing was done otherwise; and a desk that cannot act cannot draw itself anew either.
    if (answer.ok) onAnswered();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Create session"
      description={<SessionSubjectLine subject={subject} />}
      footer={
        <>
          {step.name === "asking" && (
            <AskingFooter
              customerName={subject.customerName}
              isCreating={step.isCreating}
              offReason={step.isCreating ? null : offReason}
              onClose={onClose}
            />
          )}
          {step.name === "not_created" && (
            <NotCreatedFooter result={step.result} onAgain={() => setStep(newAttempt())} onClose={onClose} />
          )}
          {step.name === "created" && (
            <RevealFooter step={reveal.step} onReveal={() => reveal.reveal(step.sessionId)} onClose={onClose} />
          )}
        </>
      }
    >
      {step.name === "asking" && (
        <>
          {step.isCreating && <CreatingSession />}
          <div hidden={step.isCreating}>
            <CreateSessionForm
              id={FORM_ID}
              subject={subject}
              attemptId={step.attemptId}
              error={step.error}
              onSubmit={create}
            />
          </div>
        </>
      )}
      {step.name === "not_created" && (
        <StepFocus>
          <OutcomeNotice words={outcomeWords(step.result)} />
        </StepFocus>
      )}
      {step.name === "created" && <RevealSteps step={reveal.step} isJustCreated />}
    </Dialog>
  );
}

type AskingFooterProps = { customerName: string; isCreating: boolean; offReason: string | null; onClose: () => void };

function AskingFooter({ customerName, isCreating, offReason, onClose }: AskingFooterProps) {
  const reasonId = useId();
  const isOff = offReason !== null;
  return (
    <>
      {isOff && (
        <p id={reasonId} role="status" className="min-w-0 flex-1 text-label text-muted text-pretty">
          {offReason}
        </p>
      )}
      <Button onClick={onClose}>{isCreating ? "Close" : "Cancel"}</Button>
      <Button
        tone="primary"
        type="submit"
        form={FORM_ID}
        pending={isCreating}
        disabled={isOff}
        aria-describedby={isOff ? reasonId : undefined}
      >
        <span className="max-w-72 truncate">
          Create session for <bdi>{customerName}</bdi>
        </span>
      </Button>
    </>
  );
}

type NotCreatedFooterProps = {
  result: Extract<CreateReauthSessionResult, { ok: false }>;
  onAgain: () => void;
  onClose: () => void;
};

function NotCreatedFooter({ result, onAgain, onClose }: NotCreatedFooterProps) {
  const { mayTryAgain } = outcomeWords(result);
  return (
    <>
      {mayTryAgain && <Button onClick={onAgain}>Make a new attempt</Button>}
      <Button tone="primary" onClick={onClose}>
        Close
      </Button>
    </>
  );
}

"use client";

import { type FormEvent, useId } from "react";
import type { ActionResult } from "#platform/action.ts";
import { Button, type ButtonTone } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { TextAreaField } from "#ui/field.tsx";
import type { ReviewChange } from "../schema.ts";
import { ReviewProblem } from "./review-problem.tsx";
import { useReviewPress } from "./use-review-press.ts";

type ReasonDialogProps = {
  title: string;
  description: string;
  label: string;
  verb: string;
  tone: ButtonTone;
  act: (reason: string) => Promise<ActionResult<ReviewChange>>;
  onClose: () => void;
};

/** Asks once more before a review is moved on, and why. */
export function ReasonDialog({ title, description, label, verb, tone, act, onClose }: ReasonDialogProps) {
  const formId = useId();
  const { isPending, problem, run } = useReviewPress(onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "");
    run(() => act(reason));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone={tone} pending={isPending}>
            {verb}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <ReviewProblem problem={problem} />
        <TextAreaField label={label} name="reason" required maxLength={500} error={problem?.fieldErrors?.reason?.[0]} />
      </form>
    </Dialog>
  );
}

"use client";

import { type FormEvent, useId, useState } from "react";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { TextAreaField } from "#ui/field.tsx";
import { handReviewOverAction, returnReviewAction, signReviewOffAction } from "../actions.ts";
import { ReviewProblem } from "./review-problem.tsx";
import { useReviewPress } from "./use-review-press.ts";

type HandOverProps = { reviewId: string; undecided: number; signers: string };

/** The reviewer's last step. */
export function HandOver({ reviewId, undecided, signers }: HandOverProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { isPending, problem, run } = useReviewPress(() => setIsOpen(false));
  return (
    <>
      <Button tone="primary" disabled={undecided > 0} onClick={() => setIsOpen(true)}>
        Hand over
      </Button>
      <Dialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        title="Hand over to a second person?"
        description={`Who may sign off: ${signers}.`}
        footer={
          <>
            <Button onClick={() => setIsOpen(false)}>Cancel</Button>
            <Button tone="primary" pending={isPending} onClick={() => run(() => handReviewOverAction({ reviewId }))}>
              Hand over
            </Button>
          </>
        }
      >
        <ReviewProblem problem={problem} />
        <p>Your decisions then stay as they are, unless the second person returns the review to you.</p>
      </Dialog>
    </>
  );
}

type SecondPersonProps = { reviewId: string; reviewer: string; counts: string };

/** What the second person decides: the end, or back. */
export function SecondPersonSteps(props: SecondPersonProps) {
  const [open, setOpen] = useState<"return" | "sign" | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <Button onClick={() => setOpen("return")}>Return</Button>
      <Button tone="primary" onClick={() => setOpen("sign")}>
        Sign off
      </Button>
      {open === "sign" && <SignOffDialog {...props} onClose={close} />}
      {open === "return" && <ReturnDialog {...props} onClose={close} />}
    </>
  );
}

type StepDialogProps = SecondPersonProps & { onClose: () => void };

function SignOffDialog({ reviewId, reviewer, counts, onClose }: StepDialogProps) {
  const { isPending, problem, run } = useReviewPress(onClose);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Sign off the review by ${reviewer}?`}
      description={counts}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" pending={isPending} onClick={() => run(() => signReviewOffAction({ reviewId }))}>
            Sign off
          </Button>
        </>
      }
    >
      <ReviewProblem problem={problem} />
      <p>You confirm with your name that the sample was looked at and decided. Nobody can change it afterwards.</p>
    </Dialog>
  );
}

function ReturnDialog({ reviewId, reviewer, onClose }: StepDialogProps) {
  const formId = useId();
  const { isPending, problem, run } = useReviewPress(onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "");
    run(() => returnReviewAction({ reviewId, reason }));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Return the review to ${reviewer}?`}
      description="The items can be decided anew, and are handed over once more."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" pending={isPending}>
            Return
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <ReviewProblem problem={problem} />
        <TextAreaField
          label="What has to be looked at again?"
          name="reason"
          required
          maxLength={500}
          error={problem?.fieldErrors?.reason?.[0]}
        />
      </form>
    </Dialog>
  );
}

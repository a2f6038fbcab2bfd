"use client";

import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { handReviewOverAction, returnReviewAction, signReviewOffAction } from "../actions.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
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
      {open === "return" && (
        <ReasonDialog
          title={`Return the review to ${props.reviewer}?`}
          description="The items can be decided anew, and are handed over once more."
          label="What has to be looked at again?"
          verb="Return"
          tone="primary"
          act={(reason) => returnReviewAction({ reviewId: props.reviewId, reason })}
          onClose={close}
        />
      )}
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

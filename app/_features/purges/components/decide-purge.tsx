"use client";

import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { approvePurgeAction, withdrawPurgeAction } from "../actions.ts";
import { PurgeProblemNotice } from "./purge-problem-notice.tsx";
import { usePurgeAct } from "./use-purge-act.ts";

type DecidePurgeProps = {
  requestId: string;
  /** Which events would go, in words. */
  what: string;
  /** Asked for by who looks: then there is nothing to approve. */
  isOwn: boolean;
};

const WORDS = {
  approve: {
    title: "Delete these events for good?",
    body: "What they said is gone, with the personal data beside them. Their numbers, leaves and hashes stay. Nobody can undo this.",
    button: "Approve and delete",
    tone: "danger",
    act: approvePurgeAction,
  },
  withdraw: {
    title: "Withdraw this request?",
    body: "Nothing is deleted. That it was asked for stays on record.",
    button: "Withdraw request",
    tone: "primary",
    act: withdrawPurgeAction,
  },
} as const;
type Verdict = keyof typeof WORDS;

export function DecidePurge({ requestId, what, isOwn }: DecidePurgeProps) {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  return (
    <div className="flex gap-2">
      {!isOwn && (
        <Button size="small" onClick={() => setVerdict("approve")}>
          Approve
        </Button>
      )}
      <Button size="small" onClick={() => setVerdict("withdraw")}>
        Withdraw
      </Button>
      {verdict && <DecideDialog requestId={requestId} what={what} verdict={verdict} onClose={() => setVerdict(null)} />}
    </div>
  );
}

type DecideDialogProps = Omit<DecidePurgeProps, "isOwn"> & { verdict: Verdict; onClose: () => void };

function DecideDialog({ requestId, what, verdict, onClose }: DecideDialogProps) {
  const { title, body, button, tone, act } = WORDS[verdict];
  const { isPending, problem, run } = usePurgeAct(onClose);
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={what}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone={tone} pending={isPending} onClick={() => run(() => act({ requestId }))}>
            {button}
          </Button>
        </>
      }
    >
      <PurgeProblemNotice problem={problem} />
      <p className="text-pretty">{body}</p>
    </Dialog>
  );
}

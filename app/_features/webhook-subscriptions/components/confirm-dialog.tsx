"use client";

import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";

const QUESTIONS = {
  pause: {
    title: "Pause the webhook subscription?",
    verb: "Pause",
    meaning:
      "Dwolla sends nothing to this address until somebody resumes it. Breaks are then found by catch-up and sweeps only, minutes later. Afterwards ask for what was not sent.",
  },
  delete: {
    title: "Delete the webhook subscription?",
    verb: "Delete",
    meaning:
      "Dwolla forgets this address, and what it made for it can no longer be asked for. A new subscription gets the current secret. Meanwhile breaks are found by catch-up and sweeps only.",
  },
} as const;

interface Props {
  question: keyof typeof QUESTIONS;
  address: string;
  isPending: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Names the address, so that nobody silences the wrong desk. */
export function ConfirmDialog({ question, address, isPending, onConfirm, onClose }: Props) {
  const { title, verb, meaning } = QUESTIONS[question];
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={address}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" pending={isPending} onClick={onConfirm}>
            {verb}
          </Button>
        </>
      }
    >
      <p>{meaning} It goes on record.</p>
    </Dialog>
  );
}

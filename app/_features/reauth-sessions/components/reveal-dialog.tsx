"use client";

import { Dialog } from "#ui/dialog.tsx";
import { RevealFooter, RevealSteps } from "./reveal-steps.tsx";
import type { SessionSubject } from "./session-subject.ts";
import { SessionSubjectLine } from "./session-subject-line.tsx";
import { useReveal } from "./use-reveal.ts";

type RevealDialogProps = { sessionId: string; subject: SessionSubject; onClose: () => void };

export function RevealDialog({ sessionId, subject, onClose }: RevealDialogProps) {
  const { step, reveal } = useReveal();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Reveal session"
      description={<SessionSubjectLine subject={subject} />}
      footer={<RevealFooter step={step} onReveal={() => reveal(sessionId)} onClose={onClose} />}
    >
      <RevealSteps step={step} isJustCreated={false} />
    </Dialog>
  );
}

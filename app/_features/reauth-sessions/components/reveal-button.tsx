"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { RevealDialog } from "./reveal-dialog.tsx";
import type { SessionSubject } from "./session-subject.ts";

type RevealButtonProps = { sessionId: string; subject: SessionSubject; isReady: boolean };

/**
 * For a session that was created but not handed over yet. The page behind may learn at any moment that it was revealed, just now and
 * here: what is shown once stays until it is put away.
 */
export function RevealButton({ sessionId, subject, isReady }: RevealButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const close = () => {
    setOpen(false);
    router.refresh();
  };
  return (
    <>
      {isReady && (
        <Button size="small" onClick={() => setOpen(true)}>
          Reveal
        </Button>
      )}
      {isOpen && <RevealDialog sessionId={sessionId} subject={subject} onClose={close} />}
    </>
  );
}

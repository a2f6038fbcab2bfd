"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { RevealDialog } from "./reveal-dialog.tsx";
import type { SessionSubject } from "./session-subject.ts";

/** For a session that was created but not handed over yet. */
export function RevealButton({ sessionId, subject }: { sessionId: string; subject: SessionSubject }) {
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const close = () => {
    setOpen(false);
    router.refresh();
  };
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        Reveal
      </Button>
      {isOpen && <RevealDialog sessionId={sessionId} subject={subject} onClose={close} />}
    </>
  );
}

"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#ui/button.tsx";
import { RevealDialog } from "./reveal-dialog.tsx";
import type { SessionSubject } from "./session-subject.ts";

type RevealButtonProps = {
  /** Null where there is nothing to reveal, or not any more. */
  sessionId: string | null;
  subject: SessionSubject;
  /** Where it stands beside the other buttons of the head, it is what to do next. */
  isNext?: boolean;
};

/**
 * For a session that was created but not handed over yet. The page behind may learn at any moment that it was revealed, just now and
 * here: what is shown once stays until it is put away.
 */
export function RevealButton({ sessionId, subject, isNext = false }: RevealButtonProps) {
  const [opened, setOpened] = useState<string | null>(null);
  const router = useRouter();
  const close = () => {
    setOpened(null);
    router.refresh();
  };
  return (
    <>
      {sessionId && (
        <Button {...(isNext ? IN_HEAD : IN_ROW)} onClick={() => setOpened(sessionId)}>
          Reveal
        </Button>
      )}
      {opened && <RevealDialog sessionId={opened} subject={subject} onClose={close} />}
    </>
  );
}

const IN_HEAD = { tone: "primary" } as const;
const IN_ROW = { size: "small" } as const;

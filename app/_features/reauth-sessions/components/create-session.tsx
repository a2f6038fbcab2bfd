"use client";

import { usePathname, useRouter } from "next/navigation";
import { lazy, Suspense, useId, useState } from "react";
import { Button } from "#ui/button.tsx";
import { useShortcut } from "#ui/keyboard.tsx";
import type { SessionSubject } from "./session-subject.ts";

type CreateSessionProps = {
  subject: SessionSubject;
  /** Why there can be no session here; the button then stands, but is off. */
  offReason: string | null;
  /** Why making one is not what to do next; the button then steps back, and says so. */
  notNext: string | null;
  /** Opened by the `c` key in the list: the address says so once. */
  startsOpen: boolean;
};

const CreateSessionDialog = lazy(async () => ({
  default: (await import("./create-session-dialog.tsx")).CreateSessionDialog,
}));

/** The one main action of an exchange, unless a session is there already. It stands in a row with others; a reason takes what is left of that row, or the next one. */
export function CreateSession({ subject, offReason, notNext, startsOpen }: CreateSessionProps) {
  const reasonId = useId();
  const router = useRouter();
  const pathname = usePathname();
  const isOff = offReason !== null;
  const [isOpen, setOpen] = useState(startsOpen && !isOff);
  useShortcut({ keys: "c", label: "Create session", enabled: !isOff, run: () => setOpen(true) });
  const close = () => {
    setOpen(false);
    // Coming back to this address later must not open the dialog again. Not before: a change of the address while the page is read
    // again can make Next load the document anew, and with it goes what was revealed.
    if (startsOpen) router.replace(pathname, { scroll: false });
    router.refresh();
  };
  return (
    <>
      <Button
        tone={notNext === null ? "primary" : "secondary"}
        disabled={isOff}
        aria-describedby={isOff || notNext ? reasonId : undefined}
        onClick={() => setOpen(true)}
      >
        Create session
      </Button>
      {isOff && (
        <p id={reasonId} className="min-w-0 max-w-80 flex-1 basis-48 text-label text-muted text-pretty">
          {offReason}
        </p>
      )}
      {!isOff && notNext && (
        <p id={reasonId} className="order-last max-w-[30rem] basis-full text-label text-muted text-pretty">
          {notNext}
        </p>
      )}
      <Suspense>
        {isOpen && (
          <CreateSessionDialog
            subject={subject}
            offReason={offReason}
            onAnswered={() => router.refresh()}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}

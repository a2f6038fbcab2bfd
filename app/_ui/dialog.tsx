"use client";

import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

type DialogProps = {
  open: boolean;
  /** Called on Esc and on the close button; the owner then sets `open` to false. */
  onClose: () => void;
  title: string;
  /** One line under the title: whom or what this is about. */
  description?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  /** Mounted when it opens, gone when it closes: fields start afresh and secrets do not linger. */
  children: ReactNode;
};

/** A modal on the browser's own `<dialog>`: it traps focus, closes on Esc and gives focus back. A press beside it does not close it. */
export function Dialog({ open, ...content }: DialogProps) {
  return open ? <ModalDialog {...content} /> : null;
}

function ModalDialog({ onClose, title, description, footer, children }: Omit<DialogProps, "open">) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const descriptionId = useId();
  // A layout effect, because its clean-up runs while the element still stands: only then does close() give focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      aria-describedby={description ? descriptionId : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={(event) => event.currentTarget.open || onClose()}
      className="m-auto overscroll-contain max-h-[calc(100dvh-2rem)] w-[min(520px,calc(100vw-2rem))] rounded-md bg-raised text-ink shadow-raised backdrop:bg-[#00000080]"
    >
      <header className="pt-4 pr-14 pl-5">
        <h2 id={titleId} className="font-semibold">
          {title}
        </h2>
        {description && (
          <p id={descriptionId} className="text-muted wrap-anywhere">
            {description}
          </p>
        )}
      </header>
      <div className="px-5 pt-3 pb-5">{children}</div>
      {footer && (
        <footer className="sticky bottom-0 flex flex-wrap justify-end gap-2 max-sm:*:flex-auto border-line border-t bg-raised px-5 py-3">
          {footer}
        </footer>
      )}
      {/* Last, so that opening puts the focus on the first field and not here. */}
      <button
        type="button"
        onClick={onClose}
        aria-label="Close"
        className="absolute top-3 right-3.5 flex size-7 flex-none items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
      >
        <X size={16} aria-hidden />
      </button>
    </dialog>
  );
}

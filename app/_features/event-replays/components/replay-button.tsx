"use client";

import { useState } from "react";
import { Button, type ButtonSize } from "#ui/button.tsx";
import type { PreviewInput } from "../schema.ts";
import { ReplayDialog } from "./replay-dialog.tsx";

type ReplayButtonProps = {
  /** One event, or all that fit a filter. */
  what: PreviewInput;
  label: string;
  size?: ButtonSize;
  disabled?: boolean;
};

/** Opens the dialog that says first what a replay would change. */
export function ReplayButton({ what, label, size = "medium", disabled = false }: ReplayButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size={size} disabled={disabled} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {isOpen && <ReplayDialog what={what} onClose={() => setOpen(false)} />}
    </>
  );
}

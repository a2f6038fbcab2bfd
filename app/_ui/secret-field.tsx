"use client";

import { Eye, EyeOff } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";

type SecretFieldProps = {
  /** Comes from an action's answer in the caller's state; never from a server-rendered prop, which would write it into the page. */
  value: string;
  /** "Link token". */
  label: string;
  /** As it follows "Copy" on the button: "token". */
  copyLabel: string;
  hint?: string;
};

/** Masked until pressed. While masked the value is in no text and no attribute of the page. */
export function SecretField({ value, label, copyLabel, hint }: SecretFieldProps) {
  const [isShown, setShown] = useState(false);
  const labelId = useId();
  const Icon = isShown ? EyeOff : Eye;
  return (
    <section aria-labelledby={labelId}>
      <p id={labelId} className="mb-1 font-medium text-table">
        {label}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <div className="flex h-8 min-w-40 flex-1 max-sm:basis-full items-center overflow-x-auto rounded-md border border-control bg-sunken px-2.5">
          {isShown ? (
            <code className="select-all whitespace-nowrap font-mono text-table">{value}</code>
          ) : (
            <span className="text-muted text-table tracking-widest">
              <span aria-hidden>••••••••••••••••</span>
              <span className="sr-only">hidden</span>
            </span>
          )}
        </div>
        <Button aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          <Icon size={14} aria-hidden />
          {isShown ? "Hide" : "Show"}
        </Button>
        <CopyButton value={value} label={copyLabel} look="button" />
      </div>
      {hint && <p className="mt-1 text-label text-muted">{hint}</p>}
    </section>
  );
}

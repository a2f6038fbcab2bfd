"use client";

import { Check, Copy, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";

type CopyButtonProps = {
  value: string;
  /** What is copied, as it follows "Copy": "customer id". */
  label: string;
  /** "icon": a 24 px square behind an id. "button": a labelled button. */
  look?: "icon" | "button";
};

type CopyState = "idle" | "copied" | "failed";
const SHOWN_MS = 2_000;
const ICONS = { idle: Copy, copied: Check, failed: X };

export function CopyButton({ value, label, look = "icon" }: CopyButtonProps) {
  const [state, setState] = useState<CopyState>("idle");
  useEffect(() => {
    if (state === "idle") return undefined;
    const timer = setTimeout(() => setState("idle"), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const Icon = ICONS[state];
  const copy = async () => setState((await copyText(value)) ? "copied" : "failed");
  const words = { idle: `Copy ${label}`, copied: "Copied", failed: "Copying was refused" }[state];

  return (
    <span className={`inline-flex flex-none ${look === "icon" ? "-my-1 ml-0.5 align-middle" : ""}`}>
      {look === "button" ? (
        <Button onClick={copy}>
          <Icon size={14} aria-hidden />
          <span className="grid *:col-start-1 *:row-start-1">
            <span className="invisible" aria-hidden>{`Copy ${label}`}</span>
            <span className="text-left">{words}</span>
          </span>
        </Button>
      ) : (
        <button
          type="button"
          onClick={copy}
          title={words}
          aria-label={`Copy ${label}`}
          className={`inline-flex size-6 items-center justify-center rounded-sm hover:bg-hover hover:text-ink ${state === "copied" ? "text-proven" : "text-muted"}`}
        >
          <Icon size={13} aria-hidden />
        </button>
      )}
      <span role="status" className="sr-only">
        {state === "idle" ? "" : words}
      </span>
    </span>
  );
}

/** False where the browser has no clipboard (plain http) or refuses; the text then has to be selected by hand. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

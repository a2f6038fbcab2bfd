"use client";

import { type ReactNode, useEffect, useRef } from "react";

/** Takes the focus when it appears in place of what had it, so that a held Enter key presses nothing and the change is read out. */
export function StepFocus({ children }: { children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => element.current?.focus(), []);
  return (
    <div ref={element} tabIndex={-1} className="outline-none">
      {children}
    </div>
  );
}

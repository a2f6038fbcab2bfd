"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const INPUTS = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

type PresenceProps = {
  /** Where a person at work is reported with a POST, and how often at most. */
  href: string;
  everyMs: number;
  /** After so long without input the page is read again: where nobody worked in another tab either, it ends at the sign-in. */
  idleLimitMs: number;
};

/** Only what a person does keeps a session alive, never what an open page reads by itself. */
export function Presence({ href, everyMs, idleLimitMs }: PresenceProps) {
  const { refresh } = useRouter();
  useEffect(() => {
    let reportedAt = Number.NEGATIVE_INFINITY;
    let idle: ReturnType<typeof setTimeout>;
    const waitForIdle = () => {
      clearTimeout(idle);
      idle = setTimeout(readAgain, idleLimitMs + everyMs);
    };
    const readAgain = () => {
      refresh();
      waitForIdle();
    };
    const report = () => {
      waitForIdle();
      if (performance.now() - reportedAt < everyMs) return;
      reportedAt = performance.now();
      fetch(href, { method: "POST", keepalive: true }).catch(() => {
        reportedAt = Number.NEGATIVE_INFINITY;
      });
    };
    waitForIdle();
    for (const input of INPUTS) window.addEventListener(input, report, { passive: true });
    return () => {
      clearTimeout(idle);
      for (const input of INPUTS) window.removeEventListener(input, report);
    };
  }, [refresh, href, everyMs, idleLimitMs]);
  return null;
}

"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { followChanges } from "./change-stream.ts";

/** A burst of changes is one refresh, and the next one waits for it. */
const COALESCE_MS = 400;

let mounted = 0;
let due: ReturnType<typeof setTimeout> | null = null;
let lastAt = Number.NEGATIVE_INFINITY;

/** Reads the page again whenever the address says that something of the desk changed, while somebody can see it. */
export function LiveRefresh({ href }: { href: string }) {
  // The router is another object after each refresh, its functions are not: an effect that began anew would forget what is due.
  const { refresh } = useRouter();
  useEffect(() => {
    mounted += 1;
    const leave = followChanges(href, { topic: "desk", onChange: (toldAt) => refreshSoon(refresh, toldAt) });
    return () => {
      leave();
      mounted -= 1;
      if (mounted === 0) forgetRefresh();
    };
  }, [refresh, href]);
  return null;
}

/** The page is read as a whole, however many of its parts ask for it; and once for what was told before it was read. */
function refreshSoon(refresh: () => void, toldAt: number): void {
  if (due !== null || toldAt < lastAt) return;
  const waitMs = Math.max(0, lastAt + COALESCE_MS - performance.now());
  due = setTimeout(() => {
    due = null;
    lastAt = performance.now();
    refresh();
  }, waitMs);
}

function forgetRefresh(): void {
  if (due !== null) clearTimeout(due);
  due = null;
}

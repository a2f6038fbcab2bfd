"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { followChanges } from "./change-stream.ts";

/** A burst of changes is one refresh, and the next one waits for it. */
const COALESCE_MS = 400;

let mounted = 0;
let due: ReturnType<typeof setTimeout> | null = null;
let lastAt = 0;

/** Reads the page again whenever the address says that something of the desk changed, while somebody can see it. */
export function LiveRefresh({ href }: { href: string }) {
  const router = useRouter();
  useEffect(() => {
    mounted += 1;
    const leave = followChanges(href, { topic: "desk", onChange: () => refreshSoon(router.refresh) });
    return () => {
      leave();
      mounted -= 1;
      if (mounted === 0) forgetRefresh();
    };
  }, [router, href]);
  return null;
}

/** The page is read as a whole, however many of its parts ask for it. */
function refreshSoon(refresh: () => void): void {
  if (due !== null) return;
  const waitMs = Math.max(0, lastAt + COALESCE_MS - Date.now());
  due = setTimeout(() => {
    due = null;
    lastAt = Date.now();
    refresh();
  }, waitMs);
}

function forgetRefresh(): void {
  if (due !== null) clearTimeout(due);
  due = null;
}

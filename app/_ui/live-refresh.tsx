"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** A burst of changes is one refresh, and the next one waits for it. */
const COALESCE_MS = 400;
/** While the stream is down. */
const POLL_MS = 15_000;

/** Reads the page again whenever the address says that something changed, while somebody can see it. */
export function LiveRefresh({ href }: { href: string }) {
  const router = useRouter();
  useEffect(() => {
    let source: EventSource | null = null;
    let due: ReturnType<typeof setTimeout> | null = null;
    let lastAt = 0;

    const refresh = () => {
      if (due !== null) return;
      const waitMs = Math.max(0, lastAt + COALESCE_MS - Date.now());
      due = setTimeout(() => {
        due = null;
        lastAt = Date.now();
        router.refresh();
      }, waitMs);
    };
    const listen = () => {
      source = new EventSource(href);
      source.addEventListener("change", refresh);
    };
    const follow = () => {
      source?.close();
      source = null;
      if (document.visibilityState !== "visible") return;
      listen();
    };
    const comeBack = () => {
      follow();
      if (document.visibilityState === "visible") refresh();
    };
    const poll = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      if (source?.readyState === EventSource.CLOSED) follow();
      if (source?.readyState !== EventSource.OPEN) refresh();
    }, POLL_MS);
    follow();
    document.addEventListener("visibilitychange", comeBack);
    return () => {
      source?.close();
      clearInterval(poll);
      if (due !== null) clearTimeout(due);
      document.removeEventListener("visibilitychange", comeBack);
    };
  }, [router, href]);
  return null;
}

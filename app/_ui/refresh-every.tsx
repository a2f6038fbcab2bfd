"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Reads the page again while it is mounted and somebody can see it. */
export function RefreshEvery({ intervalMs }: { intervalMs: number }) {
  const { refresh } = useRouter();
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && refresh(), intervalMs);
    return () => clearInterval(timer);
  }, [refresh, intervalMs]);
  return null;
}

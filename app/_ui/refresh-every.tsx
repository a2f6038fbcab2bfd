"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** Reads the page again while it is mounted and somebody can see it. */
export function RefreshEvery({ intervalMs }: { intervalMs: number }) {
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && router.refresh(), intervalMs);
    return () => clearInterval(timer);
  }, [router, intervalMs]);
  return null;
}

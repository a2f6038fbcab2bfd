"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { followChanges } from "#ui/change-stream.ts";
import type { Reachability } from "../schema.ts";

/** A question about the next moment is not asked more often. */
const SHORTEST_REVIEW_MS = 500;

const ReachabilityContext = createContext<Reachability | null>(null);

type ReachabilityProviderProps = { initial: Reachability; children: ReactNode };

/** Around all pages: so that the banner and every button say the same, and follow without the page being read again. */
export function ReachabilityProvider({ initial, children }: ReachabilityProviderProps) {
  const [latest, setLatest] = useState(initial);
  const known = latest.now > initial.now ? latest : initial;
  const { reviewAfterMs } = known;
  const look = useCallback(async () => {
    const seen = await fetchReachability();
    if (seen) setLatest(seen);
  }, []);
  useEffect(() => followChanges("/api/changes", { topic: "dwolla", onChange: look }), [look]);
  useEffect(() => {
    if (reviewAfterMs === null) return;
    const lookIfSeen = () => document.visibilityState === "visible" && look();
    const timer = setInterval(lookIfSeen, Math.max(reviewAfterMs, SHORTEST_REVIEW_MS));
    return () => clearInterval(timer);
  }, [reviewAfterMs, look]);
  return <ReachabilityContext value={known}>{children}</ReachabilityContext>;
}

export function useReachability(): Reachability {
  const known = useContext(ReachabilityContext);
  if (!known) throw new Error("There is no ReachabilityProvider around this.");
  return known;
}

/** Null when the desk itself does not answer, or the person is signed out. */
async function fetchReachability(): Promise<Reachability | null> {
  try {
    const response = await fetch("/api/reachability", { redirect: "error" });
    return response.ok ? ((await response.json()) as Reachability) : null;
  } catch {
    return null;
  }
}

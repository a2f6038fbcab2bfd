"use client";

import { useEffect, useState } from "react";

/**
 * The server's clock, kept going in the browser by elapsed time: the first render equals the server's,
 * and a wrong clock on the person's machine changes nothing. Returns milliseconds since 1970.
 */
export function useTickingNow(serverNow: string, everyMs: number): number {
  const serverNowMs = Date.parse(serverNow);
  const [tick, setTick] = useState({ serverNowMs, elapsedMs: 0 });
  useEffect(() => {
    const startedAt = performance.now();
    const timer = setInterval(() => setTick({ serverNowMs, elapsedMs: performance.now() - startedAt }), everyMs);
    return () => clearInterval(timer);
  }, [serverNowMs, everyMs]);
  return tick.serverNowMs === serverNowMs ? serverNowMs + tick.elapsedMs : serverNowMs;
}

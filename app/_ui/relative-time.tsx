"use client";

import { formatRelative } from "./time-format.ts";
import { useTickingNow } from "./use-ticking-now.ts";

const TICK_MS = 20_000;

/** The moving words alone; `Time` puts them into a `<time>` with the exact instant. */
export function RelativeTime({ iso, now }: { iso: string; now: string }) {
  return formatRelative(iso, useTickingNow(now, TICK_MS));
}

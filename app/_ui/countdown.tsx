"use client";

import { useEffect, useRef } from "react";
import { formatRemaining } from "./time-format.ts";
import { useTickingNow } from "./use-ticking-now.ts";

type CountdownProps = {
  /** The instant it counts to, ISO. */
  until: string;
  /** When `until` was handed out by the server, ISO. */
  now: string;
  /** What runs out, such as "Token valid for". */
  label: string;
  /** Shown once nothing is left, such as "Token has expired". */
  endedLabel: string;
  onEnd?: () => void;
};

/** Only these moments are spoken, so that a screen reader is not interrupted each second. */
const SPOKEN_MINUTES = [20, 10, 5, 2, 1];
const MINUTE_MS = 60_000;

export function Countdown({ until, now, label, endedLabel, onEnd }: CountdownProps) {
  const remainingMs = Date.parse(until) - useTickingNow(now, 1_000);
  const hasEnded = remainingMs <= 0;
  const latestOnEnd = useRef(onEnd);
  useEffect(() => {
    latestOnEnd.current = onEnd;
  });
  useEffect(() => {
    if (hasEnded) latestOnEnd.current?.();
  }, [hasEnded]);

  return (
    <span className="inline-flex gap-1.5">
      {hasEnded ? (
        <span className="text-broken" aria-hidden>
          {endedLabel}
        </span>
      ) : (
        <span role="timer" className="text-muted">
          {label}{" "}
          <span className={`tabular-nums ${remainingMs < 2 * MINUTE_MS ? "text-warning" : "text-ink"}`}>
            {formatRemaining(remainingMs)}
          </span>
        </span>
      )}
      <span role="status" className="sr-only">
        {hasEnded ? endedLabel : spokenRemainder(label, remainingMs)}
      </span>
    </span>
  );
}

function spokenRemainder(label: string, remainingMs: number): string {
  const minutes = SPOKEN_MINUTES.findLast((moment) => remainingMs <= moment * MINUTE_MS);
  if (minutes === undefined) return "";
  return `${label} less than ${minutes === 1 ? "a minute" : `${minutes} minutes`}`;
}

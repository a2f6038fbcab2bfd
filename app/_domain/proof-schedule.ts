/**
 * When to look again at a link that may have been repaired. Dwolla does not say when a customer has finished, so a proof asks
 * with growing pauses until it knows or gives up.
 *
 * | why it began | probes                                                                                            | at most |
 * |--------------|---------------------------------------------------------------------------------------------------|---------|
 * | reveal       | dense while the session lives (30 minutes, and nobody knows when in them), then for about a day    | 26      |
 * | claim        | at once, then for a day                                                                           | 8       |
 * | event        | at once, then for a day                                                                           | 5       |
 * | check        | the press was the first; then for four hours                                                      | 5       |
 */
export type ProofTrigger = keyof typeof PAUSES_MS;

/** What a probe of a proof came to. */
export type ProofFinding =
  | "proven"
  | "still_broken"
  | "works_but_warned"
  | "not_proven"
  | "no_answer"
  | "cannot_be_proven"
  | "removed"
  | "gone"
  | "refused";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const PAUSES_MS = {
  reveal: [
    ...[20 * SECOND, 20 * SECOND, 20 * SECOND, 30 * SECOND, 30 * SECOND],
    ...Array.from({ length: 14 }, () => 2 * MINUTE),
    ...[5 * MINUTE, 30 * MINUTE, 1 * HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 8 * HOUR],
  ],
  claim: [0, 1 * MINUTE, 4 * MINUTE, 10 * MINUTE, 45 * MINUTE, 3 * HOUR, 8 * HOUR, 12 * HOUR],
  event: [0, 5 * MINUTE, 55 * MINUTE, 5 * HOUR, 18 * HOUR],
  check: [1 * MINUTE, 4 * MINUTE, 10 * MINUTE, 45 * MINUTE, 3 * HOUR],
} as const satisfies Record<string, readonly number[]>;

/**
 * The next probe, or null when there is nothing left to try. Pauses count from the last probe, so that what an outage kept from
 * happening is not made up for in a burst.
 * @param probesDone those that were answered: one that Dwolla did not answer is repeated and does not count.
 */
export function nextProbeAt(trigger: ProofTrigger, probesDone: number, now: Date): Date | null {
  const pauseMs = PAUSES_MS[trigger][probesDone];
  return pauseMs === undefined ? null : new Date(now.getTime() + pauseMs);
}

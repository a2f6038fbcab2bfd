import { describe, expect, test } from "vitest";
import { nextProbeAt, type ProofTrigger } from "#domain/proof-schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SESSION_LIFE = 30 * MINUTE;
const START = new Date("2026-11-01T00:00:00Z");

/** As the table of the module says. */
const TRIGGERS: [ProofTrigger, { probes: number; endsWithin: number }][] = [
  ["reveal", { probes: 26, endsWithin: 25 * HOUR }],
  ["claim", { probes: 8, endsWithin: 25 * HOUR }],
  ["event", { probes: 5, endsWithin: 25 * HOUR }],
  ["check", { probes: 5, endsWithin: 4 * HOUR }],
];

describe.each(TRIGGERS)("a proof that began with a %s", (trigger, { probes, endsWithin }) => {
  test("ends after so many probes as the table says, and within its time", () => {
    const times = timesOf(trigger);
    expect(times).toHaveLength(probes);
    expect(times.at(-1)).toBeLessThanOrEqual(endsWithin);
    expect(nextProbeAt(trigger, probes + 5, START)).toBeNull();
  });

  test("asks with pauses that never shrink, none longer than 18 hours", () => {
    const times = timesOf(trigger);
    const pauses = times.map((time, probe) => time - (times[probe - 1] ?? 0));
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(18 * HOUR);
  });

  test("counts each pause from the last probe, so that an outage is not made up for in a burst", () => {
    const late = new Date(START.getTime() + 9 * DAY);
    const planned = (nextProbeAt(trigger, 1, START)?.getTime() ?? 0) - START.getTime();
    expect((nextProbeAt(trigger, 1, late)?.getTime() ?? 0) - late.getTime()).toBe(planned);
  });
});

test("a reveal is watched all the time that the session is good: nobody who finishes waits longer than two minutes", () => {
  const during = timesOf("reveal").filter((time) => time <= SESSION_LIFE + 2 * MINUTE);
  const gaps = during.map((time, probe) => time - (during[probe - 1] ?? 0));
  expect(during.at(-1)).toBeGreaterThanOrEqual(SESSION_LIFE);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * MINUTE);
  expect(during[0]).toBeLessThanOrEqual(30_000);
});

test("a reveal is looked at once more after the session can have ended, when the customer finished at its last moment", () => {
  const after = timesOf("reveal").filter((time) => time > SESSION_LIFE);
  expect(after.length).toBeGreaterThanOrEqual(3);
  expect(after[0]).toBeLessThanOrEqual(SESSION_LIFE + 10 * MINUTE);
});

test.each(["claim", "event"] as const)("a %s is looked at without a pause", (trigger) => {
  expect(nextProbeAt(trigger, 0, START)).toEqual(START);
});

test("a press was the first look itself", () => {
  expect(nextProbeAt("check", 0, START)?.getTime()).toBeGreaterThan(START.getTime());
});

/** When the probes are due, in milliseconds after the beginning, where each is made when it is due. */
function timesOf(trigger: ProofTrigger): number[] {
  const times: number[] = [];
  for (let at: Date | null = START; ; ) {
    at = nextProbeAt(trigger, times.length, at);
    if (at === null) return times;
    times.push(at.getTime() - START.getTime());
  }
}

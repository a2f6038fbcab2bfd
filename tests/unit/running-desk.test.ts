import { describe, expect, test } from "vitest";
import type { ActInput } from "#features/scenario-acts/schema.ts";
import { isForRunningDesk } from "#features/scenario-runs/mutations.ts";
import { scenarioSchema } from "#features/scenarios/schema.ts";

const elapse = (seconds: number) => ({ do: "elapse", seconds }) as const;
const prove = { do: "prove" } as const;
const reveal = { do: "reveal" } as const;
const claim = { do: "claim", word: "finished" } as const;
const check = { do: "check" } as const;

/** Two minutes are waited for. Probes come 20, 20, 20 and 30 s after one another once a session was revealed, and a minute after a claim. */
const TABLE: [string, boolean, ActInput[]][] = [
  ["nothing that takes time", true, [check, reveal]],
  ["two minutes in one piece", true, [elapse(120)]],
  ["a second more", false, [elapse(121)]],
  ["a second more in pieces", false, [elapse(60), check, elapse(61)]],
  ["five probes after a reveal", true, [reveal, prove, prove, prove, prove, prove]],
  ["a sixth, two minutes later", false, [reveal, prove, prove, prove, prove, prove, prove]],
  ["a probe, and what is left of the two minutes", true, [reveal, prove, elapse(100)]],
  ["a probe, and a second more", false, [reveal, prove, elapse(101)]],
  ["four probes, each after a reveal, and the rest", true, [...four(reveal, prove), elapse(40)]],
  ["a probe after a claim, and what is left", true, [reveal, claim, prove, elapse(60)]],
  ["a probe after a claim, and a second more", false, [reveal, claim, prove, elapse(61)]],
  ["a second claim's second probe", false, [claim, prove, prove]],
  ["more probes than a proof makes", false, Array.from({ length: 27 }, () => prove)],
  ["a day within what happens at once", false, [{ do: "at_once", acts: [check, elapse(86_400)] }]],
  ["a minute each of what happens at once", true, [{ do: "at_once", acts: [elapse(60), elapse(60)] }, elapse(60)]],
  [
    "a probe within what happens at once, and a second more",
    false,
    [{ do: "at_once", acts: [check, prove] }, elapse(101)],
  ],
];

function four(...acts: ActInput[]): ActInput[] {
  return [acts, acts, acts, acts].flat();
}

describe("somebody who waits for two minutes can play", () => {
  test.each(TABLE)("%s: %s", (_what, isPlayable, acts) => {
    const { steps } = scenarioSchema.parse({
      ...{ title: "A table", shows: "How long it takes.", world: { partner: "Plaid" } },
      steps: acts.map((act) => ({ title: "A step", act })),
    });
    expect(isForRunningDesk({ steps })).toBe(isPlayable);
  });
});

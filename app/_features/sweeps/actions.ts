"use server";

import { defineAction } from "#platform/action.ts";
import { cancelSweep, pauseSweep, resumeSweep, startSweep } from "./mutations.ts";
import { startSweepInput, sweepInput } from "./schema.ts";

const OPERATING = { permission: "sweep:operate", limit: { presses: 6, perSeconds: 60 } } as const;

export const startSweepAction = defineAction({
  ...OPERATING,
  action: "sweep.requested",
  input: startSweepInput,
  run: startSweep,
});

export const pauseSweepAction = defineAction({
  ...OPERATING,
  action: "sweep.paused",
  input: sweepInput,
  run: pauseSweep,
});

export const resumeSweepAction = defineAction({
  ...OPERATING,
  action: "sweep.resumed",
  input: sweepInput,
  run: resumeSweep,
});

export const cancelSweepAction = defineAction({
  ...OPERATING,
  action: "sweep.cancelled",
  input: sweepInput,
  run: cancelSweep,
});

"use server";

import { defineAction } from "#platform/action.ts";
import { previewReplay, replayEvents } from "./mutations.ts";
import { previewInput, replayInput } from "./schema.ts";

const REPLAYING = {
  action: "dwolla_event.replayed",
  permission: "webhook:operate",
  limit: { presses: 30, perSeconds: 60 },
} as const;

export const previewReplayAction = defineAction({
  ...REPLAYING,
  input: previewInput,
  run: previewReplay,
});

export const replayEventsAction = defineAction({
  ...REPLAYING,
  input: replayInput,
  run: replayEvents,
});

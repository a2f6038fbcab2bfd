import { z } from "zod";

/** As its file is called. */
export const SCENARIO_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

export const keepRunSchema = z.object({
  exchangeId: z.uuid().toLowerCase(),
  /** When the run began. */
  since: z.iso.datetime(),
  name: z
    .string()
    .trim()
    .max(80, "At most 80 characters.")
    .regex(SCENARIO_NAME, "Small letters, digits and hyphens, such as lost-webhook."),
  /** Whether the file is written among the scenarios; else it is only shown. */
  isWritten: z.boolean(),
});

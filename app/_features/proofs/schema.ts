import { z } from "zod";

export const PROBE_JOB = "proof.probe";

export const probePayload = z.object({ proofId: z.uuid() });
export type ProbePayload = z.output<typeof probePayload>;

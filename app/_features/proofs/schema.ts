import { z } from "zod";

export const PROBE_JOB = "proof.probe";
/** The part of a link's page that says how far its proof is. */
export const PROOF_ANCHOR = "repair";

export const probePayload = z.object({ proofId: z.uuid() });
export type ProbePayload = z.output<typeof probePayload>;

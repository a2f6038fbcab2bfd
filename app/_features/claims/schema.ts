import { z } from "zod";
import type { ExchangeId } from "#domain/ids.ts";

/** `finished`: the customer says to have signed in. `fails`: the customer says that it still does not work. */
export const CLAIM_WORDS = ["finished", "fails"] as const;

const exchangeId = z.uuid().transform((id) => id.toLowerCase() as ExchangeId);

export const recordClaimInput = z.object({ exchangeId, word: z.enum(CLAIM_WORDS) });
export type RecordClaimInput = z.output<typeof recordClaimInput>;

export const closeUnprovenInput = z.object({ exchangeId });
export type CloseUnprovenInput = z.output<typeof closeUnprovenInput>;

export type ClaimResult = { ok: true } | { ok: false; reason: "no_open_case" | "not_claimed" | "can_be_proven" };

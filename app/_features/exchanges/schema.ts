import { z } from "zod";
import type { Health } from "#domain/exchange-health.ts";
import type { ExchangeId } from "#domain/ids.ts";

export const checkExchangeInput = z.object({ exchangeId: z.uuid().transform((id) => id.toLowerCase() as ExchangeId) });
export type CheckExchangeInput = z.output<typeof checkExchangeInput>;

/**
 * What one funding source said. `about_another_exchange`: the bank refuses, but through another exchange of the customer.
 * `refused`: Dwolla would not say; `gone`: it does not know the funding source any more; `unreachable`, `unreadable`: it could not say.
 */
export type BalanceWord =
  | "answered"
  | "update_credentials"
  | "about_another_exchange"
  | "unsupported"
  | "not_enabled"
  | "processing"
  | "refused"
  | "gone"
  | "unreachable"
  | "unreadable";

export interface BalanceLine {
  fundingSourceId: string;
  name: string;
  bankName: string | null;
  answer: BalanceWord;
  /** What the answer speaks of: Dwolla may answer from a cache. ISO 8601. */
  speaksOfAt: string;
  requestId: string | null;
}

/** Why a check found nothing out; then nothing was changed. */
export const CHECK_FAILURES = [
  "unknown_exchange",
  "gone",
  "refused",
  "rate_limited",
  "unreachable",
  "unreadable",
] as const;
export type CheckFailure = (typeof CHECK_FAILURES)[number];

export type CheckExchangeResult =
  | {
      ok: true;
      checkedAt: string;
      /** Dwolla's word, which may be one we do not know. */
      status: string;
      statusRequestId: string | null;
      /** Empty where the partner allows no balance check, or no bank account is known that could be this exchange's. */
      balances: BalanceLine[];
      before: Health;
      after: Health;
      cause: string | null;
    }
  /** `resumesAt` (ISO 8601) is set while Dwolla's rate limit holds and it is known until when. */
  | { ok: false; reason: CheckFailure; resumesAt: string | null; requestId: string | null };

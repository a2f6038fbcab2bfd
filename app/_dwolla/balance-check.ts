import type { ExchangeId, FundingSourceId } from "#domain/ids.ts";
import { type Answer, httpError, isCode, readAnswer, readVendorError, type VendorError } from "./answer.ts";
import type { BaseAddress } from "./base-address.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, getRequest } from "./wire-request.ts";
import { balanceShape } from "./wire-schema.ts";

export type Money = { value: string; currency: string };

type BalanceAnswer =
  /** The connection works, or worked at `lastUpdatedAt`: Dwolla may answer from a cache. */
  | { kind: "answered"; available: Money | null; lastUpdatedAt: Date | null }
  /** The bank wants to be signed in to again. `exchangeId` is null when Dwolla's link does not lead to an exchange at this host. */
  | { kind: "update_credentials"; exchangeId: ExchangeId | null }
  | { kind: "unsupported"; why: "funding_source" | "exchange_partner" | "not_said" }
  /** Balance checks are an add-on that this account does not have. */
  | { kind: "not_enabled" }
  /** Dwolla is asking the bank; the answer comes with a later check. */
  | { kind: "processing" };

export type BalanceCheck = BalanceAnswer & { status: number; requestId: string | null };

const ANSWERS: readonly number[] = [200, 202, 400, 403];

export function balanceCheckCalls(call: Call, base: BaseAddress) {
  return {
    /**
     * The only documented proof on demand that an exchange works or not. It touches the bank and may cost: not for sweeping without need.
     * @throws DwollaError for every answer that says nothing about the connection.
     * @see https://developers.dwolla.com/docs/balance/open-banking/retrieve-bank-balance
     */
    async checkBalance(fundingSourceId: FundingSourceId, { signal }: CallOptions = {}): Promise<BalanceCheck> {
      const request = getRequest("/funding-sources/{id}/balance", { id: fundingSourceId, expects: ANSWERS, signal });
      const answer = await call(request);
      const { status, requestId } = answer;
      if (status === 202) return { kind: "processing", status, requestId };
      if (status === 200) {
        const { available, lastUpdatedAt } = readAnswer(balanceShape, request, answer);
        return { kind: "answered", available, lastUpdatedAt, status, requestId };
      }
      const refusal = toRefusal(answer, base);
      if (refusal === null) throw httpError(request, answer);
      return { ...refusal, status, requestId };
    },
  };
}

function toRefusal(answer: Answer, base: BaseAddress): BalanceAnswer | null {
  const error = readVendorError(answer);
  if (answer.status === 403) return isCode(error.code, "Forbidden") ? { kind: "not_enabled" } : null;
  if (isCode(error.code, "UnsupportedOperation")) return { kind: "unsupported", why: whyUnsupported(error) };
  if (!isCode(error.code, "UpdateCredentials")) return null;
  return { kind: "update_credentials", exchangeId: base.exchangeIdInSessionsAddress(error.aboutHref) };
}

/** One code stands for two documented cases, which only the message tells apart. */
function whyUnsupported({ message }: VendorError): "funding_source" | "exchange_partner" | "not_said" {
  if (/type of funding source/i.test(message)) return "funding_source";
  return /exchange partner/i.test(message) ? "exchange_partner" : "not_said";
}

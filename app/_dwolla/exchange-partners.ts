import type { ExchangePartnerId } from "#domain/ids.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, getRequest, LIST_BODY_MAX_BYTES } from "./wire-request.ts";
import { exchangePartnerList, readList } from "./wire-schema.ts";

/** Ids differ between environments, so partners are told apart by name, without regard to case. */
export type ExchangePartner = { id: ExchangePartnerId; name: string; status: string };

export function exchangePartnerCalls(call: Call) {
  return {
    /** @see https://developers.dwolla.com/docs/api-reference/exchange-partners */
    async listExchangePartners({ signal }: CallOptions = {}): Promise<ExchangePartner[]> {
      const request = getRequest("/exchange-partners", { maxBytes: LIST_BODY_MAX_BYTES, signal });
      return readList(exchangePartnerList, request, await call(request)).items;
    },
  };
}

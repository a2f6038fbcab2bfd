import type { CustomerId, ExchangeId, ExchangePartnerId } from "#domain/ids.ts";
import { readAnswer, shapeError } from "./answer.ts";
import type { BaseAddress } from "./base-address.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, getRequest, LIST_BODY_MAX_BYTES } from "./wire-request.ts";
import { exchangeList, exchangeShape, readList } from "./wire-schema.ts";

export type Exchange = {
  id: ExchangeId;
  /** Null where the answer carries no customer link, or one that is not Dwolla's. */
  customerId: CustomerId | null;
  partnerId: ExchangePartnerId | null;
  /** Documented: active, deactivated, removed; none of them says "needs re-authentication". Others are kept as data. */
  status: string;
  createdAt: Date | null;
  /** Of the answer that said so. */
  requestId: string | null;
};

export function exchangeCalls(call: Call, base: BaseAddress) {
  function toExchange(shape: (typeof exchangeShape)["_output"], requestId: string | null): Exchange {
    return {
      id: shape.id,
      customerId: base.customerIdIn(shape.customerHref),
      partnerId: base.exchangePartnerIdIn(shape.partnerHref),
      status: shape.status,
      createdAt: shape.createdAt,
      requestId,
    };
  }

  return {
    /** All of them: no paging is documented for this list. @see https://developers.dwolla.com/docs/api-reference/exchanges */
    async listExchangesOfCustomer(customerId: CustomerId, { signal }: CallOptions = {}): Promise<Exchange[]> {
      const request = getRequest("/customers/{id}/exchanges", {
        id: customerId,
        maxBytes: LIST_BODY_MAX_BYTES,
        signal,
      });
      const answer = await call(request);
      const { items } = readList(exchangeList, request, answer);
      return items.map((item) => ({ ...toExchange(item, answer.requestId), customerId }));
    },

    async getExchange(id: ExchangeId, { signal }: CallOptions = {}): Promise<Exchange> {
      const request = getRequest("/exchanges/{id}", { id, signal });
      const answer = await call(request);
      const exchange = toExchange(readAnswer(exchangeShape, request, answer), answer.requestId);
      if (exchange.id !== id) throw shapeError(request, answer, "id: not the one asked for");
      return exchange;
    },
  };
}

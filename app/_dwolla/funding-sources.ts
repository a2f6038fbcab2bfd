import type { CustomerId, FundingSourceId } from "#domain/ids.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, getRequest, LIST_BODY_MAX_BYTES } from "./wire-request.ts";
import { fundingSourceList, readList } from "./wire-schema.ts";

/** Never says through which exchange it came: only `checkBalance` can, when it is refused. */
export type FundingSource = {
  id: FundingSourceId;
  /** Documented: bank, balance, card. */
  type: string;
  /** About verification (unverified, verified), not about the connection to the bank. */
  status: string;
  name: string | null;
  bankName: string | null;
  bankAccountType: string | null;
  isRemoved: boolean;
  createdAt: Date | null;
};

export function fundingSourceCalls(call: Call) {
  return {
    /** All of them, also removed ones unless `removed` is false. @see https://developers.dwolla.com/docs/api-reference/funding-sources */
    async listFundingSourcesOfCustomer(
      customerId: CustomerId,
      { removed, signal }: { removed?: boolean } & CallOptions = {},
    ): Promise<FundingSource[]> {
      const request = getRequest("/customers/{id}/funding-sources", {
        id: customerId,
        query: removed === undefined ? "" : `?removed=${removed}`,
        maxBytes: LIST_BODY_MAX_BYTES,
        signal,
      });
      return readList(fundingSourceList, request, await call(request)).items;
    },
  };
}

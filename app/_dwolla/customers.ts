import type { CustomerId } from "#domain/ids.ts";
import { readAnswer, shapeError } from "./answer.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, getRequest, LIST_BODY_MAX_BYTES } from "./wire-request.ts";
import { customerList, customerShape, readList } from "./wire-schema.ts";

export type Customer = {
  id: CustomerId;
  firstName: string | null;
  lastName: string | null;
  businessName: string | null;
  email: string | null;
  /** Documented: unverified, receive-only, personal, business. Others are kept as data. */
  type: string;
  status: string;
  createdAt: Date | null;
};

/** @see https://developers.dwolla.com/docs/api-reference/customers/list-and-search (limit 200 at most) */
export const CUSTOMERS_PAGE_MAX = 200;

export type CustomersQuery = {
  limit: number;
  offset: number;
  /** Fuzzy, over names and e-mail. */
  search?: string;
  /** Exact. */
  email?: string;
  statuses?: readonly string[];
};

export function customerCalls(call: Call) {
  return {
    /**
     * One page, by time of creation.
     * @throws RangeError when limit is not 1 to 200 or offset is negative.
     * @see https://developers.dwolla.com/docs/api-reference/customers/list-and-search
     */
    async listCustomers(
      customersQuery: CustomersQuery,
      { signal }: CallOptions = {},
    ): Promise<{ customers: Customer[]; total: number }> {
      const query = toQueryString(customersQuery);
      const request = getRequest("/customers", { query, maxBytes: LIST_BODY_MAX_BYTES, signal });
      const answer = await call(request);
      const { items, total } = readList(customerList, request, answer);
      // Pages are planned by the total: without it a crawl would stop early and look complete.
      if (total === null) throw shapeError(request, answer, "total: missing");
      return { customers: items, total };
    },

    async getCustomer(id: CustomerId, { signal }: CallOptions = {}): Promise<Customer> {
      const request = getRequest("/customers/{id}", { id, signal });
      const answer = await call(request);
      const customer = readAnswer(customerShape, request, answer);
      if (customer.id !== id) throw shapeError(request, answer, "id: not the one asked for");
      return customer;
    },
  };
}

function toQueryString({ limit, offset, search, email, statuses = [] }: CustomersQuery): string {
  if (!Number.isInteger(limit) || limit < 1 || limit > CUSTOMERS_PAGE_MAX)
    throw new RangeError("limit must be 1 to 200");
  if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError("offset must be 0 or more");
  const query = new URLSearchParams({ limit: String(limit), offset: String(offset) });
  if (search) query.set("search", search);
  if (email) query.set("email", email);
  for (const status of statuses) query.append("status", status);
  return `?${query}`;
}

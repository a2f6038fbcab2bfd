import { randomUUID } from "node:crypto";
import { type Customer, type CustomerProfile, customerIdAt } from "./customers.ts";
import type { FundingSource } from "./funding-sources.ts";

export type NewCustomer = Pick<CustomerProfile, "firstName" | "lastName" | "email" | "businessName"> & {
  type: "unverified" | "receive-only";
  correlationId: string | undefined;
};
export type NewFundingSource = Pick<FundingSource, "name" | "bankAccountType" | "exchangeId">;

/** Far behind every place that a seed can fill. */
const FIRST_PLACE = 2 ** 31;
/** Behind the slots of the seed's banks and balances. */
const FIRST_SLOT = 1_000;
const NO_ADDRESS = { address1: "", city: "", state: "", postalCode: "" };

/** What was made over the API. The only part of the world that is stored. */
export class Made {
  readonly #seed: number;
  readonly #customers = new Map<number, Customer>();
  readonly #sources = new Map<string, FundingSource>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  addCustomer(request: NewCustomer, created: number): Customer {
    const index = FIRST_PLACE + this.#customers.size;
    const customer: Customer = {
      ...request,
      index,
      id: customerIdAt(this.#seed, index),
      status: "unverified",
      businessType: undefined,
      created,
      address: NO_ADDRESS,
    };
    this.#customers.set(index, customer);
    return customer;
  }

  /** Through an exchange it counts as verified; typed in by hand it does not, as at Dwolla. */
  addFundingSource(customer: Customer, request: NewFundingSource, created: number): FundingSource {
    const source: FundingSource = {
      ...request,
      id: randomUUID(),
      index: customer.index,
      slot: FIRST_SLOT + this.#sources.size,
      type: "bank",
      exchangeSlot: undefined,
      status: request.exchangeId === undefined ? "unverified" : "verified",
      bankName: "SANDBOX TEST BANK",
      created,
      removed: false,
      balance: "542.00",
    };
    this.#sources.set(source.id, source);
    return source;
  }

  removeFundingSource(id: string): void {
    const source = this.#sources.get(id);
    if (source !== undefined) this.#sources.set(id, { ...source, removed: true });
  }

  customer(index: number): Customer | undefined {
    return this.#customers.get(index);
  }

  /** Oldest first. */
  customers(): Customer[] {
    return [...this.#customers.values()];
  }

  fundingSource(id: string): FundingSource | undefined {
    return this.#sources.get(id);
  }

  fundingSourcesOf({ index }: Customer): FundingSource[] {
    return [...this.#sources.values()].filter((source) => source.index === index);
  }

  /** Whether a place is one of those that are made, taken or not. */
  static isPlace(index: number): boolean {
    return index >= FIRST_PLACE;
  }

  clear(): void {
    this.#customers.clear();
    this.#sources.clear();
  }
}

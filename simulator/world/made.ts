import { randomUUID } from "node:crypto";
import { type Customer, madeCustomer, type NewCustomer } from "./customers.ts";
import type { Exchange } from "./exchanges.ts";
import { type FundingSource, madeBank, type NewBank } from "./funding-sources.ts";
import type { Partner } from "./partners.ts";

/** What was made since the start, over Dwolla's API or by a control. No seed can compute it, so it is stored. */
export class Made {
  readonly #seed: number;
  readonly #customers = new Map<number, Customer>();
  readonly #exchanges = new Map<string, Exchange>();
  readonly #banks = new Map<string, FundingSource>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  addCustomer(index: number, wanted: NewCustomer, created: number): Customer {
    const customer = madeCustomer(this.#seed, index, wanted, created);
    this.#customers.set(index, customer);
    return customer;
  }

  customer(index: number): Customer | undefined {
    return this.#customers.get(index);
  }

  /** Newest first. */
  customerPlaces(): number[] {
    return [...this.#customers.keys()].reverse();
  }

  addExchange(customer: Customer, partner: Partner, created: number): Exchange {
    const exchange: Exchange = {
      id: randomUUID(),
      customerIndex: customer.index,
      slot: undefined,
      partner,
      created,
      condition: "healthy",
      since: created,
      bank: "answers",
    };
    this.#exchanges.set(exchange.id, exchange);
    return exchange;
  }

  exchange(id: string): Exchange | undefined {
    return this.#exchanges.get(id);
  }

  exchangesOf(index: number): Exchange[] {
    return [...this.#exchanges.values()].filter(({ customerIndex }) => customerIndex === index);
  }

  exchangeIds(): string[] {
    return [...this.#exchanges.keys()];
  }

  addBank(customer: Customer, wanted: NewBank, created: number): FundingSource {
    const bank = madeBank(this.#seed, customer, wanted, { created, place: this.#banks.size });
    this.#banks.set(bank.id, bank);
    return bank;
  }

  bank(id: string): FundingSource | undefined {
    return this.#banks.get(id);
  }

  banksOf(index: number): FundingSource[] {
    return [...this.#banks.values()].filter((bank) => bank.index === index);
  }

  reset(): void {
    this.#customers.clear();
    this.#exchanges.clear();
    this.#banks.clear();
  }
}

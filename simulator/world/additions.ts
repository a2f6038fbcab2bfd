import { randomUUID } from "node:crypto";
import type { Customer } from "./customers.ts";
import type { Exchange } from "./exchanges.ts";
import { type FundingSource, linkedBank } from "./funding-sources.ts";
import type { Partner } from "./partners.ts";

/** What was made since the start, which no seed can compute. */
export class Additions {
  readonly #customers = new Map<number, Customer>();
  readonly #exchanges = new Map<string, Exchange>();
  readonly #banks = new Map<string, FundingSource>();

  addCustomer(customer: Customer): void {
    this.#customers.set(customer.index, customer);
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

  addBank(seed: number, customer: Customer, exchange: Exchange): FundingSource {
    const bank = linkedBank(seed, customer, {
      exchangeId: exchange.id,
      created: exchange.created,
      place: this.#banks.size,
    });
    this.#banks.set(bank.id, bank);
    return bank;
  }

  bank(id: string): FundingSource | undefined {
    return this.#banks.get(id);
  }

  banksOf(index: number): FundingSource[] {
    return [...this.#banks.values()].filter((bank) => bank.index === index);
  }

  hasBank(exchangeId: string): boolean {
    return [...this.#banks.values()].some((bank) => bank.exchangeId === exchangeId);
  }

  reset(): void {
    this.#customers.clear();
    this.#exchanges.clear();
    this.#banks.clear();
  }
}

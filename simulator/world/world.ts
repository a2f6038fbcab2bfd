import { randomUUID } from "node:crypto";
import { type Customer, customerAt, customerCreatedAt, customerIdAt } from "./customers.ts";
import { type Condition, conditionSince, exchangeCount, exchangeCreatedAt, fateOf } from "./exchanges.ts";
import { type FundingSource, fundingSourcesOf } from "./funding-sources.ts";
import { Made, type NewCustomer, type NewFundingSource } from "./made.ts";
import { createPartners, type Partner, type PartnerName } from "./partners.ts";
import { worldId, worldPosition } from "./world-id.ts";

export type Exchange = {
  id: string;
  customerIndex: number;
  /** The place among the customer's exchanges of the seed; none for one that was made over the API. */
  slot: number | undefined;
  partner: Partner;
  created: number;
  condition: Condition;
  /** When the condition set in. */
  since: number;
};

type Change = { condition: Condition; since: number };

type WorldOptions = { seed: number; customers: number; startedAt: number; now?: () => number };

/** Between the warning and the end of access. Plaid's PENDING_DISCONNECT comes seven days before; Dwolla documents none. */
const NOTICE_MS = 7 * 86_400_000;

/**
 * All customers, exchanges and funding sources of one Dwolla account. Nothing is stored but the changes: everything else is
 * computed from the seed when it is asked for, so a million customers cost what one costs.
 */
export class World {
  readonly seed: number;
  readonly partners: ReadonlyMap<PartnerName, Partner>;
  readonly accountId: string;
  /** Midnight UTC of the day the world began on; what the seed dates as past is counted back from here. */
  readonly startOfDay: number;
  readonly #now: () => number;
  readonly #customersAtStart: number;
  #customerCount: number;
  readonly #gone = new Set<number>();
  readonly #changes = new Map<string, Change>();
  readonly #addedExchanges = new Map<string, Exchange>();
  readonly #made: Made;

  constructor({ seed, customers, startedAt, now = () => startedAt }: WorldOptions) {
    this.seed = seed;
    this.#now = now;
    this.#customersAtStart = customers;
    this.#customerCount = customers;
    this.partners = createPartners(seed);
    this.accountId = worldId(seed, { kind: "account", index: 0, slot: 0 });
    this.startOfDay = new Date(startedAt).setUTCHours(0, 0, 0, 0);
    this.#made = new Made(seed);
  }

  /** How many places there are; whoever is gone leaves one empty. */
  get customerCount(): number {
    return this.#customerCount;
  }

  /** How many customers a list has. */
  get listedCount(): number {
    return this.#customerCount + this.#made.customers().length - this.#gone.size;
  }

  /** The places of a stretch of the list, oldest customer first. */
  listedPlaces(offset: number, limit: number): number[] {
    const places: number[] = [];
    let before = 0;
    for (const place of [...this.#gone].sort((a, b) => a - b)) if (place <= offset + before) before += 1;
    for (let place = offset + before; place < this.#customerCount && places.length < limit; place += 1) {
      if (!this.#gone.has(place)) places.push(place);
    }
    if (places.length === limit) return places;
    const made = this.madePlaces();
    const fromSeed = this.listedCount - made.length;
    return [...places, ...made.slice(Math.max(0, offset - fromSeed), offset + limit - fromSeed)];
  }

  /** The places of customers that were made over the API, oldest first. */
  madePlaces(): number[] {
    return this.#made
      .customers()
      .map(({ index }) => index)
      .filter((index) => !this.#gone.has(index));
  }

  /** The world goes on where its seed left off. */
  addCustomers(count: number): void {
    this.#customerCount += count;
  }

  removeCustomer(index: number): void {
    this.#gone.add(index);
  }

  isGone(index: number): boolean {
    const isThere = Made.isPlace(index) ? this.#made.customer(index) !== undefined : index < this.#customerCount;
    return !isThere || this.#gone.has(index);
  }

  addCustomer(request: NewCustomer): Customer {
    return this.#made.addCustomer(request, this.#now());
  }

  customerAt(index: number): Customer {
    return this.#made.customer(index) ?? customerAt(this.seed, index);
  }

  customerIdAt(index: number): string {
    return customerIdAt(this.seed, index);
  }

  customer(id: string): Customer | undefined {
    const position = worldPosition(this.seed, id);
    if (position?.kind !== "customer" || this.isGone(position.index)) return undefined;
    return this.customerAt(position.index);
  }

  partner(name: PartnerName): Partner {
    const partner = this.partners.get(name);
    if (partner === undefined) throw new Error(`No exchange partner is named ${name}.`);
    return partner;
  }

  partnerById(id: string): Partner | undefined {
    return [...this.partners.values()].find((partner) => partner.id === id);
  }

  exchangesOf(customer: Customer): Exchange[] {
    const fromSeed = Made.isPlace(customer.index) ? 0 : exchangeCount(this.seed, customer.index);
    const slots = Array.from({ length: fromSeed }, (_, slot) => slot);
    const added = [...this.#addedExchanges.values()].filter((exchange) => exchange.customerIndex === customer.index);
    return [
      ...slots.map((slot) => this.exchangeAt(customer.index, slot)),
      ...added.map((exchange) => this.#withChange(exchange)),
    ];
  }

  exchange(id: string): Exchange | undefined {
    const added = this.#addedExchanges.get(id);
    if (added !== undefined) return this.isGone(added.customerIndex) ? undefined : this.#withChange(added);
    const position = worldPosition(this.seed, id);
    if (position?.kind !== "exchange" || Made.isPlace(position.index) || this.isGone(position.index)) return undefined;
    if (position.slot >= exchangeCount(this.seed, position.index)) return undefined;
    return this.exchangeAt(position.index, position.slot);
  }

  exchangeAt(customerIndex: number, slot: number): Exchange {
    return this.#withChange(this.exchangeAtStart(customerIndex, slot));
  }

  /** The exchange as the seed made it, whatever has happened to it since. */
  exchangeAtStart(customerIndex: number, slot: number): Exchange {
    const { partner, condition } = fateOf(this.seed, customerIndex, slot);
    return {
      id: worldId(this.seed, { kind: "exchange", index: customerIndex, slot }),
      customerIndex,
      slot,
      partner: this.partner(partner),
      created: exchangeCreatedAt(this.seed, customerIndex, slot, customerCreatedAt(this.seed, customerIndex)),
      condition,
      since: conditionSince(this.seed, customerIndex, slot, condition, this.startOfDay),
    };
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
    };
    this.#addedExchanges.set(exchange.id, exchange);
    return exchange;
  }

  fundingSourcesOf(customer: Customer): FundingSource[] {
    const fromSeed = Made.isPlace(customer.index) ? [] : fundingSourcesOf(this.seed, customer);
    return [...fromSeed, ...this.#made.fundingSourcesOf(customer)].map((source) => this.#asExchangeLeavesIt(source));
  }

  addFundingSource(customer: Customer, request: NewFundingSource): FundingSource {
    return this.#made.addFundingSource(customer, request, this.#now());
  }

  /** Only one that was made over the API; the seed's own stay. */
  removeFundingSource(id: string): void {
    this.#made.removeFundingSource(id);
  }

  fundingSource(id: string): FundingSource | undefined {
    const made = this.#made.fundingSource(id);
    if (made !== undefined) return this.isGone(made.index) ? undefined : this.#asExchangeLeavesIt(made);
    const position = worldPosition(this.seed, id);
    if (position?.kind !== "funding-source" || this.isGone(position.index)) return undefined;
    return this.fundingSourcesOf(this.customerAt(position.index)).find((source) => source.id === id);
  }

  exchangeOf({ index, exchangeSlot, exchangeId }: FundingSource): Exchange | undefined {
    if (exchangeId !== undefined) return this.exchange(exchangeId);
    return exchangeSlot === undefined ? undefined : this.exchangeAt(index, exchangeSlot);
  }

  change(exchangeId: string, change: Change): void {
    this.#changes.set(exchangeId, change);
  }

  changedExchangeIds(): string[] {
    return [...this.#changes.keys()];
  }

  /** Back to what the seed says. */
  reset(): void {
    this.#customerCount = this.#customersAtStart;
    this.#gone.clear();
    this.#changes.clear();
    this.#addedExchanges.clear();
    this.#made.clear();
  }

  #asExchangeLeavesIt(source: FundingSource): FundingSource {
    return this.exchangeOf(source)?.condition === "removed" ? { ...source, removed: true } : source;
  }

  #withChange(exchange: Exchange): Exchange {
    const change = this.#changes.get(exchange.id);
    return this.#withEndedNotice(change === undefined ? exchange : { ...exchange, ...change });
  }

  /** What was announced comes true unless somebody has signed in by then. */
  #withEndedNotice(exchange: Exchange): Exchange {
    const endsAt = exchange.since + NOTICE_MS;
    if (exchange.condition !== "warned" || this.#now() < endsAt) return exchange;
    return { ...exchange, condition: this.#canRefuse(exchange) ? "UpdateCredentials" : "deactivated", since: endsAt };
  }

  /** Whether a balance could say that the bank refuses. */
  #canRefuse(exchange: Exchange): boolean {
    return exchange.partner.allowsBalanceChecks && this.hasBank(exchange);
  }

  /** Whether a funding source came through this exchange and is still there. */
  hasBank({ id, customerIndex, slot }: Exchange): boolean {
    const customer = this.customerAt(customerIndex);
    if (this.#made.fundingSourcesOf(customer).some(({ exchangeId, removed }) => exchangeId === id && !removed))
      return true;
    if (slot === undefined) return false;
    return fundingSourcesOf(this.seed, customer).some(({ exchangeSlot, removed }) => exchangeSlot === slot && !removed);
  }
}

import { type Break, changeFor, type PartnerBreak } from "./breaks.ts";
import { Changes } from "./changes.ts";
import {
  type Customer,
  type CustomerProfile,
  customerAt,
  customerCreatedAt,
  customerIdAt,
  customerProfileAt,
  type NewCustomer,
} from "./customers.ts";
import {
  type Condition,
  conditionSince,
  type Exchange,
  exchangeCount,
  exchangeCreatedAt,
  fateOf,
} from "./exchanges.ts";
import { type FundingSource, fundingSourcesOf, isThrough, type NewBank } from "./funding-sources.ts";
import { Made } from "./made.ts";
import { createPartners, type Partner, type PartnerName } from "./partners.ts";
import { worldId, worldPosition } from "./world-id.ts";

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
  /** How often the world went back to its beginning: after that other customers may stand at the same places. */
  resets = 0;
  readonly #gone = new Set<number>();
  readonly #removedSources = new Set<string>();
  readonly #changes = new Changes();
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
    return this.#customerCount - this.#gone.size;
  }

  /** The places of a stretch of the list, oldest customer first. */
  listedPlaces(offset: number, limit: number): number[] {
    const places: number[] = [];
    let before = 0;
    for (const place of [...this.#gone].sort((a, b) => a - b)) if (place <= offset + before) before += 1;
    for (let place = offset + before; place < this.#customerCount && places.length < limit; place += 1) {
      if (!this.#gone.has(place)) places.push(place);
    }
    return places;
  }

  /** The world goes on where its seed left off. */
  addCustomers(count: number): void {
    this.#customerCount += count;
  }

  /** Takes the next place, which the seed then does not fill. */
  makeCustomer(wanted: NewCustomer): Customer {
    const customer = this.#made.addCustomer(this.#customerCount, wanted, this.#now());
    this.addCustomers(1);
    return customer;
  }

  isMade(index: number): boolean {
    return this.#made.customer(index) !== undefined;
  }

  /** The places of customers who were made since the start, newest first. */
  madePlaces(): number[] {
    return this.#made.customerPlaces().filter((index) => !this.isGone(index));
  }

  removeCustomer(index: number): void {
    this.#gone.add(index);
  }

  isGone(index: number): boolean {
    return index >= this.#customerCount || this.#gone.has(index);
  }

  customerAt(index: number): Customer {
    return this.#made.customer(index) ?? customerAt(this.seed, index);
  }

  profileAt(index: number): CustomerProfile {
    return this.#made.customer(index) ?? customerProfileAt(this.seed, index);
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

  /** How many exchanges the seed gave a customer. */
  slotCount(index: number): number {
    return this.isMade(index) ? 0 : exchangeCount(this.seed, index);
  }

  exchangesOf({ index }: Customer): Exchange[] {
    const slots = Array.from({ length: this.slotCount(index) }, (_, slot) => slot);
    return [
      ...slots.map((slot) => this.exchangeAt(index, slot)),
      ...this.#made.exchangesOf(index).map((exchange) => this.#withChange(exchange)),
    ];
  }

  exchange(id: string): Exchange | undefined {
    const added = this.#made.exchange(id);
    if (added !== undefined) return this.isGone(added.customerIndex) ? undefined : this.#withChange(added);
    const position = worldPosition(this.seed, id);
    if (position?.kind !== "exchange" || this.isGone(position.index)) return undefined;
    if (position.slot >= this.slotCount(position.index)) return undefined;
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
      bank: "answers",
    };
  }

  addExchange(customer: Customer, partner: Partner): Exchange {
    return this.#made.addExchange(customer, partner, this.#now());
  }

  addBank(customer: Customer, wanted: NewBank): FundingSource {
    return this.#made.addBank(customer, wanted, this.#now());
  }

  removeFundingSource(id: string): void {
    this.#removedSources.add(id);
  }

  fundingSourcesOf(customer: Customer): FundingSource[] {
    return this.#sourcesOf(customer).map((source) =>
      this.exchangeOf(source)?.condition === "removed" ? { ...source, removed: true } : source,
    );
  }

  fundingSource(id: string): FundingSource | undefined {
    const position = worldPosition(this.seed, id);
    const isOfSeed = position?.kind === "funding-source";
    const index = isOfSeed ? position.index : this.#made.bank(id)?.index;
    if (index === undefined || this.isGone(index)) return undefined;
    return this.fundingSourcesOf(this.customerAt(index)).find((source) => source.id === id);
  }

  exchangeOf({ index, exchangeSlot, exchangeId }: FundingSource): Exchange | undefined {
    if (exchangeId !== undefined) return this.exchange(exchangeId);
    return exchangeSlot === undefined ? undefined : this.exchangeAt(index, exchangeSlot);
  }

  /** @returns the exchange as it is from now on. */
  break(exchange: Exchange, as: Break): Exchange {
    const change = changeFor(as, exchange, { now: this.#now(), endOfAccess: () => this.#endOfAccess(exchange) });
    this.#changes.set(exchange.id, change);
    return { ...exchange, ...change };
  }

  /** Healthy, whatever was broken. */
  repair(exchangeId: string): void {
    this.#changes.set(exchangeId, { condition: "healthy", since: this.#now(), bank: "answers" });
  }

  breakPartner(name: PartnerName, as: PartnerBreak): void {
    this.#changes.setOfPartner(name, { as, since: this.#now() });
  }

  repairPartner(name: PartnerName): void {
    this.#changes.endOfPartner(name);
  }

  brokenPartners(): ReadonlySet<PartnerName> {
    return this.#changes.brokenPartners();
  }

  /** The exchanges that something may have happened to since the start; all of a broken partner's besides. */
  touchedExchangeIds(): string[] {
    return [...this.#changes.exchangeIds(), ...this.#made.exchangeIds()];
  }

  /** Whether a balance could say that the bank refuses. */
  canRefuse(exchange: Exchange): boolean {
    if (!exchange.partner.allowsBalanceChecks) return false;
    const sources = this.#sourcesOf(this.customerAt(exchange.customerIndex));
    return sources.some((source) => !source.removed && isThrough(source, exchange));
  }

  /** Back to what the seed says. */
  reset(): void {
    this.resets += 1;
    this.#customerCount = this.#customersAtStart;
    this.#gone.clear();
    this.#removedSources.clear();
    this.#changes.reset();
    this.#made.reset();
  }

  /** As they are without what has happened to the exchanges they came through. */
  #sourcesOf(customer: Customer): FundingSource[] {
    const ofSeed = this.isMade(customer.index) ? [] : fundingSourcesOf(this.seed, customer);
    return [...ofSeed, ...this.#made.banksOf(customer.index)].map((source) =>
      this.#removedSources.has(source.id) ? { ...source, removed: true } : source,
    );
  }

  #withChange(exchange: Exchange): Exchange {
    const announced = this.#withEndedNotice(this.#changes.ofExchange(exchange));
    return this.#changes.ofPartner(announced, (each) => this.#endOfAccess(each));
  }

  /** What was announced comes true unless somebody has signed in by then. */
  #withEndedNotice(exchange: Exchange): Exchange {
    const endsAt = exchange.since + NOTICE_MS;
    if (exchange.condition !== "warned" || this.#now() < endsAt) return exchange;
    return { ...exchange, condition: this.#endOfAccess(exchange), since: endsAt };
  }

  /** Where no balance can say that the bank refuses, the status has to, or nobody could ever know. */
  #endOfAccess(exchange: Exchange): Condition {
    return this.canRefuse(exchange) ? "UpdateCredentials" : "deactivated";
  }
}

import { Additions } from "./additions.ts";
import { type Break, changeFor, type PartnerBreak } from "./breaks.ts";
import { Changes } from "./changes.ts";
import {
  type Customer,
  type CustomerProfile,
  customerAt,
  customerCreatedAt,
  customerIdAt,
  customerProfileAt,
  madeCustomer,
} from "./customers.ts";
import {
  type Condition,
  conditionSince,
  type Exchange,
  exchangeCount,
  exchangeCreatedAt,
  fateOf,
} from "./exchanges.ts";
import { type FundingSource, fundingSourcesOf } from "./funding-sources.ts";
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
  readonly #changes = new Changes();
  readonly #additions = new Additions();

  constructor({ seed, customers, startedAt, now = () => startedAt }: WorldOptions) {
    this.seed = seed;
    this.#now = now;
    this.#customersAtStart = customers;
    this.#customerCount = customers;
    this.partners = createPartners(seed);
    this.accountId = worldId(seed, { kind: "account", index: 0, slot: 0 });
    this.startOfDay = new Date(startedAt).setUTCHours(0, 0, 0, 0);
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
  makeCustomer(name: { firstName: string; lastName: string }): Customer {
    const customer = madeCustomer(this.seed, this.#customerCount, { ...name, created: this.#now() });
    this.#additions.addCustomer(customer);
    this.#customerCount += 1;
    return customer;
  }

  /** The places of customers who were made on demand, newest first. */
  madePlaces(): number[] {
    return this.#additions.customerPlaces().filter((index) => !this.isGone(index));
  }

  removeCustomer(index: number): void {
    this.#gone.add(index);
  }

  isGone(index: number): boolean {
    return index >= this.#customerCount || this.#gone.has(index);
  }

  customerAt(index: number): Customer {
    return this.#additions.customer(index) ?? customerAt(this.seed, index);
  }

  profileAt(index: number): CustomerProfile {
    return this.#additions.customer(index) ?? customerProfileAt(this.seed, index);
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
    return this.#additions.customer(index) === undefined ? exchangeCount(this.seed, index) : 0;
  }

  exchangesOf({ index }: Customer): Exchange[] {
    const slots = Array.from({ length: this.slotCount(index) }, (_, slot) => slot);
    return [
      ...slots.map((slot) => this.exchangeAt(index, slot)),
      ...this.#additions.exchangesOf(index).map((exchange) => this.#withChange(exchange)),
    ];
  }

  exchange(id: string): Exchange | undefined {
    const added = this.#additions.exchange(id);
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
    return this.#additions.addExchange(customer, partner, this.#now());
  }

  /** What a customer links through a partner at a bank: an exchange with one account. */
  linkBank(customer: Customer, partner: Partner): { exchange: Exchange; bank: FundingSource } {
    const exchange = this.addExchange(customer, partner);
    return { exchange, bank: this.#additions.addBank(this.seed, customer, exchange) };
  }

  fundingSourcesOf(customer: Customer): FundingSource[] {
    const isMade = this.#additions.customer(customer.index) !== undefined;
    const ofSeed = isMade ? [] : fundingSourcesOf(this.seed, customer);
    return [...ofSeed, ...this.#additions.banksOf(customer.index)].map((source) => {
      const exchange = this.exchangeOf(source);
      return exchange?.condition === "removed" ? { ...source, removed: true } : source;
    });
  }

  fundingSource(id: string): FundingSource | undefined {
    const position = worldPosition(this.seed, id);
    const isOfSeed = position?.kind === "funding-source";
    const index = isOfSeed ? position.index : this.#additions.bank(id)?.index;
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
    return [...this.#changes.exchangeIds(), ...this.#additions.exchangeIds()];
  }

  /** Whether a balance could say that the bank refuses. */
  canRefuse({ id, partner, customerIndex, slot }: Exchange): boolean {
    if (!partner.allowsBalanceChecks) return false;
    if (slot === undefined) return this.#additions.hasBank(id);
    const sources = fundingSourcesOf(this.seed, this.customerAt(customerIndex));
    return sources.some(({ exchangeSlot, removed }) => exchangeSlot === slot && !removed);
  }

  /** Back to what the seed says. */
  reset(): void {
    this.resets += 1;
    this.#customerCount = this.#customersAtStart;
    this.#gone.clear();
    this.#changes.reset();
    this.#additions.reset();
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

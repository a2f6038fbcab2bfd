import { randomUUID } from "node:crypto";
import { Clock } from "./clock.ts";
import { AccessTokens } from "./state/access-tokens.ts";
import { type DwollaEvent, Events } from "./state/events.ts";
import { ExchangeSessions } from "./state/exchange-sessions.ts";
import { Faults } from "./state/faults.ts";
import { IdempotencyKeys } from "./state/idempotency-keys.ts";
import { Journal } from "./state/journal.ts";
import { Limits } from "./state/limits.ts";
import { RequestLog } from "./state/request-log.ts";
import { Webhooks } from "./state/webhooks.ts";
import { WebhookDelivery } from "./webhook-delivery.ts";
import { type ExchangePlace, findTroubledExchanges } from "./world/census.ts";
import type { Customer, NewCustomer } from "./world/customers.ts";
import type { FundingSource, NewBank } from "./world/funding-sources.ts";
import type { Partner } from "./world/partners.ts";
import { World } from "./world/world.ts";

const DEFAULT_REDIRECT_ADDRESSES: readonly string[] = ["https://app.example.test/bank-return", "com.example.app"];

export type SimulatorOptions = {
  customers: number;
  seed: number;
  machineNow?: (() => number) | undefined;
  /** How many webhooks that are done with stay on record. */
  webhooksKept?: number | undefined;
};

/** Everything that one simulated Dwolla knows; the routes and controls only read and change this. */
export class Simulator {
  readonly clock: Clock;
  readonly world: World;
  readonly tokens: AccessTokens;
  readonly sessions: ExchangeSessions;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly requestLog = new RequestLog();
  readonly journal: Journal;
  readonly faults: Faults;
  readonly events: Events;
  readonly webhooks: Webhooks;
  readonly delivery: WebhookDelivery;
  readonly limits: Limits;
  redirectAddresses = DEFAULT_REDIRECT_ADDRESSES;
  #troubled: readonly ExchangePlace[] | undefined;

  constructor({ customers, seed, machineNow, webhooksKept }: SimulatorOptions) {
    this.clock = new Clock(machineNow);
    this.world = new World({ seed, customers, startedAt: this.clock.now(), now: () => this.clock.now() });
    this.tokens = new AccessTokens(this.clock);
    this.sessions = new ExchangeSessions(this.clock);
    this.idempotencyKeys = new IdempotencyKeys(this.clock);
    this.faults = new Faults(this.clock);
    this.journal = new Journal(this.clock);
    this.events = new Events(this.clock, this.world, () => this.troubledExchanges());
    this.webhooks = new Webhooks(this.clock, webhooksKept);
    this.limits = new Limits(this.clock);
    this.delivery = new WebhookDelivery(this);
    this.delivery.isHeld = () => this.limits.outage !== "none";
  }

  /** Counted when first asked for, so that a world of a million customers starts at once. */
  troubledExchanges(): readonly ExchangePlace[] {
    this.#troubled ??= findTroubledExchanges(this.world);
    return this.#troubled;
  }

  /** Their past has no events: whose link is warned of is warned of as they come, or nobody could ever know. */
  addCustomers(count: number): void {
    this.events.settlePast();
    const first = this.world.customerCount;
    this.world.addCustomers(count);
    this.#troubled = undefined;
    for (const { index, slot } of this.troubledExchanges()) {
      const exchange = this.world.exchangeAt(index, slot);
      if (index < first || exchange.condition !== "warned") continue;
      this.delivery.announce(this.events.addReauthRequired(this.world.break(exchange, "warned")));
    }
  }

  /** A customer without a past, and with nothing that they have not linked. */
  makeCustomer(wanted: NewCustomer): Customer {
    this.events.settlePast();
    return this.world.makeCustomer(wanted);
  }

  /** An exchange with one account. Dwolla tells of the account; of an exchange it tells nothing. */
  linkBank(customer: Customer, partner: Partner): { exchangeId: string; fundingSourceId: string } {
    const exchange = this.world.addExchange(customer, partner);
    const bank = this.addBank(customer, { exchangeId: exchange.id });
    return { exchangeId: exchange.id, fundingSourceId: bank.id };
  }

  addBank(customer: Customer, wanted: NewBank): FundingSource {
    const bank = this.world.addBank(customer, wanted);
    this.announce("customer_funding_source_added", { path: "funding-sources", id: bank.id }, customer.id);
    return bank;
  }

  /** Something that happens now and that Dwolla tells of: an event, and its webhooks. */
  announce(topic: string, resource: DwollaEvent["resource"], customerId: string): DwollaEvent {
    const event = { id: randomUUID(), created: this.clock.now(), topic, resource, customerId };
    this.delivery.announce(this.events.add(event));
    return event;
  }

  /** Back to the world of the seed and the machine's time. Access tokens stay good. */
  reset(): void {
    this.clock.reset();
    this.world.reset();
    this.#troubled = undefined;
    this.tokens.resetLifetime();
    this.sessions.reset();
    this.idempotencyKeys.reset();
    this.requestLog.reset(this.clock.timestamp());
    this.journal.reset();
    this.faults.clear();
    this.events.reset();
    this.webhooks.reset();
    this.limits.reset();
    this.redirectAddresses = DEFAULT_REDIRECT_ADDRESSES;
  }
}

import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { ExchangePlace } from "../world/census.ts";
import { type Exchange, isBroken } from "../world/exchanges.ts";
import { pick, salt, share } from "../world/random.ts";
import type { World } from "../world/world.ts";
import { worldId } from "../world/world-id.ts";

const REAUTH_REQUIRED = "customer_exchange_reauth_required";

export type DwollaEvent = {
  id: string;
  created: number;
  topic: string;
  resource: { path: "exchanges" | "funding-sources" | "customers"; id: string };
  customerId: string;
};

const DAY_MS = 86_400_000;
/** Dwolla keeps events for a rolling 30 days. */
const KEPT_MS = 30 * DAY_MS;

/** Newest first: what the seed says has happened, and what was added since the start. */
export class Events {
  readonly #clock: Clock;
  readonly #world: World;
  readonly #troubled: () => readonly ExchangePlace[];
  #fromSeed: readonly DwollaEvent[] | undefined;
  #added: DwollaEvent[] = [];

  constructor(clock: Clock, world: World, troubled: () => readonly ExchangePlace[]) {
    this.#clock = clock;
    this.#world = world;
    this.#troubled = troubled;
  }

  /** Of an exchange that was just warned of. */
  addReauthRequired(exchange: Exchange): DwollaEvent {
    return this.add({ ...reauthRequired(this.#world, exchange, exchange.since), id: randomUUID() });
  }

  add(event: DwollaEvent): DwollaEvent {
    this.#added.unshift(event);
    return event;
  }

  /** A stretch of the list. Copies no more than that: a reader pages through tens of thousands. */
  page({ offset, limit }: { offset: number; limit: number }): { shown: DwollaEvent[]; total: number } {
    const [added, fromSeed] = this.#kept();
    const shown = this.#added.slice(Math.min(offset, added), Math.min(offset + limit, added));
    const from = Math.max(0, offset - added);
    const to = Math.min(from + limit - shown.length, fromSeed);
    return { shown: [...shown, ...this.#ofSeed().slice(from, to)], total: added + fromSeed };
  }

  get(id: string): DwollaEvent | undefined {
    return this.#find((event) => event.id === id)[0];
  }

  /** Newest first. */
  about(resourceId: string): DwollaEvent[] {
    return this.#find(({ resource }) => resource.id === resourceId);
  }

  /** From here on the past stays what it is, whoever comes into the world. */
  settlePast(): void {
    this.#ofSeed();
  }

  reset(): void {
    this.#added = [];
    this.#fromSeed = undefined;
  }

  #ofSeed(): readonly DwollaEvent[] {
    this.#fromSeed ??= eventsOfSeed(this.#world, this.#troubled());
    return this.#fromSeed;
  }

  /** How many of either are not too old. Both are newest first, so the kept ones come first. */
  #kept(): [added: number, fromSeed: number] {
    const oldest = this.#clock.now() - KEPT_MS;
    const countOf = (events: readonly DwollaEvent[]) => events.findLastIndex(({ created }) => created > oldest) + 1;
    return [countOf(this.#added), countOf(this.#ofSeed())];
  }

  #find(isWanted: (event: DwollaEvent) => boolean): DwollaEvent[] {
    const [added, fromSeed] = this.#kept();
    const seen = (events: readonly DwollaEvent[], count: number) =>
      events.filter((event, place) => place < count && isWanted(event));
    return [...seen(this.#added, added), ...seen(this.#ofSeed(), fromSeed)];
  }
}

function eventsOfSeed(world: World, troubled: readonly ExchangePlace[]): DwollaEvent[] {
  const events: DwollaEvent[] = [];
  for (const { index, slot } of troubled) {
    const exchange = world.exchangeAtStart(index, slot);
    if (exchange.condition === "warned") events.push(reauthRequired(world, exchange, exchange.since));
    if (wasAnnounced(world.seed, exchange)) events.push(reauthRequired(world, exchange, exchange.since - 3 * DAY_MS));
  }
  events.push(...ordinaryEvents(world));
  return events.sort((a, b) => b.created - a.created);
}

/** Half of Plaid's broken exchanges were announced some days before they broke. */
function wasAnnounced(seed: number, { condition, partner, customerIndex, slot }: Exchange): boolean {
  return isBroken(condition) && partner.name === "Plaid" && share(seed, salt.earlyWarning, customerIndex, slot) < 0.5;
}

function reauthRequired(world: World, exchange: Exchange, created: number): DwollaEvent {
  return {
    id: worldId(world.seed, { kind: "event", index: exchange.customerIndex, slot: exchange.slot ?? 0 }),
    created,
    topic: REAUTH_REQUIRED,
    resource: { path: "exchanges", id: exchange.id },
    customerId: world.customerIdAt(exchange.customerIndex),
  };
}

const ORDINARY_TOPICS = [
  "customer_activated",
  "customer_funding_source_updated",
  "customer_balance_inquiry_completed",
] as const;
const ORDINARY_SHARE = 0.02;
const ORDINARY_SLOT = 200;

/** What else an account hears about: a reader of events has to page through it. */
function ordinaryEvents(world: World): DwollaEvent[] {
  const events: DwollaEvent[] = [];
  for (let index = 0; index < world.customerCount; index += 1) {
    if (share(world.seed, salt.eventNoise, index) >= ORDINARY_SHARE) continue;
    const customer = world.customerAt(index);
    const source = world.fundingSourcesOf(customer)[0];
    const topic =
      source === undefined ? ORDINARY_TOPICS[0] : pick(ORDINARY_TOPICS, share(world.seed, salt.eventTopic, index));
    events.push({
      id: worldId(world.seed, { kind: "event", index, slot: ORDINARY_SLOT }),
      created: world.startOfDay - Math.floor(share(world.seed, salt.eventAge, index) * KEPT_MS),
      topic,
      resource:
        source === undefined || topic === ORDINARY_TOPICS[0]
          ? { path: "customers", id: customer.id }
          : { path: "funding-sources", id: source.id },
      customerId: customer.id,
    });
  }
  return events;
}

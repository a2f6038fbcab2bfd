import type { Change, PartnerBreak } from "./breaks.ts";
import type { BankState, Condition, Exchange } from "./exchanges.ts";
import type { PartnerName } from "./partners.ts";

type PartnerChange = { as: PartnerBreak; since: number };
type Numbered<Item> = { item: Item; number: number };

/** What has happened to exchanges since the start: to one, or to all of a partner. Of the two the later counts. */
export class Changes {
  readonly #ofExchanges = new Map<string, Numbered<Change>>();
  readonly #ofPartners = new Map<PartnerName, Numbered<PartnerChange>>();
  #made = 0;

  set(exchangeId: string, change: Change): void {
    this.#ofExchanges.set(exchangeId, this.#number(change));
  }

  setOfPartner(name: PartnerName, change: PartnerChange): void {
    this.#ofPartners.set(name, this.#number(change));
  }

  /** Its exchanges are again what they were, but for those that something has happened to since. */
  endOfPartner(name: PartnerName): void {
    this.#ofPartners.delete(name);
  }

  exchangeIds(): string[] {
    return [...this.#ofExchanges.keys()];
  }

  /** The partners whose exchanges are broken, not only their banks away. */
  brokenPartners(): ReadonlySet<PartnerName> {
    const broken = [...this.#ofPartners].filter(([, { item }]) => bankStateOf(item.as) === undefined);
    return new Set(broken.map(([name]) => name));
  }

  ofExchange(exchange: Exchange): Exchange {
    const own = this.#ofExchanges.get(exchange.id);
    return own === undefined ? exchange : { ...exchange, ...own.item };
  }

  /** `endOfAccess` is how the partner's end of access shows. Whoever was linked since, or was broken before, is spared. */
  ofPartner(exchange: Exchange, endOfAccess: (exchange: Exchange) => Condition): Exchange {
    const change = this.#ofPartners.get(exchange.partner.name);
    if (change === undefined || change.number < (this.#ofExchanges.get(exchange.id)?.number ?? 0)) return exchange;
    const { as, since } = change.item;
    const bank = bankStateOf(as);
    if (bank !== undefined) return { ...exchange, bank };
    const isSpared = exchange.created > since || !["healthy", "warned"].includes(exchange.condition);
    if (isSpared) return exchange;
    return { ...exchange, condition: as === "deactivated" ? as : endOfAccess(exchange), since };
  }

  reset(): void {
    this.#ofExchanges.clear();
    this.#ofPartners.clear();
  }

  #number<Item>(item: Item): Numbered<Item> {
    this.#made += 1;
    return { item, number: this.#made };
  }
}

function bankStateOf(as: PartnerBreak): BankState | undefined {
  if (as === "bank-down") return "down";
  return as === "no-balance-check" ? as : undefined;
}

import { type ExchangePlace, findExchangesOfPartners } from "./census.ts";
import { type Exchange, isBroken } from "./exchanges.ts";
import type { World } from "./world.ts";

type TruthRow = { customerId: string; exchangeId: string; partner: string; cause: string; since: string };
export type Truth = { broken: TruthRow[]; warned: TruthRow[] };

/** The answer key of detection. `broken` is what a sweep can find, `warned` what only events and webhooks say. */
export function truthOf(world: World, troubled: readonly ExchangePlace[]): Truth {
  const exchanges = new Map<string, Exchange>();
  for (const { index, slot } of [...troubled, ...findExchangesOfPartners(world, world.brokenPartners())]) {
    const exchange = world.exchangeAt(index, slot);
    exchanges.set(exchange.id, exchange);
  }
  for (const id of world.touchedExchangeIds()) {
    const exchange = world.exchange(id);
    if (exchange !== undefined) exchanges.set(id, exchange);
  }
  const all = [...exchanges.values()].filter(({ customerIndex }) => !world.isGone(customerIndex));
  return {
    broken: all.filter(({ condition }) => isBroken(condition)).map((exchange) => truthRow(world, exchange)),
    warned: all.filter(({ condition }) => condition === "warned").map((exchange) => truthRow(world, exchange)),
  };
}

function truthRow(world: World, exchange: Exchange): TruthRow {
  return {
    customerId: world.customerIdAt(exchange.customerIndex),
    exchangeId: exchange.id,
    partner: exchange.partner.name,
    cause: exchange.condition === "warned" ? "reauth_required" : exchange.condition,
    since: new Date(exchange.since).toISOString(),
  };
}

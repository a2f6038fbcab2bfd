import { fateOf, isBroken } from "./exchanges.ts";
import type { PartnerName } from "./partners.ts";
import type { World } from "./world.ts";

export type ExchangePlace = { index: number; slot: number };

/** The places of all exchanges that the seed did not leave healthy or remove. */
export function findTroubledExchanges(world: World): ExchangePlace[] {
  return findExchanges(world, ({ condition }) => condition === "warned" || isBroken(condition));
}

export function findExchangesOfPartners(world: World, partners: ReadonlySet<PartnerName>): ExchangePlace[] {
  return partners.size === 0 ? [] : findExchanges(world, ({ partner }) => partners.has(partner));
}

/** One pass over the world, a second for a million customers. */
function findExchanges(world: World, isWanted: (fate: ReturnType<typeof fateOf>) => boolean): ExchangePlace[] {
  const places: ExchangePlace[] = [];
  for (let index = 0; index < world.customerCount; index += 1) {
    const slots = world.slotCount(index);
    for (let slot = 0; slot < slots; slot += 1) {
      if (isWanted(fateOf(world.seed, index, slot))) places.push({ index, slot });
    }
  }
  return places;
}

import { exchangeCount, fateOf, isBroken } from "./exchanges.ts";
import type { World } from "./world.ts";

export type ExchangePlace = { index: number; slot: number };

/** The places of all exchanges that the seed did not leave healthy or remove: one pass over the world, a second for a million customers. */
export function findTroubledExchanges({ seed, customerCount }: Pick<World, "seed" | "customerCount">): ExchangePlace[] {
  const places: ExchangePlace[] = [];
  for (let index = 0; index < customerCount; index += 1) {
    const slots = exchangeCount(seed, index);
    for (let slot = 0; slot < slots; slot += 1) {
      const { condition } = fateOf(seed, index, slot);
      if (condition === "warned" || isBroken(condition)) places.push({ index, slot });
    }
  }
  return places;
}

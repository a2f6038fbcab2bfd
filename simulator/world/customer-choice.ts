import { setImmediate as nextTurn } from "node:timers/promises";
import { z } from "zod";
import { searchedText } from "./customer-search.ts";
import type { Condition } from "./exchanges.ts";
import { PARTNER_NAMES } from "./partners.ts";
import type { World } from "./world.ts";

const CONDITIONS: readonly [Condition, ...Condition[]] = [
  "healthy",
  "warned",
  "UpdateCredentials",
  "deactivated",
  "removed",
];

export const searchRequest = z.strictObject({
  /** A part of a name or an e-mail address, or a whole id. */
  search: z.string().max(200).default(""),
  /** Somebody with an exchange of this partner, in this condition. */
  partner: z.enum(PARTNER_NAMES).optional(),
  condition: z.enum(CONDITIONS).optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
type Search = z.output<typeof searchRequest>;

const MOST_LOOKED_AT = 20_000;
const CUSTOMERS_PER_TURN = 2_000;

/**
 * A few customers to choose from: who was made on demand first, then the oldest. Looks at no more than the first 20,000;
 * `isComplete` says whether that was everybody.
 */
export async function findCustomers(world: World, search: Search): Promise<{ places: number[]; isComplete: boolean }> {
  const named = world.customer(search.search);
  if (named !== undefined) return { places: [named.index], isComplete: true };
  const made = world.madePlaces();
  const rest = world.listedPlaces(0, MOST_LOOKED_AT).filter((place) => !made.includes(place));
  const places: number[] = [];
  for (const [count, place] of [...made, ...rest].entries()) {
    if (places.length === search.limit) return { places, isComplete: false };
    if (fits(world, place, search)) places.push(place);
    if (count % CUSTOMERS_PER_TURN === CUSTOMERS_PER_TURN - 1) await nextTurn();
  }
  return { places, isComplete: world.listedCount <= MOST_LOOKED_AT };
}

function fits(world: World, place: number, { search, partner, condition }: Search): boolean {
  if (!searchedText(world.profileAt(place)).includes(search.toLowerCase())) return false;
  if (partner === undefined && condition === undefined) return true;
  return world
    .exchangesOf(world.customerAt(place))
    .some(
      (each) =>
        (partner ?? each.partner.name) === each.partner.name && (condition ?? each.condition) === each.condition,
    );
}

import { setImmediate as nextTurn } from "node:timers/promises";
import type { CustomerProfile } from "./customers.ts";
import type { World } from "./world.ts";

type CustomerFilter = { search: string | undefined; email: string | undefined; statuses: readonly string[] };

const CUSTOMERS_PER_TURN = 5_000;
const REMEMBERED_RESULTS = 4;

/** Finds customers by walking the world, and remembers the last results so that paging through one does not walk again. */
export class CustomerSearch {
  readonly #world: World;
  /** As numbers of four bytes: a search may find a million. */
  readonly #results = new Map<string, Promise<Uint32Array>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The indices of the customers that fit, oldest first. Customers only come and go, so a remembered result stays right until then. */
  async find(filter: CustomerFilter): Promise<Uint32Array> {
    const found = await this.#remembered(filter);
    if (this.#world.listedCount === this.#world.customerCount) return found;
    return found.filter((index) => !this.#world.isGone(index));
  }

  #remembered(filter: CustomerFilter): Promise<Uint32Array> {
    const key = JSON.stringify([filter, this.#world.customerCount, this.#world.resets]);
    const remembered = this.#results.get(key);
    if (remembered !== undefined) return remembered;
    const result = this.#walk(filter);
    this.#results.set(key, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > REMEMBERED_RESULTS && oldest !== undefined) this.#results.delete(oldest);
    return result;
  }

  async #walk(filter: CustomerFilter): Promise<Uint32Array> {
    const found: number[] = [];
    for (let index = 0; index < this.#world.customerCount; index += 1) {
      if (fits(this.#world.profileAt(index), filter)) found.push(index);
      if (index % CUSTOMERS_PER_TURN === CUSTOMERS_PER_TURN - 1) await nextTurn();
    }
    return Uint32Array.from(found);
  }
}

function fits(customer: CustomerProfile, { search, email, statuses }: CustomerFilter): boolean {
  if (statuses.length > 0 && !statuses.includes(customer.status)) return false;
  if (email !== undefined && customer.email !== email.toLowerCase()) return false;
  return search === undefined || searchedText(customer).includes(search.toLowerCase());
}

export function searchedText({ firstName, lastName, businessName, email }: CustomerProfile): string {
  return `${firstName} ${lastName}\n${businessName ?? ""}\n${email}`.toLowerCase();
}

import type { CustomerId } from "#domain/ids.ts";
import { refreshAccount } from "#features/accounts/mutations.ts";
import type { ScenarioDesk } from "#features/scenario-acts/mutations.ts";
import { LINK_NAMES } from "#features/scenario-acts/schema.ts";
import type { Scenario } from "#features/scenarios/schema.ts";
import { controlSimulator } from "#features/simulator-controls/data.ts";
import type { CastLink } from "#features/stories/data.ts";

type World = Scenario["world"];
type MadeCustomer = { customerId: string; exchangeId: string };

/**
 * Makes the customers and links that a scenario is about, each link of another customer, so that it disturbs nobody else and nothing
 * has happened to them yet. The desk hears of them by their webhook, or reads them where none comes.
 */
export async function castLinks(
  desk: ScenarioDesk,
  { partner, exchanges, linksPerCustomer }: World,
): Promise<CastLink[]> {
  const { system } = desk;
  const make = (path: string) =>
    controlSimulator<MadeCustomer>(system.settings.dwollaApiUrl, "POST", path, { partner });
  const cast: CastLink[] = [];
  for (const name of LINK_NAMES.slice(0, exchanges)) {
    const { customerId, exchangeId } = await make("/customers");
    if (linksPerCustomer === "several") await make(`/customers/${customerId}/exchanges`);
    cast.push({ name, exchangeId, customerId });
  }
  await desk.settle();
  for (const { exchangeId, customerId } of cast) {
    const isKnown = (await system.db.exchange.count({ where: { id: exchangeId } })) === 1;
    if (!isKnown) await refreshAccount(system, customerId as CustomerId, "check");
  }
  return cast;
}

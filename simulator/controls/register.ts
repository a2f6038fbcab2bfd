import type { FastifyInstance } from "fastify";
import type { Simulator } from "../simulator.ts";
import { truthOf } from "../world/truth.ts";
import { registerBankPage } from "./bank-page.ts";
import { registerCustomerControls } from "./customer-controls.ts";
import { registerExchangeControls } from "./exchange-controls.ts";
import { registerFaultControls } from "./fault-controls.ts";
import { guide } from "./guide.ts";
import { registerJournalControls } from "./journal-controls.ts";
import { registerPartnerControls } from "./partner-controls.ts";
import { CONTROL_PREFIX } from "./prefix.ts";
import { registerRequestControls } from "./request-controls.ts";
import { registerScenarioControls } from "./scenario-controls.ts";
import { registerWebhookControls } from "./webhook-controls.ts";
import { registerWorldControls } from "./world-controls.ts";

/** What the real Dwolla has no words for: the answer key, breaking and repairing, faults, time, and the bank's page. No credentials. */
export function registerControls(
  app: FastifyInstance,
  simulator: Simulator,
  { operations, scenarioFolder }: { operations: readonly string[]; scenarioFolder: string },
): void {
  const { world, clock } = simulator;
  app.register(
    async (controls) => {
      controls.get("/", async () => ({
        ...guide,
        world: { seed: world.seed, customers: world.listedCount, now: clock.timestamp() },
        operations,
      }));
      controls.get("/truth", async () => truthOf(world, simulator.troubledExchanges()));
      registerJournalControls(controls, simulator);
      registerScenarioControls(controls, scenarioFolder);
      registerExchangeControls(controls, simulator);
      registerPartnerControls(controls, simulator);
      registerCustomerControls(controls, simulator);
      registerRequestControls(controls, simulator);
      registerFaultControls(controls, simulator);
      registerWebhookControls(controls, simulator);
      registerWorldControls(controls, simulator);
      registerBankPage(controls, simulator);
    },
    { prefix: CONTROL_PREFIX },
  );
}

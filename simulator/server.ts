import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { registerControls } from "./controls/register.ts";
import { createApplication } from "./http/application.ts";
import { registerDwollaApi } from "./routes/register.ts";
import { Simulator, type SimulatorOptions } from "./simulator.ts";

const OWN_SCENARIOS = fileURLToPath(new URL("scenarios/", import.meta.url));

type StartOptions = SimulatorOptions & {
  port: number;
  host?: string;
  /** Where scenario files are read, and new ones written; our own folder unless another is named. */
  scenarioFolder?: string | undefined;
  /** How long the whole of a request may take to come. */
  requestWithinMs?: number;
};
export type RunningSimulator = { url: string; stop: () => Promise<void> };

/** Starts a local Dwolla. Port 0 takes a free one. Rejects with the system's error (`EADDRINUSE`) when it cannot listen. */
export async function startSimulator({
  port,
  host = "127.0.0.1",
  scenarioFolder = OWN_SCENARIOS,
  requestWithinMs,
  ...options
}: StartOptions): Promise<RunningSimulator> {
  const simulator = new Simulator(options);
  const app = createApplication(simulator, requestWithinMs);
  const operations = registerDwollaApi(app, simulator);
  registerControls(app, simulator, { operations, scenarioFolder });
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    stop: async () => {
      simulator.delivery.stop();
      await app.close();
    },
  };
}

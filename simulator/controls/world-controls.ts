import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Simulator } from "../simulator.ts";
import { readControlBody } from "./control-body.ts";

const YEAR_SECONDS = 366 * 86_400;
const clockRequest = z.strictObject({ advanceSeconds: z.number().positive().max(YEAR_SECONDS) });
const settingsRequest = z.strictObject({
  tokenLifetimeSeconds: z.int().min(1).max(YEAR_SECONDS).optional(),
  redirectAddresses: z.array(z.string().min(1)).max(50).optional(),
});

export function registerWorldControls(app: FastifyInstance, simulator: Simulator): void {
  app.post("/reset", async () => {
    simulator.reset();
    return { reset: true };
  });

  app.post("/clock", async (request) => {
    simulator.clock.advance(readControlBody(clockRequest, request.body).advanceSeconds);
    return { now: simulator.clock.timestamp() };
  });

  app.post("/settings", async (request) => {
    const { tokenLifetimeSeconds, redirectAddresses } = readControlBody(settingsRequest, request.body);
    if (tokenLifetimeSeconds !== undefined) simulator.tokens.lifetimeSeconds = tokenLifetimeSeconds;
    if (redirectAddresses !== undefined) simulator.redirectAddresses = redirectAddresses;
    return { tokenLifetimeSeconds: simulator.tokens.lifetimeSeconds, redirectAddresses: simulator.redirectAddresses };
  });
}

import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Simulator } from "../simulator.ts";
import { OUTAGES } from "../state/limits.ts";
import { readControlBody } from "./control-body.ts";

const YEAR_SECONDS = 366 * 86_400;
const clockRequest = z.strictObject({ advanceSeconds: z.number().positive().max(YEAR_SECONDS) });
const settingsRequest = z.strictObject({
  tokenLifetimeSeconds: z.int().min(1).max(YEAR_SECONDS).optional(),
  redirectAddresses: z.array(z.string().min(1)).max(50).optional(),
  callsPerSecond: z.int().min(1).max(1_000_000).nullable().optional(),
  latencyMs: z.int().min(0).max(60_000).optional(),
});
const outageRequest = z.strictObject({ as: z.enum(OUTAGES) });

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
    const wanted = readControlBody(settingsRequest, request.body);
    const { tokenLifetimeSeconds, redirectAddresses, callsPerSecond, latencyMs } = wanted;
    if (tokenLifetimeSeconds !== undefined) simulator.tokens.lifetimeSeconds = tokenLifetimeSeconds;
    if (redirectAddresses !== undefined) simulator.redirectAddresses = redirectAddresses;
    if (callsPerSecond !== undefined) simulator.limits.callsPerSecond = callsPerSecond;
    if (latencyMs !== undefined) simulator.limits.latencyMs = latencyMs;
    return {
      tokenLifetimeSeconds: simulator.tokens.lifetimeSeconds,
      redirectAddresses: simulator.redirectAddresses,
      callsPerSecond: simulator.limits.callsPerSecond,
      latencyMs: simulator.limits.latencyMs,
    };
  });

  app.post("/outage", async (request) => {
    simulator.limits.outage = readControlBody(outageRequest, request.body).as;
    return { outage: simulator.limits.outage };
  });

  app.get("/statistics", async () => simulator.limits.statistics());

  app.delete("/statistics", async () => {
    simulator.limits.clearStatistics();
    return { cleared: true };
  });
}

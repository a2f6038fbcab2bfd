import type { FastifyInstance } from "fastify";
import type { Simulator } from "../simulator.ts";
import { faultRequest, type PlannedFault } from "../state/faults.ts";
import { readControlBody } from "./control-body.ts";

export function registerFaultControls(app: FastifyInstance, { faults }: Simulator): void {
  app.post("/faults", async (request, reply) =>
    reply.code(201).send(view(faults.plan(readControlBody(faultRequest, request.body)))),
  );

  app.get("/faults", async () => ({ faults: faults.list().map(view) }));

  app.delete("/faults", async () => {
    faults.clear();
    return { cleared: true };
  });
}

/** JSON has no infinity: what does not run out by count or by time is null there. */
function view({ timesLeft, endsAt, ...fault }: PlannedFault) {
  return {
    ...fault,
    timesLeft: Number.isFinite(timesLeft) ? timesLeft : null,
    endsAt: Number.isFinite(endsAt) ? new Date(endsAt).toISOString() : null,
  };
}

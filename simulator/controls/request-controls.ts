import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Simulator } from "../simulator.ts";
import { readControlBody } from "./control-body.ts";

const requestFilter = z.strictObject({
  path: z.string().optional(),
  method: z.string().optional(),
  since: z.iso.datetime().optional(),
});

export function registerRequestControls(app: FastifyInstance, { requestLog, sessions, tokens }: Simulator): void {
  app.get("/requests", async (request) => requestLog.list(readControlBody(requestFilter, request.query)));

  app.delete("/requests", async () => {
    requestLog.clear();
    return { cleared: true };
  });

  app.get("/secrets", async () => ({ secrets: sessions.secrets(), accessTokens: tokens.all() }));
}

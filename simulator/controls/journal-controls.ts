import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Simulator } from "../simulator.ts";
import { readControlBody } from "./control-body.ts";
import { CONTROL_PREFIX } from "./prefix.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The simulator's time when a control was asked for: a control may move it. */
    controlledAt: string;
  }
}

const journalFilter = z.strictObject({ since: z.iso.datetime().default("1970-01-01T00:00:00.000Z") });
/** What happens to Dwolla and its customers. Not how somebody looks at it, and not the bank's page, whose addresses are secrets. */
const KEPT =
  /^\/(exchanges|exchange-sessions|partners|faults|clock|settings|outage|events|customers|webhooks\/(mischief|hold|release|send))(\/|$)/;

export function registerJournalControls(app: FastifyInstance, { journal, clock }: Simulator): void {
  app.decorateRequest("controlledAt", "");
  app.addHook("onRequest", (request, _reply, done) => {
    request.controlledAt = clock.timestamp();
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const path = request.url.slice(CONTROL_PREFIX.length);
    const { method } = request;
    const isRefused = reply.statusCode >= 400;
    // A conflict is found after the body was read and understood; any other refused one may be a megabyte of anything.
    const isUnderstood = !isRefused || reply.statusCode === 409;
    const body = isUnderstood ? (request.body ?? null) : null;
    if (method !== "GET" && KEPT.test(path)) journal.add({ method, path, body, isRefused }, request.controlledAt);
    done(null, payload);
  });

  app.get("/journal", async (request) => ({
    now: clock.timestamp(),
    entries: journal.list(readControlBody(journalFilter, request.query).since),
    droppedUntil: journal.droppedUntil,
  }));
}

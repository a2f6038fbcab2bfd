import { randomUUID } from "node:crypto";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { CONTROL_PREFIX } from "../controls/prefix.ts";
import type { Simulator } from "../simulator.ts";
import { pathOf, settleIdempotencyKey } from "./guards.ts";
import { HAL_TYPE } from "./hal.ts";
import { strikeAnswer } from "./injected-faults.ts";
import { notFound, Problem } from "./problem.ts";

/** No longer one gets here: Node takes 16 KB for a request line and its headers. */
const LONGEST_PATH = 16_384;
/** Whoever has not sent the whole request by then is cut off. */
const REQUEST_WITHIN_MS = 30_000;

/** The web server without its routes: request ids, the request log, bodies, error answers, spoiled answers. */
export function createApplication(simulator: Simulator, requestWithinMs = REQUEST_WITHIN_MS): FastifyInstance {
  const app = fastify({
    requestTimeout: requestWithinMs,
    http: { headersTimeout: requestWithinMs, connectionsCheckingInterval: requestWithinMs / 4 },
    genReqId: () => randomUUID(),
    exposeHeadRoutes: false,
    // A part of a path that is too long for the router would be answered as a method that is not allowed.
    routerOptions: { maxParamLength: LONGEST_PATH },
    forceCloseConnections: true,
    frameworkErrors: (_error, _request, reply) => sendProblem(reply, notFound()),
  });
  app.decorateRequest("rawBody", "");
  app.decorateRequest("answerFault", undefined);
  app.decorateRequest("claimedKey", undefined);
  app.decorateRequest("logged", undefined);
  acceptBodies(app);
  answerErrors(app);
  recordRequests(app, simulator);
  finishAnswers(app, simulator);
  return app;
}

function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ["application/json", HAL_TYPE],
    { parseAs: "string" },
    async (request: FastifyRequest, body: string) => {
      request.rawBody = body;
      return body === "" ? undefined : parseJson(body);
    },
  );
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    async (request: FastifyRequest, body: string) => {
      request.rawBody = body;
      return Object.fromEntries(new URLSearchParams(body));
    },
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(400, "BadRequest", "The request body contains bad syntax or is incomplete.");
  }
}

function answerErrors(app: FastifyInstance): void {
  const routed: { method: string; pattern: RegExp }[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    const pattern = new RegExp(`^${url.replace(/:\w+/g, "[^/]+")}$`);
    for (const each of [method].flat()) routed.push({ method: each, pattern });
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = routed.filter(({ pattern }) => pattern.test(pathOf(request))).map(({ method }) => method);
    if (allowed.length === 0) return sendProblem(reply, notFound());
    reply.header("allow", allowed.join(", "));
    return sendProblem(reply, new Problem(405, "MethodNotAllowed", "The method is not allowed on this resource."));
  });
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => sendProblem(reply, toProblem(error, request)));
}

function toProblem(error: FastifyError | Problem, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, "BadRequest", error.message);
  console.error(error);
  return new Problem(500, "ServerError", `A server error occurred. Error ID: ${request.id}`);
}

function sendProblem(reply: FastifyReply, problem: Problem) {
  return reply.code(problem.status).type(HAL_TYPE).send(JSON.stringify(problem.body));
}

function recordRequests(app: FastifyInstance, { requestLog, clock }: Simulator): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    if (!pathOf(request).startsWith(CONTROL_PREFIX)) {
      request.logged = {
        method: request.method,
        path: request.url,
        status: null,
        idempotencyKey: request.headers["idempotency-key"]?.toString() ?? null,
        at: clock.timestamp(),
        requestId: request.id,
      };
      requestLog.add(request.logged);
    }
    done();
  });
}

function finishAnswers(app: FastifyInstance, simulator: Simulator): void {
  app.addHook("onSend", (request, reply, payload, done) => {
    const location = reply.getHeader("location");
    const isCreated = reply.statusCode === 201 && typeof location === "string";
    settleIdempotencyKey(simulator, request, isCreated ? location : undefined);
    const send = (finalPayload: unknown) => {
      if (request.logged !== undefined) request.logged.status = reply.statusCode;
      done(null, finalPayload);
    };
    if (request.answerFault === undefined) send(payload);
    else strikeAnswer(request.answerFault, { request, reply, payload }, send);
  });
}

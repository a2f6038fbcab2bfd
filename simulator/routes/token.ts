import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Simulator } from "../simulator.ts";

const CLIENT_ID = "local-key";
const CLIENT_SECRET = "local-secret";

/** POST /token, with Basic credentials as documented or with credentials in the form, as dwolla-v2 sends them. Plain JSON, not HAL. */
export function registerToken(app: FastifyInstance, { tokens }: Simulator): void {
  app.post("/token", async (request, reply) => {
    reply.header("cache-control", "no-store");
    const form = readForm(request);
    if (!hasGoodCredentials(request, form)) return reply.code(401).send({ error: "invalid_client" });
    if (form.get("grant_type") !== "client_credentials")
      return reply.code(400).send({ error: "unsupported_grant_type" });
    const { token, expiresInSeconds } = tokens.issue();
    return { access_token: token, token_type: "Bearer", expires_in: expiresInSeconds };
  });
}

function readForm({ rawBody, headers }: FastifyRequest): URLSearchParams {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return new URLSearchParams(isForm ? rawBody : "");
}

function hasGoodCredentials({ headers }: FastifyRequest, form: URLSearchParams): boolean {
  const basic = /^Basic (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (basic !== undefined) return Buffer.from(basic, "base64").toString() === `${CLIENT_ID}:${CLIENT_SECRET}`;
  return form.get("client_id") === CLIENT_ID && form.get("client_secret") === CLIENT_SECRET;
}

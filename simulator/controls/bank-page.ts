import type { FastifyInstance, FastifyReply } from "fastify";
import { Problem } from "../http/problem.ts";
import { textAt } from "../routes/resources.ts";
import type { Simulator } from "../simulator.ts";
import type { ExchangeSession } from "../state/exchange-sessions.ts";
import { closedPage, messagePage, sessionPage, tokenPage } from "./bank-page-html.ts";
import { CONTROL_PREFIX } from "./prefix.ts";
import { abandonSession, completeSession } from "./reauthentication.ts";

/** The bank's side of a session for a person with a browser: Plaid by its link token, MX by its address. */
export function registerBankPage(app: FastifyInstance, simulator: Simulator): void {
  const { sessions } = simulator;

  app.get("/bank", async (_request, reply) => sendPage(reply, 200, tokenPage()));

  app.post("/bank", async (request, reply) => {
    const session = sessions.bySecret(textAt(request.body, "token")?.trim() ?? "");
    if (session === undefined) return sendPage(reply, 404, tokenPage("No session has this link token."));
    return reply.redirect(`${CONTROL_PREFIX}/bank/${session.secret}`, 303);
  });

  app.get<{ Params: { secret: string } }>("/bank/:secret", async (request, reply) => {
    const session = sessions.bySecret(request.params.secret);
    if (session === undefined)
      return sendPage(reply, 404, messagePage("Link not known", "This bank link is not valid."));
    return sendPage(reply, 200, pageFor(simulator, session));
  });

  app.post<{ Params: { secret: string } }>("/bank/:secret", async (request, reply) => {
    const session = sessions.bySecret(request.params.secret);
    if (session === undefined)
      return sendPage(reply, 404, messagePage("Link not known", "This bank link is not valid."));
    return finishByHand(simulator, session, reply, textAt(request.body, "choice"));
  });
}

function pageFor({ sessions, world }: Simulator, session: ExchangeSession): string {
  if (session.state !== "open") return closedPage(endOf(session));
  if (sessions.isExpired(session)) return closedPage("expired");
  const customer = world.customer(session.customerId);
  return sessionPage({
    partner: session.partner.name,
    customerName: customer === undefined ? "the customer" : `${customer.firstName} ${customer.lastName}`,
    isReauthentication: session.exchangeId !== undefined,
  });
}

function finishByHand(simulator: Simulator, session: ExchangeSession, reply: FastifyReply, choice: string | undefined) {
  try {
    if (choice === "sign-in") completeSession(simulator, session, "same");
    else if (choice === "sign-in-elsewhere") completeSession(simulator, session, "different");
    else abandonSession(simulator, session);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const canTryAgain = session.state === "open" && !simulator.sessions.isExpired(session);
    const page = canTryAgain ? messagePage("Not connected", error.message) : pageFor(simulator, session);
    return sendPage(reply, error.status, page);
  }
  const returnsToWeb = session.redirect?.startsWith("http") === true;
  return sendPage(reply, 200, closedPage(endOf(session), returnsToWeb ? session.redirect : undefined));
}

function endOf({ state, account }: ExchangeSession): "completed" | "elsewhere" | "abandoned" {
  if (state !== "completed") return "abandoned";
  return account === "different" ? "elsewhere" : "completed";
}

function sendPage(reply: FastifyReply, status: number, html: string) {
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .headers({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "content-security-policy":
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    })
    .send(html);
}

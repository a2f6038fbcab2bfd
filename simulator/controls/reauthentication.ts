import { conflict } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { Account, ExchangeSession } from "../state/exchange-sessions.ts";

/**
 * What the customer can do at the bank with a session, once and within its 30 minutes. Signing in makes the exchange healthy.
 * Dwolla documents nothing of what follows; these are our choices: a bank that is away lets nobody in, and the session stays open;
 * a sign-in to another account uses the session up and mends nothing; so does one for an exchange that was removed meanwhile.
 */
export function completeSession(simulator: Simulator, session: ExchangeSession, account: Account): void {
  requireOpen(simulator, session);
  const exchange = simulator.world.exchange(session.exchangeId ?? "");
  if (exchange?.bank === "down") throw conflict("The bank does not answer, so nobody can sign in.");
  simulator.sessions.complete(session, account);
  if (exchange === undefined || exchange.condition === "removed" || account === "different") return;
  simulator.world.repair(exchange.id);
}

/** The customer leaves without signing in. */
export function abandonSession(simulator: Simulator, session: ExchangeSession): void {
  requireOpen(simulator, session);
  simulator.sessions.abandon(session);
}

function requireOpen({ sessions }: Simulator, session: ExchangeSession): void {
  if (session.state !== "open") throw conflict(`The session was already ${session.state}.`);
  if (sessions.isExpired(session)) throw conflict("The session has expired.");
}

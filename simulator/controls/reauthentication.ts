import { conflict } from "../http/problem.ts";
import type { Simulator } from "../simulator.ts";
import type { ExchangeSession } from "../state/exchange-sessions.ts";

/** What the customer can do at the bank with a session, once and within its 30 minutes. Signing in makes the exchange healthy. */
export function finishSession(simulator: Simulator, session: ExchangeSession, state: "completed" | "abandoned"): void {
  if (session.state !== "open") throw conflict(`The session was already ${session.state}.`);
  if (simulator.sessions.isExpired(session)) throw conflict("The session has expired.");
  session.state = state;
  if (state === "completed" && session.exchangeId !== undefined) {
    simulator.world.change(session.exchangeId, { condition: "healthy", since: simulator.clock.now() });
  }
}

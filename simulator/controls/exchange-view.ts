import type { Simulator } from "../simulator.ts";
import type { ExchangeSession } from "../state/exchange-sessions.ts";
import { type Exchange, isBroken } from "../world/exchanges.ts";
import { webhookView } from "./webhook-view.ts";

/** All that a time line of one exchange shows. Never what opens a session. */
export function exchangeView(simulator: Simulator, exchange: Exchange) {
  const { world, events, sessions, webhooks, clock } = simulator;
  const about = events.about(exchange.id);
  return {
    now: clock.timestamp(),
    ...exchangeSummary(exchange),
    customerId: world.customerIdAt(exchange.customerIndex),
    created: new Date(exchange.created).toISOString(),
    fundingSourceIds: world
      .fundingSourcesOf(world.customerAt(exchange.customerIndex))
      .filter((source) => !source.removed && world.exchangeOf(source)?.id === exchange.id)
      .map(({ id }) => id),
    sessions: sessions.ofExchange(exchange.id).map((session) => sessionView(simulator, session)),
    events: about.map(({ id, topic, created }) => ({ id, topic, created: new Date(created).toISOString() })),
    webhooks: webhooks.about(exchange.id).map(webhookView),
  };
}

export function exchangeSummary({ id, partner, condition, since, bank }: Exchange) {
  return {
    exchangeId: id,
    partner: partner.name,
    condition,
    isBroken: isBroken(condition),
    since: new Date(since).toISOString(),
    bank,
  };
}

function sessionView({ sessions }: Simulator, session: ExchangeSession) {
  const { id, state, created, endedAt, account, redirect } = session;
  return {
    id,
    state: state === "open" && sessions.isExpired(session) ? "expired" : state,
    created: new Date(created).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
    account: account ?? null,
    redirect: redirect ?? null,
  };
}

import { HEALTH_WORDS } from "#domain/plain-words.ts";
import { LatestCheckAnswer } from "#features/exchanges/components/check-exchange.tsx";
import { ExchangeBody } from "#features/exchanges/components/exchange-body.tsx";
import type { ExchangeScreen } from "#features/exchanges/loaders.ts";
import { SessionList } from "#features/reauth-sessions/components/session-list.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { sessionSubject } from "./exchange-actions.tsx";

/** Under the head, in the panel as on the page. */
export function ExchangeContent({ screen }: { screen: ExchangeScreen }) {
  const { sessions, mayReveal, now } = screen;
  return (
    <>
      <LatestCheckAnswer />
      <ExchangeBody
        screen={screen}
        sessions={<SessionList sessions={sessions} subject={sessionSubject(screen)} mayReveal={mayReveal} now={now} />}
      />
    </>
  );
}

/** One line: how it stands, which bank, through whom. */
export function ExchangeSummary({ screen: { exchange } }: { screen: ExchangeScreen }) {
  const { health, bank, partner } = exchange;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <StatusBadge {...HEALTH_WORDS[health]} />
      <span>{bank ? `${bank} through ${partner}` : `through ${partner}`}</span>
    </span>
  );
}

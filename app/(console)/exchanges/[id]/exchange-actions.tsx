import { anotherSessionWords, sessionOffWords } from "#features/exchanges/components/session-off-words.ts";
import type { ExchangeScreen } from "#features/exchanges/loaders.ts";
import type { SessionSubject } from "#features/reauth-sessions/components/session-subject.ts";
import { ExchangeButtons } from "./exchange-buttons.tsx";

/** What can be done about an exchange. Why there can be no session is said, not hidden. */
export function ExchangeActions({ screen, startsOpen }: { screen: ExchangeScreen; startsOpen: boolean }) {
  const { exchange, sessionOff, mayCheck } = screen;
  return (
    <ExchangeButtons
      subject={sessionSubject(screen)}
      sessionOffReason={sessionOff && sessionOffWords(sessionOff, exchange.partner)}
      anotherSession={anotherSessionWords(screen)}
      toReveal={sessionToReveal(screen)}
      mayCheck={mayCheck}
      startsOpen={startsOpen}
    />
  );
}

export function sessionSubject({ exchange, redirects }: ExchangeScreen): SessionSubject {
  const { id, customer, bank, partner, cause } = exchange;
  return { exchangeId: id, customerName: customer.name, bank, partner, cause, redirects };
}

/** By this person, who is then offered it first. */
export function sessionToReveal({ waiting, mayReveal }: ExchangeScreen): string | null {
  return mayReveal && waiting ? waiting.id : null;
}

import { CheckButton } from "#features/exchanges/components/check-exchange.tsx";
import { sessionOffWords } from "#features/exchanges/components/session-off-words.ts";
import type { ExchangeScreen } from "#features/exchanges/loaders.ts";
import { CreateSession } from "#features/reauth-sessions/components/create-session.tsx";
import type { SessionSubject } from "#features/reauth-sessions/components/session-subject.ts";

/** What can be done about an exchange. Why there can be no session is said, not hidden. */
export function ExchangeActions({ screen, startsOpen }: { screen: ExchangeScreen; startsOpen: boolean }) {
  const { exchange, sessionOff, mayCheck } = screen;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {mayCheck && <CheckButton />}
      <CreateSession
        subject={sessionSubject(screen)}
        offReason={sessionOff && sessionOffWords(sessionOff, exchange.partner)}
        startsOpen={startsOpen}
      />
    </div>
  );
}

export function sessionSubject({ exchange, redirects }: ExchangeScreen): SessionSubject {
  const { id, customer, bank, partner, cause } = exchange;
  return { exchangeId: id, customerName: customer.name, bank, partner, cause, redirects };
}

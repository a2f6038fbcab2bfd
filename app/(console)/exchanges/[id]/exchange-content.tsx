import { HEALTH_WORDS } from "#domain/plain-words.ts";
import { ClaimButtons } from "#features/claims/components/claim-buttons.tsx";
import { LatestCheckAnswer } from "#features/exchanges/components/check-exchange.tsx";
import { ExchangeBody } from "#features/exchanges/components/exchange-body.tsx";
import { ExchangeRepair } from "#features/exchanges/components/exchange-repair.tsx";
import type { ExchangeScreen } from "#features/exchanges/loaders.ts";
import { CustomerPersonalData } from "#features/personal-data/components/customer-personal-data.tsx";
import { ProofStatus } from "#features/proofs/components/proof-status.tsx";
import { SessionList } from "#features/reauth-sessions/components/session-list.tsx";
import { LiveRefresh } from "#ui/live-refresh.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { sessionSubject, sessionToReveal } from "./exchange-actions.tsx";

/** Under the head, in the panel as on the page. */
export function ExchangeContent({ screen }: { screen: ExchangeScreen }) {
  const { exchange, proof, sessions, mayClaim, mayReveal, mayRevealPersonalData, mayReadCalls, now } = screen;
  const openCase = exchange.cases.find(({ closedAt }) => closedAt === null);
  const isClaimed = openCase?.state === "claimed";
  return (
    <>
      <LiveRefresh href="/api/changes" />
      <LatestCheckAnswer />
      {mayRevealPersonalData && <CustomerPersonalData key={exchange.id} customerId={exchange.customer.id} />}
      <ExchangeBody
        screen={screen}
        repair={
          <ExchangeRepair
            screen={screen}
            proof={proof && <ProofStatus proof={proof} now={now} />}
            claims={
              mayClaim && (
                <ClaimButtons
                  exchangeId={exchange.id}
                  isClaimed={isClaimed}
                  canClose={isClaimed && proof?.state === "not_possible"}
                />
              )
            }
          />
        }
        sessions={
          <SessionList
            sessions={sessions}
            subject={sessionSubject(screen)}
            mayReveal={mayReveal}
            revealedAbove={sessionToReveal(screen)}
            mayReadCalls={mayReadCalls}
            now={now}
          />
        }
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

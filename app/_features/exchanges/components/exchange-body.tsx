import type { ReactNode } from "react";
import { auditSearchHref } from "#features/audit/schema.ts";
import { labHref } from "#features/break-lab/schema.ts";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { ButtonLink } from "#ui/button.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import type { ExchangeScreen } from "../loaders.ts";
import { ExchangeEvidence } from "./exchange-evidence.tsx";
import { ExchangeFacts } from "./exchange-facts.tsx";
import { ExchangeTimeline } from "./exchange-timeline.tsx";
import { ExchangeVerdict } from "./exchange-verdict.tsx";
import { trailSearch } from "./trail-search.ts";

type ExchangeBodyProps = {
  screen: ExchangeScreen;
  /** What became of the repair. */
  repair: ReactNode;
  /** The sessions of this exchange. */
  sessions: ReactNode;
};

/** The same parts for the panel and for the page; facts stand beside them where there is room. */
export function ExchangeBody({ screen, repair, sessions }: ExchangeBodyProps) {
  const { exchange, evidence, waiting, mayReadTrail, mayReadCalls, mayOperateLab, now } = screen;
  return (
    <div className="@container">
      <ExchangeVerdict
        {...exchange}
        decidedBy={evidence.find(({ role }) => role === "decides")?.kind ?? null}
        isSessionWaiting={waiting !== null}
        now={now}
      />
      <div className="gap-x-10 @4xl:grid @4xl:grid-cols-[minmax(0,1fr)_340px]">
        <div className="min-w-0 @4xl:order-2">
          <SectionHead title="Facts" />
          <ExchangeFacts exchange={exchange} now={now} />
        </div>
        <div className="min-w-0">
          {repair}
          <SectionHead title="Sessions" />
          {sessions}
          <SectionHead title="How we know" note="newest of each kind" />
          <ExchangeEvidence evidence={evidence} now={now} />
          <SectionHead
            title="Timeline"
            action={
              <>
                {mayOperateLab && (
                  <ButtonLink size="small" href={labHref(exchange.id, now)}>
                    Break lab
                  </ButtonLink>
                )}
                {mayReadCalls && (
                  <ButtonLink size="small" href={callsHref({ q: exchange.id })}>
                    API calls
                  </ButtonLink>
                )}
                {mayReadTrail && (
                  <ButtonLink size="small" href={auditSearchHref(trailSearch(exchange.id, exchange.createdAt))}>
                    Audit trail
                  </ButtonLink>
                )}
              </>
            }
          />
          <ExchangeTimeline screen={screen} />
        </div>
      </div>
    </div>
  );
}

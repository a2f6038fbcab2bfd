import Link from "next/link";
import type { ReactNode } from "react";
import { HEALTH_WORDS } from "#domain/plain-words.ts";
import { auditSearchHref } from "#features/audit/schema.ts";
import { PROOF_ANCHOR } from "#features/proofs/schema.ts";
import { UPDATE_MODE_TOKEN_LIFE_MS } from "#features/reauth-sessions/schema.ts";
import { ButtonLink } from "#ui/button.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { Time } from "#ui/time.tsx";
import type { ExchangeScreen } from "../loaders.ts";
import { trailSearch } from "./trail-search.ts";

type ExchangeRepairProps = {
  screen: ExchangeScreen;
  /** How far the proof is. */
  proof: ReactNode;
  /** What staff can note about it. */
  claims: ReactNode;
};

/** What became of the repair: proof, claims, and what else the customer could mean. Absent while there is nothing to tell. */
export function ExchangeRepair({ screen, proof: status, claims }: ExchangeRepairProps) {
  const { exchange, proof, sessions, otherLinks, mayReadTrail, now } = screen;
  const openCase = exchange.cases.find(({ closedAt }) => closedAt === null);
  const isToTell = proof !== null || openCase !== undefined || otherLinks.length > 0;
  if (!isToTell) return null;
  const shown = sessions.find(({ revealedAt }) => revealedAt !== null);
  const isOver = shown?.revealedAt && Date.parse(shown.revealedAt) + UPDATE_MODE_TOKEN_LIFE_MS < Date.parse(now);
  return (
    <>
      <SectionHead
        title="Repair"
        anchor={PROOF_ANCHOR}
        action={
          openCase &&
          mayReadTrail && (
            <ButtonLink size="small" href={auditSearchHref(trailSearch(exchange.id, openCase.openedAt))}>
              Audit trail of this case
            </ButtonLink>
          )
        }
      />
      {openCase?.repeatOfRepairAt && (
        <p className="mb-1 text-table">
          Broke again: the repair of <Time iso={openCase.repeatOfRepairAt} now={now} form="both" /> did not last.
        </p>
      )}
      {openCase && isOver && proof?.lastFinding === "still_broken" && (
        <p className="mb-1 text-pretty text-table">
          The session ran out and the bank still asks to sign in: the customer did not finish, or it did not help.
          Create a new session.
        </p>
      )}
      {status}
      {otherLinks.map(({ exchangeId, bank, partner, health }) => (
        <p key={exchangeId} className="mt-1 text-table">
          Another link of this customer needs help too:{" "}
          <Link
            href={`/exchanges/${exchangeId}`}
            prefetch={false}
            className="text-accent underline-offset-2 hover:underline"
          >
            {bank ?? "unknown bank"} through {partner}
          </Link>{" "}
          <span className="text-muted">({HEALTH_WORDS[health].label.toLowerCase()})</span>
        </p>
      ))}
      {openCase && claims}
    </>
  );
}

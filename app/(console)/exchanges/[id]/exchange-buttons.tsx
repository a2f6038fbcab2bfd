"use client";

import { CheckButton } from "#features/exchanges/components/check-exchange.tsx";
import { offWords } from "#features/reachability/components/off-words.ts";
import { useReachability } from "#features/reachability/components/reachability-provider.tsx";
import { CreateSession } from "#features/reauth-sessions/components/create-session.tsx";
import type { SessionSubject } from "#features/reauth-sessions/components/session-subject.ts";

type ExchangeButtonsProps = {
  subject: SessionSubject;
  /** Why there can be no session, whatever Dwolla does. */
  sessionOffReason: string | null;
  mayCheck: boolean;
  startsOpen: boolean;
};

/** Both ask Dwolla, so both are off while it cannot be asked. Where one reason holds for both, it is shown once. */
export function ExchangeButtons({ subject, sessionOffReason, mayCheck, startsOpen }: ExchangeButtonsProps) {
  const dwollaOffReason = offWords(useReachability());
  return (
    <div className="flex flex-wrap items-center gap-2">
      {mayCheck && <CheckButton offReason={dwollaOffReason} showsReason={sessionOffReason !== null} />}
      <CreateSession subject={subject} offReason={sessionOffReason ?? dwollaOffReason} startsOpen={startsOpen} />
    </div>
  );
}

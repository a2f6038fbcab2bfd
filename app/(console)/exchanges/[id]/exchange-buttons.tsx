"use client";

import { CheckButton } from "#features/exchanges/components/check-exchange.tsx";
import { offWords } from "#features/reachability/components/off-words.ts";
import { useReachability } from "#features/reachability/components/reachability-provider.tsx";
import { CreateSession } from "#features/reauth-sessions/components/create-session.tsx";
import { RevealButton } from "#features/reauth-sessions/components/reveal-button.tsx";
import type { SessionSubject } from "#features/reauth-sessions/components/session-subject.ts";

type ExchangeButtonsProps = {
  subject: SessionSubject;
  /** Why there can be no session, whatever Dwolla does. */
  sessionOffReason: string | null;
  /** Why there need be no other session just now. */
  anotherSession: string | null;
  /** The session that waits for this person to reveal it. */
  toReveal: string | null;
  mayCheck: boolean;
  startsOpen: boolean;
};

/** Two of them ask Dwolla, so both are off while it cannot be asked. Where one reason holds for both, it is shown once. */
export function ExchangeButtons({ subject, sessionOffReason, mayCheck, startsOpen, ...session }: ExchangeButtonsProps) {
  const dwollaOffReason = offWords(useReachability());
  return (
    <div className="flex flex-wrap items-center gap-2">
      {mayCheck && <CheckButton offReason={dwollaOffReason} showsReason={sessionOffReason !== null} />}
      <CreateSession
        subject={subject}
        offReason={sessionOffReason ?? dwollaOffReason}
        notNext={session.anotherSession}
        startsOpen={startsOpen}
      />
      <RevealButton sessionId={session.toReveal} subject={subject} isNext />
    </div>
  );
}

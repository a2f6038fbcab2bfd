import Link from "next/link";
import { ATTEMPT_WORDS } from "#domain/plain-words.ts";
import { callsHref } from "#features/dwolla-calls/schema.ts";
import { MachineCode } from "#ui/machine-code.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import { isReadyToReveal, type ReauthSessionView, sessionAnchor } from "../schema.ts";
import { failureWords } from "./failure-words.ts";
import { RevealButton } from "./reveal-button.tsx";
import type { SessionSubject } from "./session-subject.ts";

type SessionListProps = {
  sessions: ReauthSessionView[];
  subject: SessionSubject;
  mayReveal: boolean;
  /** The session that the head of the screen offers to reveal already. */
  revealedAbove: string | null;
  mayReadCalls: boolean;
  now: string;
};

const CHANNEL_NAMES = { web: "web", ios: "iPhone", android: "Android" };

/** Every attempt, what came of it, who made it and why. Never a token. */
export function SessionList({ sessions, subject, mayReveal, revealedAbove, mayReadCalls, now }: SessionListProps) {
  if (sessions.length === 0) {
    return <p className="text-muted text-table">No session has been created for this link yet.</p>;
  }
  return (
    <ol aria-label="Re-auth sessions" className="text-table">
      {sessions.map((session) => (
        <li
          key={session.id}
          id={sessionAnchor(session.id)}
          className="border-line py-2.5 not-first:border-t first:pt-0 target:bg-selected"
        >
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <StatusBadge tone={ATTEMPT_WORDS[session.state].tone} label={ATTEMPT_WORDS[session.state].label} />
            <span className="text-muted">
              <Time iso={session.requestedAt} now={now} form="both" />
            </span>
          </div>
          <div className="mt-0.5 flex flex-wrap items-start justify-between gap-x-4 gap-y-1.5">
            <div className="min-w-0 flex-1 basis-64">
              <SessionState session={session} isRevealedAbove={session.id === revealedAbove} now={now} />
              <p className="text-muted wrap-anywhere">
                {session.requestedBy}, for {CHANNEL_NAMES[session.channel]}: {session.reason}
                {session.ticket && ` Ticket ${session.ticket}`}
                {mayReadCalls && (
                  <>
                    {" "}
                    <Link
                      href={callsHref({ q: session.id })}
                      prefetch={false}
                      className="text-accent underline decoration-1 decoration-edge underline-offset-2"
                    >
                      Its API calls
                    </Link>
                  </>
                )}
              </p>
            </div>
            {mayReveal && (
              <RevealButton
                sessionId={session.id !== revealedAbove && isReadyToReveal(session, now) ? session.id : null}
                subject={subject}
              />
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

type SessionStateProps = { session: ReauthSessionView; isRevealedAbove: boolean; now: string };

function SessionState({ session, isRevealedAbove, now }: SessionStateProps) {
  const { state, failure, revealedBy, revealedAt } = session;
  if (state === "pending") return <p>Dwolla is being asked. Wait for its answer.</p>;
  if (state === "unknown") {
    return (
      <p>
        Dwolla’s answer was lost. A session may or may not exist. A new attempt is safe: an unused session simply
        lapses. <DwollaRequestId session={session} />
      </p>
    );
  }
  if (state === "failed") {
    const { says, next, code } = failureWords(failure ?? { kind: "unexpected", status: null, code: null });
    return (
      <p>
        {says}. {next} <MachineCode>{code}</MachineCode> <DwollaRequestId session={session} />
      </p>
    );
  }
  if (revealedAt) {
    return (
      <p>
        Shown once, to {revealedBy ?? "a colleague who has left"}, <Time iso={revealedAt} now={now} />.
      </p>
    );
  }
  if (isRevealedAbove) return <p>Ready to hand over, shown once: “Reveal” stands at the top.</p>;
  return (
    <p>{isReadyToReveal(session, now) ? "Ready to hand over, shown once." : "Lapsed without having been shown."}</p>
  );
}

/** What Dwolla's support asks for. */
function DwollaRequestId({ session: { upstreamRequestId } }: { session: ReauthSessionView }) {
  return upstreamRequestId && <ShortId value={upstreamRequestId} label="Dwolla’s request id" />;
}

import Link from "next/link";
import type { ReactNode } from "react";
import { readingOf } from "#domain/event-topic.ts";
import { REPAIR_CASE_STATE_WORDS, signalWords } from "#domain/plain-words.ts";
import { SectionHead } from "#ui/section-head.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { EventScreen } from "../loaders.ts";
import { effectWords } from "./event-words.ts";

/** What came of the event: which signal, which case, or why there was nothing to do; with the ways on from here. */
export function EventEffect({ screen }: { screen: EventScreen }) {
  const { event, mayReadLinks, now } = screen;
  const words = effectWords(event.effect);
  return (
    <>
      <SectionHead title="Effect" action={<StatusBadge tone={words.tone} label={words.label} />} />
      <ul className="max-w-3xl space-y-1 text-table">
        <li>
          {event.signal ? (
            <>
              Stands as a signal on the bank link: {signalWords("event", event.signal.value).label}. It speaks of{" "}
              <Time iso={event.signal.speaksOfAt} form="exact" />, whenever it was processed.
            </>
          ) : (
            words.says
          )}
        </li>
        {event.openedCases.map(({ id, exchangeId, state, openedAt }) => (
          <li key={id}>
            <Way href={mayReadLinks ? `/exchanges/${exchangeId}` : null}>A repair case was opened</Way>{" "}
            <Time iso={openedAt} now={now} />. It is now: <StatusBadge {...REPAIR_CASE_STATE_WORDS[state]} />
          </li>
        ))}
        {event.signal && event.openedCases.length === 0 && (
          <li className="text-muted">No repair case was opened because of it.</li>
        )}
        {isReading(event) && (
          <li className="text-muted">
            What Dwolla answered is on the customer’s page; an event itself decides nothing.
          </li>
        )}
      </ul>
      <nav aria-label="Where this event leads" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-table">
        {waysOf(screen).map(({ href, label }) => (
          <Way key={href} href={href}>
            {label}
          </Way>
        ))}
      </nav>
    </>
  );
}

function isReading({ effect, signal, topic, resourceKind }: EventScreen["event"]): boolean {
  return effect === "read" && !signal && readingOf(topic, resourceKind) !== null;
}

function waysOf({ event, mayReadLinks, mayReadTrail }: EventScreen): { href: string; label: string }[] {
  const { id, resourceKind, resourceId, customerId, isKnownExchange, isKnownCustomer, createdAt } = event;
  const since = createdAt.slice(0, 10);
  return [
    ...(mayReadLinks && isKnownExchange && resourceKind === "exchanges"
      ? [{ href: `/exchanges/${resourceId}`, label: "Bank link" }]
      : []),
    ...(mayReadLinks && isKnownCustomer ? [{ href: `/customers/${customerId}`, label: "Customer" }] : []),
    ...(customerId ? [{ href: `/webhooks?resource=${customerId}`, label: "Events of this customer" }] : []),
    ...(mayReadTrail
      ? [
          {
            href: `/audit?q=${encodeURIComponent(`target:${id} created:>=${since}`)}`,
            label: "Audit rows of this event",
          },
        ]
      : []),
  ];
}

function Way({ href, children }: { href: string | null; children: ReactNode }) {
  if (href === null) return children;
  return (
    <Link href={href} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

import Link from "next/link";
import type { ReactNode } from "react";
import { readingOf } from "#domain/event-topic.ts";
import { REPAIR_CASE_STATE_WORDS, signalWords } from "#domain/plain-words.ts";
import { auditSearchHref } from "#features/audit/schema.ts";
import { labHref } from "#features/break-lab/schema.ts";
import { SectionHead } from "#ui/section-head.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { EventScreen } from "../loaders.ts";
import { effectWords } from "./event-words.ts";

/** What came of the event: which signal, which case, or why there was nothing to do; with the ways on from here. */
export function EventEffect({ screen }: { screen: EventScreen }) {
  const { event, may, now } = screen;
  const words = effectWords(event.effect);
  const { tone, label } = effectWords(event.effect, event.openedCases.length > 0);
  return (
    <>
      <SectionHead title="Effect" action={<StatusBadge tone={tone} label={label} />} />
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
            <Way href={may.readLinks ? `/exchanges/${exchangeId}` : null}>A repair case was opened</Way>{" "}
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

function waysOf({ event, may }: EventScreen): { href: string; label: string }[] {
  const { id, resourceKind, resourceId, customerId, isKnownExchange, isKnownCustomer, createdAt } = event;
  const isAboutKnownLink = isKnownExchange && resourceKind === "exchanges";
  const trail = `target:${id} created:>=${createdAt.slice(0, 10)}`;
  return [
    { isThere: may.readLinks && isAboutKnownLink, href: `/exchanges/${resourceId}`, label: "Bank link" },
    { isThere: may.readLinks && isKnownCustomer, href: `/customers/${customerId}`, label: "Customer" },
    { isThere: customerId !== null, href: `/webhooks?resource=${customerId}`, label: "Events of this customer" },
    { isThere: may.readCalls, href: `/calls?q=${id}`, label: "Calls because of it" },
    {
      isThere: may.operateLab && isAboutKnownLink && resourceId !== null,
      href: labHref(resourceId ?? "", earlier(createdAt)),
      label: "This time in the break lab",
    },
    { isThere: may.readTrail, href: auditSearchHref(trail), label: "Audit rows of this event" },
  ].filter(({ isThere }) => isThere);
}

/** A little before, so that what brought it about is seen too. */
function earlier(iso: string): string {
  return new Date(Date.parse(iso) - 30_000).toISOString();
}

function Way({ href, children }: { href: string | null; children: ReactNode }) {
  if (href === null) return children;
  return (
    <Link href={href} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

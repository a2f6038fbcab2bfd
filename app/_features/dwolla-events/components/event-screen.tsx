import type { ReactNode } from "react";
import { DELIVERY_WORDS, topicWords } from "#domain/plain-words.ts";
import { ButtonLink } from "#ui/button.tsx";
import { CopyButton } from "#ui/copy-button.tsx";
import { type Fact, Facts } from "#ui/facts.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { PageHead } from "#ui/page-head.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { EventScreen as Screen } from "../loaders.ts";
import { EventDeliveries } from "./event-deliveries.tsx";
import { EventEffect } from "./event-effect.tsx";
import { lagMs, resourceWords, signatureWords } from "./event-words.ts";

type EventScreenProps = {
  screen: Screen;
  /** The one main action. */
  action: ReactNode;
  /** The section of its replays. */
  replays: ReactNode;
};

/** Everything that is known about one event. */
export function EventScreen({ screen, action, replays }: EventScreenProps) {
  const { event, now } = screen;
  return (
    <>
      <PageHead
        title={topicWords(event.topic)}
        summary={
          <>
            <MachineCode>{event.topic}</MachineCode> · <Time iso={event.createdAt} now={now} />
          </>
        }
        action={
          <>
            <ButtonLink href="/webhooks">All events</ButtonLink>
            {action}
          </>
        }
      />
      <EventEffect screen={screen} />
      <SectionHead title="Event" />
      <Facts items={factsOf(screen)} />
      <EventDeliveries screen={screen} />
      {replays}
      <Payload screen={screen} />
    </>
  );
}

function Payload({ screen: { event, payload } }: { screen: Screen }) {
  const { signed } = event;
  return (
    <>
      <SectionHead
        title="Payload"
        note={
          payload
            ? payloadNote(event, payload)
            : "not kept: it came before this desk left out what Dwolla does not document"
        }
        action={payload && <CopyButton value={payload.text} label="payload" look="button" />}
      />
      {payload && (
        <pre className="rounded-md bg-sunken p-3 font-mono text-label whitespace-pre-wrap wrap-anywhere">
          {payload.text}
        </pre>
      )}
      {signed && (
        <p className="mt-2 text-label text-muted wrap-anywhere">
          SHA-256 of the {signed.bytes.toLocaleString("en")} signed bytes of its first webhook:{" "}
          <code className="font-mono">{signed.sha256}</code>
          <CopyButton value={signed.sha256} label="SHA-256" />
        </p>
      )}
    </>
  );
}

function payloadNote({ receivedAt, readAt }: Screen["event"], { isWhole }: NonNullable<Screen["payload"]>): string {
  const isListed = receivedAt === null || (readAt !== null && readAt < receivedAt);
  const origin = isListed ? "as Dwolla listed it" : "as it came first";
  if (isWhole) return `${origin}, laid out here for reading`;
  return `${origin}, but for what is marked hidden: Dwolla does not document it, and it was not stored`;
}

function factsOf({ event, now }: Screen): Fact[] {
  const { id, createdAt, receivedAt, readAt, processedAt, delivery } = event;
  const { means, ...badge } = DELIVERY_WORDS[delivery];
  const { means: signatureMeans, ...signature } = signatureWords(event);
  const lag = lagMs(event);
  const instant = (iso: string | null) => iso && <Time iso={iso} now={now} form="both" />;
  return [
    { term: "Event id", detail: <ShortId value={id} label="event id" /> },
    { term: "About", detail: <Resource event={event} /> },
    { term: "Customer", detail: event.customerId && <ShortId value={event.customerId} label="customer id" /> },
    { term: "Happened", detail: instant(createdAt) },
    { term: "Came as a webhook", detail: instant(receivedAt) },
    { term: "Lag", detail: lag !== null && `${formatDuration(lag)} between the event and its first webhook` },
    { term: "Read by catch-up", detail: instant(readAt) },
    { term: "Signature", detail: <Badge {...signature} means={signatureMeans} /> },
    { term: "Delivery", detail: <Badge {...badge} means={means} /> },
    { term: "Processed", detail: instant(processedAt) },
  ];
}

function Badge({ means, ...badge }: Parameters<typeof StatusBadge>[0] & { means: string }) {
  return (
    <>
      <StatusBadge {...badge} /> <span className="text-muted">· {means}</span>
    </>
  );
}

function Resource({ event: { resourceKind, resourceId } }: { event: Screen["event"] }) {
  if (!resourceKind || !resourceId) return "Nothing that the desk can read";
  return (
    <>
      {resourceWords(resourceKind)} <ShortId value={resourceId} label="id" />
    </>
  );
}

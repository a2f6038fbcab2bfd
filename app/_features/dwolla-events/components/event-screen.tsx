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
  const { event, payload, now } = screen;
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
      <SectionHead
        title="Payload"
        note={payloadNote(screen)}
        action={<CopyButton value={payload.text} label="payload" look="button" />}
      />
      <pre className="rounded-md bg-sunken p-3 font-mono text-label whitespace-pre-wrap wrap-anywhere">
        {payload.text}
      </pre>
      <p className="mt-2 text-label text-muted wrap-anywhere">
        SHA-256 of the {payload.bytes.toLocaleString("en")} bytes as they came:{" "}
        <code className="font-mono">{payload.sha256}</code>
        <CopyButton value={payload.sha256} label="SHA-256" />
      </p>
    </>
  );
}

function payloadNote({ event, payload: { hidden } }: Screen): string {
  const origin = event.receivedAt === null ? "as Dwolla listed it" : "as it came first";
  if (hidden === 0) return `${origin}, laid out here for reading`;
  const many = hidden === 1 ? "1 value is" : `${hidden} values are`;
  return `${origin}; ${many} hidden, because only ids, topic, time and links are known to hold nothing about a person`;
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

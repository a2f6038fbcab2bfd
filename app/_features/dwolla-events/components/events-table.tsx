import { DELIVERY_WORDS, type Label, topicWords } from "#domain/plain-words.ts";
import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { OneLine } from "#ui/one-line.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import type { EventView } from "../data.ts";
import type { EventsScreen } from "../loaders.ts";
import { effectWords, lagMs, resourceWords, signatureWords } from "./event-words.ts";
import { EventsEmpty } from "./events-empty.tsx";

const COLUMNS: TableColumn[] = [
  { id: "topic", header: "Topic" },
  { id: "resource", header: "About", width: "212px", narrow: "line-wide" },
  { id: "happened", header: "Happened", width: "92px", narrow: "line" },
  { id: "received", header: "Received · lag", width: "152px", isWideOnly: true },
  { id: "signature", header: "Signature", width: "92px", isWideOnly: true },
  { id: "delivery", header: "Delivery", width: "136px", narrow: "aside" },
  { id: "effect", header: "Effect", width: "148px", narrow: "line-end" },
];

/** Events newest first. A row opens the event. */
export function EventsTable({ screen }: { screen: EventsScreen }) {
  return (
    <DataTable
      caption="Events of Dwolla"
      columns={COLUMNS}
      rows={screen.page.events.map((event) => toRow(event, screen.now))}
      sort={{ columnId: "happened", direction: "descending" }}
      empty={<EventsEmpty screen={screen} />}
    />
  );
}

function toRow(event: EventView, now: string): TableRow {
  const { id, topic, resourceKind, resourceId, createdAt, receivedAt, effect, openedCaseIds } = event;
  const lag = lagMs(event);
  return {
    id,
    href: `/webhooks/${id}`,
    cells: {
      topic: <OneLine rest={<Code>{topic}</Code>}>{topicWords(topic)}</OneLine>,
      resource: resourceKind && resourceId && (
        <span className="text-muted">
          {resourceWords(resourceKind)} <ShortId value={resourceId} />
        </span>
      ),
      happened: <Time iso={createdAt} now={now} />,
      received: receivedAt && lag !== null && (
        <>
          <Time iso={receivedAt} now={now} />
          <span className="text-muted"> · {formatDuration(lag)}</span>
        </>
      ),
      signature: <Explained words={signatureWords(event)} />,
      delivery: <DeliveryBadge event={event} />,
      effect: <Explained words={effectWords(effect, openedCaseIds.length > 0)} />,
    },
  };
}

/** Not as bold as the link that it is part of. */
function Code({ children }: { children: string }) {
  return (
    <span className="font-normal">
      <MachineCode>{children}</MachineCode>
    </span>
  );
}

/** What the word means is there on hover, and on the event's own page. */
function Explained({ words: { tone, label, ...words } }: { words: Label & ({ means: string } | { says: string }) }) {
  return (
    <span title={"means" in words ? words.means : words.says}>
      <StatusBadge tone={tone} label={label} />
    </span>
  );
}

function DeliveryBadge({ event: { delivery, deliveries } }: { event: EventView }) {
  const { tone, label, means } = DELIVERY_WORDS[delivery];
  const times = deliveries > 1 ? ` ×${deliveries}` : "";
  return <Explained words={{ tone, label: `${label}${times}`, means }} />;
}

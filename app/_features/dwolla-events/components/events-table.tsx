import { DELIVERY_WORDS, topicWords } from "#domain/plain-words.ts";
import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { OneLine } from "#ui/one-line.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { EventView } from "../data.ts";
import type { EventsScreen } from "../loaders.ts";
import { effectWords, resourceWords } from "./event-words.ts";
import { EventsEmpty } from "./events-empty.tsx";

const COLUMNS: TableColumn[] = [
  { id: "topic", header: "Topic" },
  { id: "resource", header: "About", width: "208px", narrow: "line-wide" },
  { id: "happened", header: "Happened", width: "104px", narrow: "line" },
  { id: "received", header: "Received", width: "104px", isWideOnly: true },
  { id: "delivery", header: "Delivery", width: "136px", narrow: "aside" },
  { id: "effect", header: "Processing", width: "144px", narrow: "line-end", isWideOnly: true },
];

/** Events newest first. A row opens the bank link or the customer it is about, where the desk knows one. */
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
  const { id, topic, resourceKind, resourceId, createdAt, receivedAt, effect } = event;
  const href = hrefOf(event);
  return {
    id,
    ...(href && { href }),
    cells: {
      topic: <OneLine rest={<Code>{topic}</Code>}>{topicWords(topic)}</OneLine>,
      resource: resourceKind && resourceId && (
        <span className="text-muted">
          {resourceWords(resourceKind)} <ShortId value={resourceId} />
        </span>
      ),
      happened: <Time iso={createdAt} now={now} />,
      received: receivedAt && <Time iso={receivedAt} now={now} />,
      delivery: <DeliveryBadge event={event} />,
      effect: <StatusBadge {...effectWords(effect)} />,
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

/** What the word means is there on hover. */
function DeliveryBadge({ event: { delivery, deliveries } }: { event: EventView }) {
  const { tone, label, means } = DELIVERY_WORDS[delivery];
  return (
    <span title={deliveries > 1 ? `${means} It came ${deliveries} times.` : means}>
      <StatusBadge tone={tone} label={label} />
    </span>
  );
}

function hrefOf({ resourceKind, resourceId, customerId, ...known }: EventView): string | null {
  if (resourceKind === "exchanges" && known.isKnownExchange) return `/exchanges/${resourceId}`;
  return known.isKnownCustomer ? `/customers/${customerId}` : null;
}

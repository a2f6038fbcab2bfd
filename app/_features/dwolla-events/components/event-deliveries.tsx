import { SectionHead } from "#ui/section-head.tsx";
import { Time } from "#ui/time.tsx";
import { formatDuration } from "#ui/time-format.ts";
import { Timeline, type TimelineEntry } from "#ui/timeline.tsx";
import type { EventScreen } from "../loaders.ts";

/** Every webhook of the event that came, newest first, and the reading from Dwolla's list. */
export function EventDeliveries({ screen }: { screen: EventScreen }) {
  const { deliveries } = screen.event;
  const note = deliveries === 1 ? "1 webhook" : `${deliveries.toLocaleString("en")} webhooks`;
  return (
    <>
      <SectionHead title="Deliveries" note={deliveries > 1 ? `${note}, one effect` : note} />
      <Timeline label="Deliveries of this event" items={entriesOf(screen)} />
    </>
  );
}

function entriesOf({ event, now }: EventScreen): TimelineEntry[] {
  const { createdAt, readAt, deliveries } = event;
  const times = arrivalsOf(event);
  const arrivals = times.map((iso, place) => ({
    iso,
    entry: {
      id: `webhook-${place}`,
      title: place === 0 ? "Webhook" : "Webhook, again",
      time: <Time iso={iso} now={now} form="both" />,
      detail: `${formatDuration(Math.max(0, Date.parse(iso) - Date.parse(createdAt)))} after the event; signature verified`,
      tone: place === 0 ? ("proven" as const) : ("quiet" as const),
    },
  }));
  const reading = readAt && {
    iso: readAt,
    entry: {
      id: "read",
      title: "Read from Dwolla’s list of events",
      time: <Time iso={readAt} now={now} form="both" />,
      detail: "by catch-up; the list carries no signature",
      tone: "quiet" as const,
    },
  };
  const entries = [...arrivals, ...(reading ? [reading] : [])]
    .sort((one, other) => Date.parse(other.iso) - Date.parse(one.iso))
    .map(({ entry }) => entry);
  const unlisted = deliveries - times.length;
  if (unlisted <= 0) return entries;
  const more = {
    id: "more",
    title: `${unlisted.toLocaleString("en")} more webhooks`,
    time: null,
    detail: "counted, without their times",
  };
  return [...entries, more];
}

/** Of what came before the desk noted each, the first and the last are known. */
function arrivalsOf({ arrivals, receivedAt, lastReceivedAt, deliveries }: EventScreen["event"]): string[] {
  if (arrivals.length > 0) return arrivals;
  const known = deliveries > 1 ? [receivedAt, lastReceivedAt] : [receivedAt];
  return known.filter((iso) => iso !== null);
}

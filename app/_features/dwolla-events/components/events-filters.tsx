import { DELIVERIES } from "#domain/event-delivery.ts";
import { DELIVERY_WORDS, topicWords } from "#domain/plain-words.ts";
import { ActiveFilters } from "#ui/active-filters.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect, SearchField } from "#ui/filter-fields.tsx";
import { TabLinks } from "#ui/tab-links.tsx";
import type { EventsScreen } from "../loaders.ts";
import { type EventsAddress, eventsHref } from "../schema.ts";

/** By which way events came, with the count of each, and what they are about. */
export function EventsFilters({ screen: { address, deliveries, topics } }: { screen: EventsScreen }) {
  return (
    <>
      <DeliveryTabs address={address} deliveries={deliveries} />
      <FilterBar
        action="/webhooks"
        label="Filter the events"
        keep={{ delivery: address.delivery, received: address.received }}
      >
        <SearchField name="resource" label="Whole id of a link or customer" value={address.resource ?? ""} />
        <FilterSelect label="Topic" name="topic" value={address.topic ?? ""} options={topicOptions(topics, address)} />
      </FilterBar>
      <ActiveFilters filters={chips(address)} clearHref="/webhooks" />
    </>
  );
}

function DeliveryTabs({ address, deliveries }: Pick<EventsScreen, "address" | "deliveries">) {
  const total = [...deliveries.values()].reduce((sum, count) => sum + count, 0);
  const all = { href: eventsHref({ ...address, delivery: undefined }), label: "All", count: total };
  const items = DELIVERIES.map((delivery) => ({
    href: eventsHref({ ...address, delivery }),
    label: DELIVERY_WORDS[delivery].label,
    count: deliveries.get(delivery) ?? 0,
    isCurrent: address.delivery === delivery,
  }));
  return <TabLinks label="Delivery" items={[{ ...all, isCurrent: address.delivery === undefined }, ...items]} />;
}

/** Also the topic that the address names, when nothing of it ever came. */
function topicOptions(topics: readonly string[], { topic }: EventsAddress) {
  const all = topic === undefined || topics.includes(topic) ? topics : [...topics, topic];
  return all.map((each) => ({ value: each, label: topicWords(each) }));
}

function chips(address: EventsAddress) {
  const { topic, resource, delivery, received } = address;
  return [
    { name: "topic", label: "Topic", value: topic && topicWords(topic) },
    { name: "resource", label: "About", value: resource },
    { name: "delivery", label: "Delivery", value: delivery && DELIVERY_WORDS[delivery].label },
    { name: "received", label: "Came", value: received && "within 24 h" },
  ].flatMap(({ name, label, value }) =>
    value === undefined ? [] : [{ label, value, removeHref: eventsHref({ ...address, [name]: undefined }) }],
  );
}

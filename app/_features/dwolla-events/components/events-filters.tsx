import type { ReactNode } from "react";
import { DELIVERIES } from "#domain/event-delivery.ts";
import { DELIVERY_WORDS, topicWords } from "#domain/plain-words.ts";
import { ActiveFilters } from "#ui/active-filters.tsx";
import { FilterBar } from "#ui/filter-bar.tsx";
import { FilterSelect, SearchField } from "#ui/filter-fields.tsx";
import { TabLinks } from "#ui/tab-links.tsx";
import type { EventsScreen } from "../loaders.ts";
import { EFFECT_FILTERS, EVENT_PERIODS, type EventsAddress, eventsHref, FOUND_BY } from "../schema.ts";
import { effectFilterWords, FOUND_BY_WORDS, PERIOD_WORDS } from "./event-words.ts";

const EFFECT_OPTIONS = EFFECT_FILTERS.map((value) => ({ value, label: effectFilterWords(value) }));
const FOUND_OPTIONS = FOUND_BY.map((value) => ({ value, label: FOUND_BY_WORDS[value] }));
const PERIOD_OPTIONS = EVENT_PERIODS.map((value) => ({ value, label: PERIOD_WORDS[value] }));

type EventsFiltersProps = {
  screen: EventsScreen;
  /** What can be done with all that fit. */
  end?: ReactNode;
};

/** By which way events came, with the count of each, what they are about and what came of them. */
export function EventsFilters({ screen: { address, deliveries, topics }, end }: EventsFiltersProps) {
  return (
    <>
      <DeliveryTabs address={address} deliveries={deliveries} />
      <FilterBar
        action="/webhooks"
        label="Filter the events"
        keep={{ delivery: address.delivery, received: address.received }}
        end={end}
      >
        <SearchField name="resource" label="Whole id of an event, link or customer" value={address.resource ?? ""} />
        <FilterSelect label="Topic" name="topic" value={address.topic ?? ""} options={topicOptions(topics, address)} />
        <FilterSelect label="Effect" name="effect" value={address.effect ?? ""} options={EFFECT_OPTIONS} />
        <FilterSelect label="Found by" name="found" value={address.found ?? ""} options={FOUND_OPTIONS} />
        <FilterSelect label="Happened within" name="period" value={address.period ?? ""} options={PERIOD_OPTIONS} />
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
  const { topic, resource, delivery, received, effect, found, period } = address;
  return [
    { name: "topic", label: "Topic", value: topic && topicWords(topic) },
    { name: "resource", label: "About", value: resource },
    { name: "delivery", label: "Delivery", value: delivery && DELIVERY_WORDS[delivery].label },
    { name: "effect", label: "Effect", value: effect && effectFilterWords(effect) },
    { name: "found", label: "Found by", value: found && FOUND_BY_WORDS[found] },
    { name: "period", label: "Happened within", value: period && PERIOD_WORDS[period] },
    { name: "received", label: "Came", value: received && "within 24 h" },
  ].flatMap(({ name, label, value }) =>
    value === undefined ? [] : [{ label, value, removeHref: eventsHref({ ...address, [name]: undefined }) }],
  );
}

import type { ReactNode } from "react";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { Pager } from "#ui/pager.tsx";
import type { EventsScreen } from "../loaders.ts";
import { eventsHref } from "../schema.ts";
import { EventsFilters } from "./events-filters.tsx";
import { EventsTable } from "./events-table.tsx";

/** Filter row, table, foot. All of its state is in the address. `action` is about all events that fit, on every page. */
export function Events({ screen, action }: { screen: EventsScreen; action?: ReactNode }) {
  const { address, ignored, page } = screen;
  const { events, total, newer } = page;
  const [first, last] = [events[0], events.at(-1)];
  const hasOlder = newer + events.length < total;
  return (
    <>
      <EventsFilters screen={screen} end={action} />
      <IgnoredNotice names={ignored} />
      <EventsTable screen={screen} />
      {total > 0 && (
        <Pager
          from={first ? newer + 1 : 0}
          to={newer + events.length}
          total={total}
          noun={total === 1 ? "event" : "events"}
          {...(first && newer > 0 && { previousHref: eventsHref(address, { before: first.id }) })}
          {...(last && hasOlder && { nextHref: eventsHref(address, { after: last.id }) })}
        />
      )}
    </>
  );
}

import { ButtonLink } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import type { EventsScreen } from "../loaders.ts";
import { eventsHref } from "../schema.ts";

/** Why there is no row: this place is past the end, the filters hide them, or nothing has happened yet. */
export function EventsEmpty({ screen: { address, page } }: { screen: EventsScreen }) {
  if (page.total > 0) {
    return (
      <EmptyState
        title="Nothing lies beyond this place"
        action={<ButtonLink href={eventsHref(address)}>Go to the newest events</ButtonLink>}
      >
        The address names an event that is not in this list any more.
      </EmptyState>
    );
  }
  const isFiltered = Object.values(address).some((value) => value !== undefined);
  if (isFiltered) {
    return (
      <EmptyState title="No event fits this filter" action={<ButtonLink href="/webhooks">Clear filters</ButtonLink>}>
        Dwolla keeps events for 30 days; the desk keeps what it has seen.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No event yet">
      Events show here when a webhook comes, or when the next catch-up reads them from Dwolla.
    </EmptyState>
  );
}

import { ButtonLink } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Time } from "#ui/time.tsx";
import type { WorklistScreen } from "../loaders.ts";
import { worklistHref } from "../schema.ts";

/** Why there is no row: they are on other pages, the filters hide them, nothing has been looked at yet, or nothing is broken. */
export function WorklistEmpty({ screen }: { screen: WorklistScreen }) {
  const { address, page, open, freshness, now } = screen;
  if (page.matching > 0) {
    return (
      <EmptyState
        title="The list has become shorter than this page"
        action={<ButtonLink href={worklistHref(address)}>Go to the first page</ButtonLink>}
      >
        Links have been repaired since this address was made.
      </EmptyState>
    );
  }
  if (open.cases > 0) {
    return (
      <EmptyState
        title="No open case matches"
        action={<ButtonLink href={worklistHref({ sort: address.sort })}>Clear filters</ButtonLink>}
      >
        The list holds broken links only. A customer whose links all work is not in it.
      </EmptyState>
    );
  }
  if (freshness.checkedAt === null) {
    return (
      <EmptyState title="No broken link found yet">
        They show here as the first sweep finds them. Until it has finished, this says nothing about the customers it
        has not reached.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No broken links">
      Last check <Time iso={freshness.checkedAt} now={now} form="both" />. New ones show here after the next one.
    </EmptyState>
  );
}

import { isUuid } from "#domain/ids.ts";
import { ButtonLink } from "#ui/button.tsx";
import type { TableRow } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { IgnoredNotice } from "#ui/ignored-notice.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { Notice } from "#ui/notice.tsx";
import { OneLine } from "#ui/one-line.tsx";
import { PageTurner } from "#ui/pager.tsx";
import { ShortId, shortenId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { CallView } from "../data.ts";
import type { CallLogTerms, CallsScreen } from "../loaders.ts";
import { callsHref, MOST_COUNTED, placeOf } from "../schema.ts";
import { actWords, endingBadge } from "./call-words.ts";
import { CallsFilters } from "./calls-filters.tsx";
import { CallsTable } from "./calls-table.tsx";

/** Filter row, table, foot. All of its state is in the address. */
export function Calls({ screen }: { screen: CallsScreen }) {
  const { address, ignored, page, terms, now } = screen;
  const { calls, hasNewer, hasOlder, counted } = page;
  const [first, last] = [calls[0], calls.at(-1)];
  return (
    <>
      <TermsNotice terms={terms} />
      <CallsFilters screen={screen} />
      <IgnoredNotice names={ignored} />
      <CallsTable rows={calls.map((call) => toRow(call, now))} empty={<CallsEmpty screen={screen} />} />
      {counted > 0 && (
        <PageTurner
          words={`${calls.length} of ${countWords(counted)}, newest first`}
          previousHref={first && hasNewer ? callsHref(address, { before: placeOf(first) }) : undefined}
          nextHref={last && hasOlder ? callsHref(address, { after: placeOf(last) }) : undefined}
        />
      )}
    </>
  );
}

function countWords(counted: number): string {
  if (counted > MOST_COUNTED) return `more than ${MOST_COUNTED.toLocaleString("en")} calls`;
  return counted === 1 ? "1 call" : `${counted.toLocaleString("en")} calls`;
}

function toRow(call: CallView, now: string): TableRow {
  const { id, method, path, query, attempt, durationMs, staffName, act, process, requestId, calledAt } = call;
  return {
    id,
    href: `/calls/${id}`,
    cells: {
      call: (
        <OneLine rest={attempt > 1 && <span className="font-normal text-muted">attempt {attempt}</span>}>
          <span className="font-mono font-normal text-label" title={`${method} ${path}${query}`}>
            {method} {shortPath(path)}
            {query}
          </span>
        </OneLine>
      ),
      answer: <StatusBadge {...endingBadge(call)} />,
      duration: <span className="tabular-nums">{durationMs.toLocaleString("en")} ms</span>,
      cause: act && <CallCause act={actWords(act)} staffName={staffName} />,
      process,
      requestId: requestId && <ShortId value={requestId} />,
      calledAt: <Time iso={calledAt} now={now} />,
    },
  };
}

/** Both stay in sight: what does not fit is cut at its end, and whole on hover. */
function CallCause({ act, staffName }: { act: string; staffName: string | null }) {
  return (
    <span className="flex items-baseline gap-x-1.5" title={staffName ? `${staffName}: ${act}` : act}>
      {staffName && <span className="max-w-[60%] flex-none truncate">{staffName}</span>}
      <span className="min-w-0 truncate">
        <MachineCode>{act}</MachineCode>
      </span>
    </span>
  );
}

/** The whole id is there on hover; what comes after it tells more. */
function shortPath(path: string): string {
  return path
    .split("/")
    .map((part) => (isUuid(part) ? shortenId(part) : part))
    .join("/");
}

/** "Every request to Dwolla, newest first. Kept for 7 days." */
export function CallsSummary({ terms: { keeps, days, mostCalls } }: { terms: CallLogTerms }) {
  return (
    <>
      Every request to Dwolla, by whom and why. Kept for {days === 1 ? "a day" : `${days} days`}, at most{" "}
      {mostCalls.toLocaleString("en")}
      {keeps === "bodies" && "; of bodies only allow-listed fields, everything else is hidden"}.
    </>
  );
}

/** Said on the page itself: what is not kept, and that this is production. */
function TermsNotice({ terms: { keeps, isProduction } }: { terms: CallLogTerms }) {
  if (keeps === "off") {
    return (
      <Notice tone="info" title="The call log is turned off">
        Nothing new is kept (DWOLLA_CALL_LOG=off). What is here is from before.
      </Notice>
    );
  }
  if (isProduction) {
    return (
      <Notice tone="warning" title="This is production, and its calls are kept">
        {keeps === "bodies" ? "With allow-listed fields of their bodies" : "Without bodies"} (DWOLLA_CALL_LOG={keeps}).
        Turn it off when it is not needed any more.
      </Notice>
    );
  }
  if (keeps === "bodies") return null;
  return (
    <Notice tone="info" title="Bodies are not kept">
      Only who asked what, when and how it ended (DWOLLA_CALL_LOG=metadata).
    </Notice>
  );
}

/** Why there is no row: this place is past the end, the filters hide them, or nothing was asked yet. */
function CallsEmpty({ screen: { address, page } }: { screen: CallsScreen }) {
  if (page.counted > 0) {
    return (
      <EmptyState
        title="Nothing lies beyond this place"
        action={<ButtonLink href={callsHref(address)}>Go to the newest calls</ButtonLink>}
      >
        Old calls are dropped after a while.
      </EmptyState>
    );
  }
  if (Object.keys(address).length > 0) {
    return (
      <EmptyState title="No call fits this filter" action={<ButtonLink href="/calls">Clear filters</ButtonLink>}>
        It may have been dropped already, or is written within the next second.
      </EmptyState>
    );
  }
  return <EmptyState title="No calls yet">They show here within a second after Dwolla was asked something.</EmptyState>;
}

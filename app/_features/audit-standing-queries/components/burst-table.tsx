import { DataTable, type TableColumn } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { shortenId } from "#ui/short-id.tsx";
import { Time } from "#ui/time.tsx";
import type { Burst } from "../data.ts";
import { BURST_MINUTES, trailHref } from "../schema.ts";

const COLUMNS: TableColumn[] = [
  { id: "actor", header: "Actor" },
  { id: "acts", header: `Most acts in ${BURST_MINUTES} min`, width: "170px", align: "end", narrow: "aside" },
  { id: "first", header: "Limit passed (UTC)", width: "200px" },
  { id: "last", header: "Last passed (UTC)", width: "200px", isWideOnly: true, narrow: "hidden" },
];

/** A row opens these acts in the trail. */
export function BurstTable({ bursts, names }: { bursts: Burst[]; names: Map<string, string> }) {
  return (
    <DataTable
      caption="Bursts"
      columns={COLUMNS}
      rows={bursts.map((burst) => ({
        id: `${burst.actorId} ${burst.firstAt.toISOString()}`,
        href: trailHref(timesOf(burst), `actor:${burst.actorId}`),
        cells: {
          actor: names.get(burst.actorId) ?? shortenId(burst.actorId),
          acts: burst.mostActs.toLocaleString("en"),
          first: <Time iso={burst.firstAt.toISOString()} form="exact" />,
          last: <Time iso={burst.lastAt.toISOString()} form="exact" />,
        },
      }))}
      empty={<EmptyState title="Nobody was that quick">No person passed the limit in this period.</EmptyState>}
    />
  );
}

/** From the beginning of the stretch that passed the limit first. */
function timesOf({ firstAt, lastAt }: Burst) {
  return { from: new Date(firstAt.getTime() - BURST_MINUTES * 60_000), until: new Date(lastAt.getTime() + 1_000) };
}

import { DataTable, type TableColumn, type TableRow } from "#ui/data-table.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { ShortId } from "#ui/short-id.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { Time } from "#ui/time.tsx";
import type { ProvenCheckpoint } from "../mutations.ts";
import { checkpointNoteHref } from "../schema.ts";

const COLUMNS: TableColumn[] = [
  { id: "size", header: "Events covered", align: "end", width: "130px" },
  { id: "added", header: "New in it", align: "end", width: "100px", narrow: "line-end" },
  { id: "signedAt", header: "Signed at (UTC)", width: "210px" },
  { id: "root", header: "Root", width: "160px", isWideOnly: true },
  { id: "key", header: "Key", width: "110px" },
  { id: "proof", header: "Proof, computed now", narrow: "line-wide" },
  { id: "note", header: "Note", width: "100px", narrow: "line" },
];

export function CheckpointsTable({ checkpoints }: { checkpoints: ProvenCheckpoint[] }) {
  return (
    <DataTable
      caption="Checkpoints"
      columns={COLUMNS}
      rows={checkpoints.map(toRow)}
      sort={{ columnId: "size", direction: "descending" }}
      empty={
        <EmptyState title="Nothing has been signed yet">
          The sealer signs a checkpoint a minute after the first event, or after a hundred of them.
        </EmptyState>
      }
    />
  );
}

function toRow(checkpoint: ProvenCheckpoint): TableRow {
  const { size, added, root, keyId, signature } = checkpoint;
  return {
    id: String(size),
    cells: {
      size: (
        <>
          {size.toLocaleString("en")}
          <span className="md:hidden"> events</span>
        </>
      ),
      added: (
        <>
          {added.toLocaleString("en")}
          <span className="md:hidden"> new</span>
        </>
      ),
      signedAt: signature.ok && <Time iso={signature.signedAt} form="exact" />,
      root: <ShortId value={root.toString("hex")} />,
      key: <ShortId value={keyId} />,
      proof: <Proof checkpoint={checkpoint} />,
      note: (
        <a href={checkpointNoteHref(size)} download className="text-accent hover:underline">
          Download<span className="sr-only"> the checkpoint of {size} events</span>
        </a>
      ),
    },
  };
}

function Proof({ checkpoint: { signature, isOfThisTree } }: { checkpoint: ProvenCheckpoint }) {
  if (!signature.ok) return <Wrong label="Signature not valid" means={signature.problem} />;
  if (!isOfThisTree)
    return <Wrong label="Not of this trail" means="The stored tree does not lead to the root that was signed." />;
  return <StatusBadge tone="proven" label="Signed, and of this trail" />;
}

function Wrong({ label, means }: { label: string; means: string }) {
  return (
    <span title={means}>
      <StatusBadge tone="broken" label={label} /> {means}
    </span>
  );
}

import { type AuditFilter, auditExportHref } from "#features/audit/schema.ts";
import type { CheckpointView } from "#features/checkpoints/data.ts";
import { Button, ButtonLink } from "#ui/button.tsx";
import { CopyButton } from "#ui/copy-button.tsx";
import { MachineCode } from "#ui/machine-code.tsx";
import { filterWords } from "../schema.ts";

type ExportButtonsProps = {
  filter: AuditFilter;
  /** What a bundle would be proven against; null while nothing is signed. */
  checkpoint: Pick<CheckpointView, "size" | "keyId"> | null;
};

const PANEL = "export-evidence";
const CHECK_COMMAND = "npm run audit:verify -- BUNDLE.zip --key audit.pub";

/** The rows of this page as a file: to work with, or to prove. "download" keeps a link plain: the browser asks once, and nothing else does. */
export function ExportButtons({ filter, checkpoint }: ExportButtonsProps) {
  return (
    <>
      <ButtonLink href={auditExportHref(filter)} download>
        Export CSV
      </ButtonLink>
      <ButtonLink href={auditExportHref(filter, "jsonl")} download>
        Export JSONL
      </ButtonLink>
      <Button popoverTarget={PANEL}>Export evidence</Button>
      <div
        popover="auto"
        id={PANEL}
        role="dialog"
        aria-label="Export evidence"
        className="m-auto w-[30rem] max-w-[calc(100vw-2rem)] rounded-md bg-raised text-ink shadow-raised"
      >
        <div className="flex flex-col gap-3 p-4 text-pretty">
          <p className="font-medium">Export evidence</p>
          <p>
            A zip that proves itself on any computer, without this desk and without a network: {contentWords(filter)},
            what was sealed of them, and the signed checkpoint they are proven against.
          </p>
          <Basis checkpoint={checkpoint} />
          <p>
            Check it with the key that you keep, never with one that came with the file:{" "}
            <span className="whitespace-nowrap">
              <MachineCode>{CHECK_COMMAND}</MachineCode>
              <CopyButton value={CHECK_COMMAND} label="command" />
            </span>
          </p>
          <div className="flex flex-wrap justify-end gap-2">
            <ButtonLink href="/audit/checkpoints" tone="quiet">
              Checkpoints and key
            </ButtonLink>
            {checkpoint && (
              <ButtonLink href={auditExportHref(filter, "bundle")} download tone="primary">
                Download bundle
              </ButtonLink>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

function contentWords(filter: AuditFilter): string {
  return filterWords(filter) === null
    ? "every event of the period"
    : "the events of this filter, each with its own proof";
}

function Basis({ checkpoint }: Pick<ExportButtonsProps, "checkpoint">) {
  if (!checkpoint) return <p>Nothing is signed yet, so nothing can be proven. The sealer signs within a minute.</p>;
  return (
    <p className="text-muted">
      {checkpoint.size.toLocaleString("en")} events are signed, by key <MachineCode>{checkpoint.keyId}</MachineCode>.
      What came since is signed first, if the sealer is at work.
    </p>
  );
}

import { type FormEvent, useId } from "react";
import { SWEEP_MODE_WORDS } from "#domain/sweep-words.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import { formatDuration } from "#ui/time-format.ts";
import { SWEEP_MODES, type SweepMode } from "../schema.ts";

type StartSweepDialogProps = {
  open: boolean;
  calls: Record<SweepMode, number> | null;
  callsPerSecond: number;
  isPending: boolean;
  onStart: (mode: SweepMode) => void;
  onClose: () => void;
};

export function StartSweepDialog({ open, calls, callsPerSecond, isPending, onStart, onClose }: StartSweepDialogProps) {
  const formId = useId();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const chosen = new FormData(event.currentTarget).get("mode");
    const mode = SWEEP_MODES.find((each) => each === chosen);
    if (mode && !isPending) onStart(mode);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Start a sweep"
      description="It reads Dwolla anew for every customer, behind whatever people press meanwhile."
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button tone="primary" type="submit" form={formId} pending={isPending}>
            Start sweep
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit}>
        <RadioCards
          legend="What it reads"
          name="mode"
          defaultValue="full"
          options={SWEEP_MODES.map((mode) => {
            const { label, reads, limit } = SWEEP_MODE_WORDS[mode];
            const cost = calls === null ? "" : ` ${costWords(calls[mode], callsPerSecond)}`;
            return { value: mode, label, detail: `${reads} ${limit}${cost}` };
          })}
        />
      </form>
    </Dialog>
  );
}

function costWords(calls: number, callsPerSecond: number): string {
  const seconds = Math.max(1, Math.ceil(calls / callsPerSecond));
  const many = calls === 1 ? "1 call" : `${calls.toLocaleString("en")} calls`;
  return `About ${many}, ${formatDuration(seconds * 1_000)} at ${callsPerSecond.toLocaleString("en")} a second.`;
}

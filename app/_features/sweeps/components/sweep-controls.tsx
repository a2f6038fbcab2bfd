"use client";

import { useState } from "react";
import { SWEEP_MODE_WORDS } from "#domain/sweep-words.ts";
import { Button } from "#ui/button.tsx";
import { cancelSweepAction, pauseSweepAction, resumeSweepAction } from "../actions.ts";
import type { SweepMode } from "../schema.ts";
import { CancelSweepDialog } from "./cancel-sweep-dialog.tsx";
import { StartSweepDialog } from "./start-sweep-dialog.tsx";
import { useSweepPress } from "./use-sweep-press.ts";

type SweepControlsProps = {
  /** The sweep that runs or is paused. */
  live: { sweepId: string; mode: SweepMode; isPaused: boolean } | null;
  /** What each mode would cost; null where nobody knows. */
  calls: Record<SweepMode, number> | null;
  callsPerSecond: number;
};

/** Starts a sweep, or pauses, resumes and cancels the one that is there; both dialogs say what it comes to. */
export function SweepControls({ live, calls, callsPerSecond }: SweepControlsProps) {
  const [asks, setAsks] = useState<"start" | "cancel" | null>(null);
  const close = () => setAsks(null);
  const { said, isPending, start, change } = useSweepPress(live?.sweepId ?? null, close);
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 max-sm:justify-start">
      {live === null ? (
        <Button onClick={() => setAsks("start")}>Start a sweep</Button>
      ) : (
        <>
          <Button tone="quiet" onClick={() => setAsks("cancel")}>
            Cancel sweep
          </Button>
          <Button
            pending={isPending && asks === null}
            onClick={() => change(live.isPaused ? resumeSweepAction : pauseSweepAction, live.sweepId)}
          >
            {live.isPaused ? "Resume" : "Pause"}
          </Button>
        </>
      )}
      <p role="status" className="w-full text-muted text-right text-table max-sm:text-left empty:hidden">
        {said}
      </p>
      <StartSweepDialog
        open={asks === "start" && live === null}
        calls={calls}
        callsPerSecond={callsPerSecond}
        isPending={isPending}
        onStart={start}
        onClose={close}
      />
      {live && (
        <CancelSweepDialog
          open={asks === "cancel"}
          name={SWEEP_MODE_WORDS[live.mode].label.toLowerCase()}
          isPending={isPending}
          onCancelSweep={() => change(cancelSweepAction, live.sweepId, "The sweep was cancelled.")}
          onClose={close}
        />
      )}
    </div>
  );
}

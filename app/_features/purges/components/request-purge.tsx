"use client";

import { type FormEvent, useId, useState } from "react";
import { REASON_HINT, REASON_MAX_LENGTH, REASON_MIN_LENGTH } from "#domain/reason.ts";
import { Button } from "#ui/button.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { TextAreaField, TextField } from "#ui/field.tsx";
import { requestPurgeAction } from "../actions.ts";
import { PurgeProblemNotice } from "./purge-problem-notice.tsx";
import { usePurgeAct } from "./use-purge-act.ts";

/** `newestDay`: no later day can be chosen. */
export function RequestPurge({ newestDay }: { newestDay: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>Request purge</Button>
      {isOpen && <RequestPurgeDialog newestDay={newestDay} onClose={() => setOpen(false)} />}
    </>
  );
}

function RequestPurgeDialog({ newestDay, onClose }: { newestDay: string; onClose: () => void }) {
  const formId = useId();
  const { isPending, problem, run } = usePurgeAct(onClose);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    run(() => requestPurgeAction({ beforeDay: String(form.get("beforeDay")), reason: String(form.get("reason")) }));
  };
  const wrong = problem?.fieldErrors;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Request a purge"
      description="Nothing is deleted before a second person approves."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" pending={isPending}>
            Request purge
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-4">
        <PurgeProblemNotice problem={problem} />
        <TextField
          label="Recorded before, UTC"
          name="beforeDay"
          type="date"
          required
          max={newestDay}
          defaultValue={newestDay}
          hint={`${newestDay} at the latest. The list then says how many events that is, up to which number.`}
          error={wrong?.beforeDay?.[0]}
        />
        <TextAreaField
          label="Reason"
          name="reason"
          required
          minLength={REASON_MIN_LENGTH}
          maxLength={REASON_MAX_LENGTH}
          hint={REASON_HINT}
          error={wrong?.reason?.[0]}
        />
      </form>
    </Dialog>
  );
}

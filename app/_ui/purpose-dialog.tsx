"use client";

import { type FormEvent, useId, useState } from "react";
import { REASON_HINT, REASON_MAX_LENGTH, REASON_MIN_LENGTH } from "#domain/reason.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { SelectField, TextAreaField } from "./field.tsx";
import { Notice } from "./notice.tsx";

type PurposeDialogProps = {
  title: string;
  /** Whom or what this is about. */
  description: string;
  /** What the purpose buys, and that it goes on record. */
  children: string;
  presets: readonly string[];
  isPending: boolean;
  problem: { message: string; requestId?: string } | null;
  onSubmit: (purpose: string) => void;
  onClose: () => void;
};

const OWN_WORDS = "own";

/** Asks what something is wanted for, before it is shown. */
export function PurposeDialog(props: PurposeDialogProps) {
  const { title, description, children, presets, isPending, problem, onSubmit, onClose } = props;
  const formId = useId();
  const [preset, setPreset] = useState("");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(preset === OWN_WORDS ? String(new FormData(event.currentTarget).get("own")) : preset);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" pending={isPending}>
            Reveal
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-4">
        {problem && (
          <Notice
            tone="error"
            title="Nothing was shown"
            isLive
            {...(problem.requestId && { requestId: problem.requestId })}
          >
            {problem.message}
          </Notice>
        )}
        <p className="text-pretty">{children}</p>
        <SelectField
          label="Purpose"
          name="purpose"
          required
          value={preset}
          onChange={(event) => setPreset(event.currentTarget.value)}
          options={[
            { value: "", label: "Choose what for" },
            ...presets.map((purpose) => ({ value: purpose, label: purpose })),
            { value: OWN_WORDS, label: "In my own words…" },
          ]}
        />
        {preset === OWN_WORDS && (
          <TextAreaField
            label="In your own words"
            name="own"
            required
            minLength={REASON_MIN_LENGTH}
            maxLength={REASON_MAX_LENGTH}
            hint={REASON_HINT}
          />
        )}
      </form>
    </Dialog>
  );
}

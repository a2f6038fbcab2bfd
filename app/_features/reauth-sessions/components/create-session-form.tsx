"use client";

import { type FormEvent, useState } from "react";
import { type Channel, isRedirectFor } from "#domain/partner-capability.ts";
import { REASON_HINT, REASON_MAX_LENGTH, REASON_MIN_LENGTH } from "#domain/reason.ts";
import type { ActionError } from "#platform/action.ts";
import { SelectField, TextAreaField, TextField } from "#ui/field.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import {
  type CreateReauthSessionInput,
  createReauthSessionSchema,
  REASON_PRESETS,
  TICKET_MAX_LENGTH,
} from "../schema.ts";
import { ActionErrorNotice } from "./action-error-notice.tsx";
import { channelCards } from "./channel-cards.ts";
import type { SessionSubject } from "./session-subject.ts";

type CreateSessionFormProps = {
  id: string;
  subject: SessionSubject;
  /** The same for a repeated press of this form, so that it counts once. */
  attemptId: string;
  error: ActionError | undefined;
  onSubmit: (input: CreateReauthSessionInput) => void;
};
type FieldErrors = Record<string, string[] | undefined>;

const OWN_WORDS = "own";

export function CreateSessionForm({ id, subject, attemptId, error, onSubmit }: CreateSessionFormProps) {
  const cards = channelCards(subject);
  const [channel, setChannel] = useState(cards.find((card) => card.offReason === undefined)?.value ?? "web");
  const [preset, setPreset] = useState("");
  const [problems, setProblems] = useState<FieldErrors>({});
  const fieldErrors = { ...error?.fieldErrors, ...problems };
  const redirects = subject.redirects.filter((address) => isRedirectFor(channel, address));

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = createReauthSessionSchema.safeParse(
      readForm(event.currentTarget, { attemptId, subject, channel, preset }),
    );
    if (parsed.success) return onSubmit(parsed.data);
    setProblems(parsed.error.flatten().fieldErrors);
    const firstWrong = parsed.error.issues[0]?.path[0] === "ticket" ? "ticket" : "ownReason";
    event.currentTarget.querySelector<HTMLElement>(`[name=${firstWrong}]`)?.focus();
  };
  return (
    <form id={id} onSubmit={submit} className="grid gap-4">
      {error && <ActionErrorNotice title="The session was not requested" error={error} />}
      <RadioCards
        legend="Where will the customer finish?"
        name="channel"
        options={cards}
        value={channel}
        onChange={(value) => setChannel(value as Channel)}
      />
      {redirects.length > 0 && (
        <SelectField
          label="Redirect address"
          name="redirectAddress"
          required
          options={redirects.map((address) => ({ value: address, label: address }))}
          hint="Where the app takes the customer back to. The list is configured at Dwolla and here."
          error={fieldErrors.redirectAddress?.[0]}
        />
      )}
      <SelectField
        label="Reason"
        name="preset"
        required
        value={preset}
        onChange={(event) => setPreset(event.currentTarget.value)}
        options={REASON_OPTIONS}
      />
      {preset === OWN_WORDS && (
        <TextAreaField
          label="In your own words"
          name="ownReason"
          required
          minLength={REASON_MIN_LENGTH}
          maxLength={REASON_MAX_LENGTH}
          hint={REASON_HINT}
          error={fieldErrors.reason?.[0]}
        />
      )}
      <TextField
        label="Ticket"
        name="ticket"
        maxLength={TICKET_MAX_LENGTH}
        autoComplete="off"
        error={fieldErrors.ticket?.[0]}
      />
    </form>
  );
}

const REASON_OPTIONS = [
  { value: "", label: "Choose why" },
  ...REASON_PRESETS.map((reason) => ({ value: reason, label: reason })),
  { value: OWN_WORDS, label: "In my own words…" },
];

interface Choices {
  attemptId: string;
  subject: SessionSubject;
  channel: Channel;
  preset: string;
}

function readForm(form: HTMLFormElement, { attemptId, subject, channel, preset }: Choices) {
  const fields = new FormData(form);
  return {
    attemptId,
    exchangeId: subject.exchangeId,
    channel,
    redirectAddress: fields.get("redirectAddress"),
    reason: preset === OWN_WORDS ? fields.get("ownReason") : preset,
    ticket: fields.get("ticket"),
  };
}

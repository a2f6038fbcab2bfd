"use client";

import { useState, useTransition } from "react";
import type { ActionResult } from "#platform/action.ts";
import { Button, ButtonLink } from "#ui/button.tsx";
import { SelectField, TextField } from "#ui/field.tsx";
import { Notice } from "#ui/notice.tsx";
import { breakExchangeAction, repairExchangeAction } from "../actions.ts";
import type { SimulatorResult } from "../mutations.ts";
import { BREAKS } from "../schema.ts";

const BREAK_LABELS: Record<(typeof BREAKS)[number], string> = {
  UpdateCredentials: "The bank asks to sign in again (UpdateCredentials)",
  deactivated: "Dwolla switches the link off (deactivated)",
  removed: "The link is removed (removed)",
};

type Said = { done: "broken" | "repaired"; exchangeId: string; result: ActionResult<SimulatorResult> };

/** Breaks and repairs an exchange on purpose. The desk learns of it as it would of a real one: by a check or a sweep. */
export function SimulatorControls({ exchangeId = "" }: { exchangeId?: string | undefined }) {
  const [said, setSaid] = useState<Said>();
  const [isPending, startTransition] = useTransition();

  const press = (form: FormData, done: Said["done"]) =>
    startTransition(async () => {
      const id = String(form.get("exchangeId")).trim();
      const as = BREAKS.find((way) => way === form.get("as")) ?? "UpdateCredentials";
      const result = await (done === "broken"
        ? breakExchangeAction({ exchangeId: id, as })
        : repairExchangeAction({ exchangeId: id }));
      setSaid({ done, exchangeId: id, result });
    });

  return (
    <form action={(form) => press(form, "broken")} className="grid max-w-[640px] gap-3">
      <TextField
        name="exchangeId"
        label="Exchange id"
        hint="Copy it from an exchange’s page."
        // The form is emptied after each press: what was typed comes back, to be corrected or used again.
        defaultValue={said?.exchangeId ?? exchangeId}
        required
        autoComplete="off"
        spellCheck={false}
        error={fieldError(said)}
      />
      <SelectField
        name="as"
        label="How it breaks"
        required
        options={BREAKS.map((value) => ({ value, label: BREAK_LABELS[value] }))}
      />
      <div className="flex gap-2">
        <Button type="submit" tone="danger" pending={isPending}>
          Break exchange
        </Button>
        <Button type="submit" pending={isPending} formAction={(form: FormData) => press(form, "repaired")}>
          Repair exchange
        </Button>
      </div>
      {said && <Outcome said={said} />}
    </form>
  );
}

function fieldError(said: Said | undefined): string | undefined {
  return said && !said.result.ok ? said.result.error.fieldErrors?.exchangeId?.[0] : undefined;
}

function Outcome({ said: { done, exchangeId, result } }: { said: Said }) {
  if (!result.ok) {
    if (result.error.fieldErrors) return null;
    return (
      <Notice tone="error" title="The simulator was not asked" requestId={result.error.requestId} isLive>
        {result.error.message}
      </Notice>
    );
  }
  const { value } = result;
  if (!value.ok) {
    const title = value.reason === "refused" ? "The simulator refused" : "The simulator does not answer";
    return (
      <Notice tone="error" title={title} isLive>
        {value.says ?? "Nothing is known to have changed. Trying again is safe."}
      </Notice>
    );
  }
  return (
    <Notice
      tone="success"
      title={`The exchange is ${done} in the simulator`}
      isLive
      action={
        <ButtonLink size="small" href={`/exchanges/${exchangeId}`}>
          Open exchange
        </ButtonLink>
      }
    >
      The desk does not know yet. Open the exchange and press “Check now”, or wait for the next sweep.
    </Notice>
  );
}

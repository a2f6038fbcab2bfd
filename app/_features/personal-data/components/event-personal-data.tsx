"use client";

import { Button } from "#ui/button.tsx";
import { type Fact, Facts } from "#ui/facts.tsx";
import { PurposeDialog } from "#ui/purpose-dialog.tsx";
import { SectionHead } from "#ui/section-head.tsx";
import { revealEventPersonalDataAction } from "../actions.ts";
import { PURPOSE_PRESETS, type RevealedEvent } from "../schema.ts";
import { CommittedValueText } from "./committed-value-text.tsx";
import { useReveal } from "./use-reveal.ts";

const TERMS = { ip: "IP address", userAgent: "Browser", actorEmail: "E-mail" } as const;
const FIELDS = ["ip", "userAgent", "actorEmail"] as const;

/** Who acted, from where: beside the event, not in it. Hidden until somebody who may says what for. */
export function EventPersonalData({ eventId, mayReveal }: { eventId: string; mayReveal: boolean }) {
  const { value, isOpen, open, close, hide, run, ...dialog } = useReveal<RevealedEvent>();
  const toggle = value ? <Button onClick={hide}>Hide</Button> : <Button onClick={open}>Reveal</Button>;
  const hiddenWords = mayReveal ? "hidden until you say what for" : "hidden; compliance may see it for a purpose";
  return (
    <>
      <SectionHead
        title="Personal data"
        note={value ? "shown for this view only" : hiddenWords}
        action={mayReveal && toggle}
      />
      <div aria-live="polite">
        <Facts items={FIELDS.map((field) => toFact(field, value))} />
      </div>
      {isOpen && (
        <PurposeDialog
          {...dialog}
          title="Reveal personal data?"
          description="IP address, browser and e-mail of who acted, for this view only."
          presets={PURPOSE_PRESETS}
          onSubmit={(purpose) => run(() => revealEventPersonalDataAction({ eventId, purpose }))}
          onClose={close}
        >
          That you looked, at which event and what for is on record before anything is shown. The values are not.
        </PurposeDialog>
      )}
    </>
  );
}

function toFact(field: keyof typeof TERMS, value: RevealedEvent | null): Fact {
  const detail = value ? <CommittedValueText committed={value[field]} /> : <span className="text-muted">hidden</span>;
  return { term: TERMS[field], detail };
}

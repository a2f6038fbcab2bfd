"use client";

import { type ComponentProps, type FormEvent, type ReactNode, useState, useTransition } from "react";
import { LONGEST_FINDING, type ReviewDecision } from "#domain/audit-review.ts";
import { Button } from "#ui/button.tsx";
import { TextAreaField } from "#ui/field.tsx";
import { StatusBadge } from "#ui/status-badge.tsx";
import { formatUtc } from "#ui/time-format.ts";
import type { ReviewItemView } from "../data.ts";
import { ReviewProblem } from "./review-problem.tsx";
import type { ReviewProblem as Problem } from "./use-review-press.ts";

type ReviewItemProps = {
  item: ReviewItemView;
  isOpen: boolean;
  onDecide: (place: number, decision: ReviewDecision, finding: string) => Promise<Problem | null>;
  /** The event in words. */
  children: ReactNode;
};

const LOOKS = {
  fine: { label: "Fine", tone: "proven" },
  finding: { label: "Finding", tone: "broken" },
} as const;

/** One sampled event with its decision; `isOpen` lets it be decided, as often as one likes. */
export function ReviewItem({ item, isOpen, onDecide, children }: ReviewItemProps) {
  const [isWriting, setIsWriting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isPending, startTransition] = useTransition();
  const decide = (choice: ReviewDecision, text = "") => {
    if (isPending) return;
    startTransition(async () => {
      const found = await onDecide(item.place, choice, text);
      setProblem(found);
      if (!found) setIsWriting(false);
    });
  };
  const write = (isOn: boolean) => {
    setProblem(null);
    setIsWriting(isOn);
  };
  const { place, decision, finding, eventId, eventNumber, decidedAt } = item;
  return (
    <li
      tabIndex={-1}
      aria-label={`Event ${place}${decision ? `, ${LOOKS[decision].label.toLowerCase()}` : ""}`}
      className="grid scroll-my-24 grid-cols-[2.25rem_minmax(0,1fr)] gap-x-3 gap-y-2 border-line border-t py-3 -outline-offset-2 sm:grid-cols-[2.25rem_minmax(0,1fr)_auto]"
    >
      <span className="text-right text-muted text-table tabular-nums">{place}</span>
      <div className="min-w-0">
        {children}
        <p className="hidden text-label text-muted print:block">
          <span className="font-mono">{eventId}</span>
          {eventNumber && `, number ${eventNumber}`}
          {decidedAt && `, decided ${formatUtc(decidedAt)}`}
        </p>
        {finding && !isWriting && (
          <p className="mt-1.5 border-broken border-l-2 pl-2.5 text-table wrap-anywhere">{finding}</p>
        )}
      </div>
      <div className="col-start-2 flex items-start gap-1.5 sm:col-start-3">
        {isOpen && (
          <span className="flex gap-1.5" data-screen-only>
            <Choice
              isChosen={decision === "fine"}
              aria-busy={isPending && !isWriting}
              data-fine
              onClick={() => decision === "fine" || decide("fine")}
            >
              Fine
            </Choice>
            <Choice isChosen={decision === "finding"} aria-expanded={isWriting} onClick={() => write(!isWriting)}>
              {decision === "finding" ? "Change finding" : "Finding"}
            </Choice>
          </span>
        )}
        <span className={`text-table ${isOpen ? "hidden print:inline" : ""}`}>
          {decision ? <StatusBadge {...LOOKS[decision]} /> : <span className="text-muted">Not decided</span>}
        </span>
      </div>
      {isWriting && (
        <FindingForm
          finding={finding ?? ""}
          isPending={isPending}
          problem={problem}
          onSave={(text) => decide("finding", text)}
          onCancel={() => write(false)}
        />
      )}
      {problem && !isWriting && (
        <div className="col-start-2 sm:col-end-4">
          <ReviewProblem problem={problem} />
        </div>
      )}
    </li>
  );
}

type ChoiceProps = Omit<ComponentProps<"button">, "className" | "type"> & { isChosen: boolean; "data-fine"?: boolean };

/** Chosen it is marked, not shouted: there are up to two hundred of them. */
function Choice({ isChosen, ...button }: ChoiceProps) {
  return (
    <button
      {...button}
      type="button"
      aria-pressed={isChosen}
      className="h-7 flex-none rounded-md border border-edge px-2 text-table hover:bg-hover aria-pressed:border-accent aria-pressed:bg-selected aria-pressed:font-medium"
    />
  );
}

type FindingFormProps = {
  finding: string;
  isPending: boolean;
  problem: Problem | null;
  onSave: (text: string) => void;
  onCancel: () => void;
};

function FindingForm({ finding, isPending, problem, onSave, onCancel }: FindingFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSave(String(new FormData(event.currentTarget).get("finding") ?? ""));
  };
  const wrong = problem?.fieldErrors?.finding?.[0];
  return (
    <form onSubmit={submit} noValidate className="col-start-2 grid gap-2 sm:col-end-4" data-screen-only>
      {!wrong && <ReviewProblem problem={problem} />}
      <TextAreaField
        label="What was found"
        name="finding"
        required
        autoFocus
        defaultValue={finding}
        maxLength={LONGEST_FINDING}
        error={wrong}
      />
      <div className="flex gap-2">
        <Button type="submit" size="small" tone="primary" pending={isPending}>
          Save finding
        </Button>
        <Button size="small" tone="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

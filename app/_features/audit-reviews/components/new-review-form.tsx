"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState, useTransition } from "react";
import type { AuditAction } from "#domain/audit-event.ts";
import {
  DEFAULT_SAMPLE_SIZE,
  LARGEST_SAMPLE_SIZE,
  REVIEW_PERIODS,
  REVIEW_SCOPES,
  type ReviewPeriod,
  type ReviewScope,
} from "#domain/audit-review.ts";
import { Button, ButtonLink } from "#ui/button.tsx";
import { FieldError, TextField } from "#ui/field.tsx";
import { RadioCards } from "#ui/radio-cards.tsx";
import { drawReviewAction } from "../actions.ts";
import { reviewHref } from "../schema.ts";
import { ReviewProblem } from "./review-problem.tsx";
import { PERIOD_WORDS, REFUSAL_WORDS, SCOPE_WORDS } from "./review-words.ts";
import type { ReviewProblem as Problem } from "./use-review-press.ts";

type NewReviewFormProps = {
  proposedSeed: string;
  periods: Record<"last_month" | "last_quarter", string>;
  actions: { value: string; label: string }[];
};

export function NewReviewForm({ proposedSeed, periods, actions }: NewReviewFormProps) {
  const router = useRouter();
  const [period, setPeriod] = useState<string>("last_quarter");
  const [scope, setScope] = useState<string>("changes");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isPending, startTransition] = useTransition();
  const wrong = problem?.fieldErrors;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isPending) return;
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    startTransition(async () => {
      const result = await drawReviewAction({
        period: period as ReviewPeriod,
        scope: scope as ReviewScope,
        ...(period === "days" && { firstDay: text("firstDay"), lastDay: text("lastDay") }),
        actions: form.getAll("action") as AuditAction[],
        size: text("size"),
        seed: text("seed"),
      });
      if (!result.ok) return setProblem(result.error);
      if (!result.value.ok) return setProblem({ message: REFUSAL_WORDS[result.value.reason] });
      router.push(reviewHref(result.value.reviewId));
    });
  };

  return (
    <form onSubmit={submit} noValidate className="grid grid-cols-1 gap-5">
      <RadioCards
        legend="Period"
        name="period"
        value={period}
        onChange={setPeriod}
        options={REVIEW_PERIODS.map((value) => ({
          value,
          label: PERIOD_WORDS[value],
          detail: value === "days" ? "The first and the last of them, both included." : periods[value],
        }))}
      />
      {period === "days" && (
        <div className="-mt-2 grid grid-cols-2 gap-3">
          <TextField label="First day, UTC" name="firstDay" type="date" required error={wrong?.firstDay?.[0]} />
          <TextField label="Last day, UTC" name="lastDay" type="date" required error={wrong?.lastDay?.[0]} />
        </div>
      )}
      <RadioCards
        legend="Drawn from"
        name="scope"
        value={scope}
        onChange={setScope}
        options={REVIEW_SCOPES.map((value) => ({ value, label: SCOPE_WORDS[value], detail: SCOPE_DETAILS[value] }))}
      />
      {scope === "chosen" && <ActionChoice actions={actions} error={wrong?.actions?.[0]} />}
      <div className="grid gap-3 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <TextField
          label="Size"
          name="size"
          type="number"
          inputMode="numeric"
          min={1}
          max={LARGEST_SAMPLE_SIZE}
          defaultValue={DEFAULT_SAMPLE_SIZE}
          required
          hint={`1 to ${LARGEST_SAMPLE_SIZE} events`}
          error={wrong?.size?.[0]}
        />
        <TextField
          label="Seed"
          name="seed"
          defaultValue={proposedSeed}
          required
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          hint="Made at random just now; type another to draw a sample once more"
          error={wrong?.seed?.[0]}
        />
      </div>
      <ReviewProblem problem={problem} />
      <div className="flex gap-2">
        <Button type="submit" tone="primary" pending={isPending}>
          Draw sample
        </Button>
        <ButtonLink tone="quiet" href="/audit/reviews">
          Back
        </ButtonLink>
      </div>
    </form>
  );
}

const SCOPE_DETAILS: Record<ReviewScope, string> = {
  changes: "Sessions, reveals, claims, sweeps, webhooks, staff: no sign-ins, no reading of the trail.",
  everything: "Also sign-ins, refused pages and every look at the trail.",
  chosen: "Only the actions you tick.",
};

function ActionChoice({ actions, error }: { actions: NewReviewFormProps["actions"]; error: string | undefined }) {
  return (
    <fieldset className="-mt-2 min-w-0">
      <legend className="mb-1 font-medium text-table">Actions</legend>
      <div className="grid max-h-72 gap-x-4 overflow-y-auto rounded-md border border-edge px-3 py-2 text-table sm:grid-cols-2">
        {actions.map(({ value, label }) => (
          <label key={value} className="flex items-start gap-2 py-1">
            <input type="checkbox" name="action" value={value} className="mt-0.5 size-4 flex-none accent-accent-fill" />
            <span className="min-w-0">{label}</span>
          </label>
        ))}
      </div>
      <FieldError id="actions-error" error={error} />
    </fieldset>
  );
}

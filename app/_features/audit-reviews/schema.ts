import { z } from "zod";
import { AUDIT_ACTIONS } from "#domain/audit-event.ts";
import {
  DEFAULT_SAMPLE_SIZE,
  LARGEST_SAMPLE_SIZE,
  LONGEST_FINDING,
  REVIEW_PERIODS,
  REVIEW_SCOPES,
} from "#domain/audit-review.ts";
import { printable } from "#domain/printable-text.ts";

const reviewId = z.uuid().toLowerCase();
const day = z.iso.date("Choose a day.").refine((text) => text >= "2000-01-01" && text < "2100-01-01", "Choose a day.");

/** One paragraph, with whatever cannot be seen made visible. */
const words = (longest: number, missing: string) =>
  z
    .string()
    .trim()
    .min(1, missing)
    // Before anything is done to it, so that nobody is made to work on a megabyte.
    .max(longest, `At most ${longest.toLocaleString("en")} characters.`)
    .transform((text) => printable(text.replace(/\s*[\r\n]+\s*/g, " ")))
    .refine((text) => text.length <= longest, `At most ${longest.toLocaleString("en")} characters.`);

const SIZE_WORDS = `A whole number from 1 to ${LARGEST_SAMPLE_SIZE}.`;

export const drawReviewInput = z
  .object({
    period: z.enum(REVIEW_PERIODS),
    firstDay: day.optional(),
    lastDay: day.optional(),
    scope: z.enum(REVIEW_SCOPES),
    actions: z.array(z.enum(AUDIT_ACTIONS)).max(AUDIT_ACTIONS.length).default([]),
    size: z.coerce
      .number(SIZE_WORDS)
      .int(SIZE_WORDS)
      .min(1, SIZE_WORDS)
      .max(LARGEST_SAMPLE_SIZE, SIZE_WORDS)
      .default(DEFAULT_SAMPLE_SIZE),
    seed: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, "1 to 64 letters, digits, dots, dashes or underscores."),
  })
  .superRefine(({ period, firstDay, lastDay, scope, actions }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (scope === "chosen" && actions.length === 0) wrong("actions", "Choose at least one action.");
    if (period !== "days") return;
    if (!firstDay) wrong("firstDay", "Choose a day.");
    if (!lastDay) wrong("lastDay", "Choose a day.");
    if (firstDay && lastDay && lastDay < firstDay) wrong("lastDay", "The last day lies before the first.");
  });

export const reviewInput = z.object({ reviewId });
export const returnReviewInput = z.object({ reviewId, reason: words(500, "Write what has to be looked at again.") });
export const abandonReviewInput = z.object({ reviewId, reason: words(500, "Write why it is abandoned.") });
const place = z.int().min(1).max(LARGEST_SAMPLE_SIZE);
export const decideItemInput = z.discriminatedUnion("decision", [
  z.object({ reviewId, place, decision: z.literal("fine") }),
  z.object({
    reviewId,
    place,
    decision: z.literal("finding"),
    finding: words(LONGEST_FINDING, "Write what was found."),
  }),
]);

/** Nothing was done, and why. */
export type ReviewRefusal =
  | "no_such_review"
  | "period_is_empty"
  | "no_events"
  | "not_the_reviewer"
  | "reviewer"
  | "subject"
  | "undecided_items"
  | "changed_meanwhile";

export type ReviewChange = { ok: true } | { ok: false; reason: ReviewRefusal };

export function reviewHref(id: string): string {
  return `/audit/reviews/${id}`;
}

export function reviewExportHref(id: string): string {
  return `/api/exports/audit-reviews/${id}`;
}

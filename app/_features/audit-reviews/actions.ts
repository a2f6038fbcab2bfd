"use server";

import { defineAction } from "#platform/action.ts";
import { auditorDb } from "#platform/db.ts";
import {
  abandonReview,
  decideItem,
  drawReview,
  drawReviewAgain,
  handReviewOver,
  returnReview,
  signReviewOff,
} from "./mutations.ts";
import { abandonReviewInput, decideItemInput, drawReviewInput, returnReviewInput, reviewInput } from "./schema.ts";

/** A draw sorts its whole population. */
const DRAWS = { presses: 12, perSeconds: 60 };

export const drawReviewAction = defineAction({
  action: "audit_review.drawn",
  permission: "audit_review:work",
  input: drawReviewInput,
  limit: DRAWS,
  run: ({ ctx, input }) => drawReview({ ctx: { ...ctx, auditorDb: auditorDb() }, input }),
});

export const drawReviewAgainAction = defineAction({
  action: "audit.viewed",
  permission: "audit_review:read",
  input: reviewInput,
  limit: DRAWS,
  run: ({ ctx, input }) => drawReviewAgain({ ctx: { ...ctx, auditorDb: auditorDb() }, input }),
});

export const decideItemAction = defineAction({
  action: "audit_review.item_decided",
  permission: "audit_review:work",
  input: decideItemInput,
  run: decideItem,
});

export const handReviewOverAction = defineAction({
  action: "audit_review.handed_over",
  permission: "audit_review:work",
  input: reviewInput,
  run: handReviewOver,
});

export const abandonReviewAction = defineAction({
  action: "audit_review.abandoned",
  permission: "audit_review:work",
  input: abandonReviewInput,
  run: abandonReview,
});

export const returnReviewAction = defineAction({
  action: "audit_review.returned",
  permission: "audit_review:sign_off",
  input: returnReviewInput,
  run: returnReview,
});

export const signReviewOffAction = defineAction({
  action: "audit_review.signed_off",
  permission: "audit_review:sign_off",
  input: reviewInput,
  run: signReviewOff,
});

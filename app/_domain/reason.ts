import { z } from "zod";

export const REASON_MIN_LENGTH = 10;
export const REASON_MAX_LENGTH = 500;
/** Under every field that asks for one. */
export const REASON_HINT = `${REASON_MIN_LENGTH} to ${REASON_MAX_LENGTH} characters. It goes on record: no passwords, no account numbers.`;

/** Line breaks may stand in it; other control characters cannot be stored or would hide text. */
const FORBIDDEN_CONTROL = /[^\P{Cc}\n\t]/u;
export const plainText = z
  .string()
  .trim()
  .refine((text) => !FORBIDDEN_CONTROL.test(text), "Contains characters that cannot be shown.");

/** Why somebody does what goes on record with it. */
export const reason = plainText
  .min(REASON_MIN_LENGTH, `At least ${REASON_MIN_LENGTH} characters.`)
  .max(REASON_MAX_LENGTH, `At most ${REASON_MAX_LENGTH} characters.`);

import { z } from "zod";
import { reason } from "#domain/reason.ts";

export const PURPOSE_PRESETS = [
  "A quarterly review of the audit trail asks who this was.",
  "A complaint or a dispute about this customer is being looked into.",
  "A person asked what is kept about them.",
  "A suspected misuse of an account is being looked into.",
] as const;

export const revealCustomerInput = z.object({ customerId: z.uuid().toLowerCase(), purpose: reason });
export type RevealCustomerInput = z.output<typeof revealCustomerInput>;

export const revealEventInput = z.object({ eventId: z.uuid().toLowerCase(), purpose: reason });
export type RevealEventInput = z.output<typeof revealEventInput>;

const staffId = z.uuid("is no id of a member of the staff").toLowerCase();
/** Whose, and who of the staff asked for it: the command itself is nobody. */
export const erasePersonalDataInput = z.object({ person: staffId, askedBy: staffId, reason });
export type ErasePersonalDataInput = z.output<typeof erasePersonalDataInput>;
/** How many events it was. */
export type EraseResult = { ok: true; events: number } | { ok: false; reason: "no_such_person" | "no_such_asker" };

export type RevealedCustomer = { name: string; email: string; businessName: string | null };

/** How a value stands to the commitment in the event's body. `none`: nothing was recorded. `erased`: gone on purpose, at that time. */
export type CommittedValue =
  | { state: "fits" | "altered"; value: string | null }
  | { state: "erased"; erasedAt: string }
  | { state: "none" };

/** What stands beside one event about who acted. */
export type RevealedEvent = { ip: CommittedValue; userAgent: CommittedValue; actorEmail: CommittedValue };

export type RevealResult<Value> = { ok: true; value: Value } | { ok: false; reason: "not_found" };

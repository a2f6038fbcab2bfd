import { z } from "zod";
import type { AuditTarget } from "#domain/audit-event.ts";

/** What an input is about, by the name that our inputs give to its id; the first that is there counts. */
const TYPE_OF_ID = {
  exchangeId: "exchange",
  sessionId: "reauth_session",
  staffMemberId: "staff_member",
  sweepId: "sweep",
  subscriptionId: "webhook_subscription",
  customerId: "customer",
  reviewId: "audit_review",
  requestId: "audit_purge",
  eventId: "audit_trail",
} as const satisfies Record<string, AuditTarget["type"]>;

const anyObject = z.looseObject({});
const wellFormedId = z.uuid().toLowerCase();

/** What a refused press was about, as far as an input can tell that nobody has checked: a well-formed id under one of our names, or nothing. */
export function targetOfInput(input: unknown): AuditTarget | null {
  const given = anyObject.safeParse(input).data ?? {};
  for (const [name, type] of Object.entries(TYPE_OF_ID)) {
    const { data: id } = wellFormedId.safeParse(given[name]);
    if (id) return { type, id };
  }
  return null;
}

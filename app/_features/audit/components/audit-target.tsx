import Link from "next/link";
import type { ReactNode } from "react";
import { ShortId } from "#ui/short-id.tsx";
import type { AuditEventView } from "../data.ts";

type TargetFacts = Pick<AuditEventView, "targetType" | "targetId">;

const TARGET_WORDS: Record<string, string> = {
  exchange: "exchange",
  customer: "customer",
  reauth_session: "re-auth session",
  staff_member: "staff member",
  audit_trail: "audit trail",
  page: "page",
  sweep: "sweep",
  catch_up: "catch-up",
  repair_case: "repair case",
  webhook_subscription: "webhook subscription",
  dwolla_event: "event of Dwolla",
  audit_purge: "purge",
  audit_review: "review",
  standing_query: "standing query",
  scenario: "scenario",
};

/** What was acted on: what kind of thing, and its id. */
export function AuditTarget({ event }: { event: TargetFacts }) {
  const { targetType } = event;
  if (targetType === null) return "–";
  return (
    <>
      {TARGET_WORDS[targetType] ?? targetType} <AuditTargetLink event={event} />
    </>
  );
}

/** The id alone, which leads to the target's page where it has one; for lists, where the action names the kind. */
export function AuditTargetLink({ event: { targetType, targetId } }: { event: TargetFacts }) {
  if (targetType === null || targetId === null) return "–";
  const href = targetHref(targetType, targetId);
  const id = <ShortId value={targetId} />;
  return href ? <TargetLink href={href}>{id}</TargetLink> : id;
}

/** Whose bank link it was. */
export function AuditCustomer({ customerId }: { customerId: string }) {
  return (
    <TargetLink href={`/customers/${customerId}`}>
      <ShortId value={customerId} />
    </TargetLink>
  );
}

function TargetLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}

function targetHref(type: string, id: string): string | null {
  if (type === "exchange") return `/exchanges/${id}`;
  if (type === "customer") return `/customers/${id}`;
  if (type === "staff_member") return "/staff";
  if (type === "webhook_subscription" || type === "catch_up") return "/webhooks";
  if (type === "dwolla_event") return `/webhooks/${id}`;
  if (type === "audit_purge") return "/audit/retention";
  if (type === "audit_review") return `/audit/reviews/${id}`;
  if (type === "standing_query") return "/audit/standing";
  if (type === "scenario") return "/sandbox/scenarios";
  if (type === "audit_trail" && id !== "events") return `/audit/${id}`;
  return null;
}

import "server-only";
import { cache } from "react";
import { isUuid } from "#domain/ids.ts";
import { maskEmail, maskName } from "#domain/personal-data.ts";
import { listUnplacedAnswers, type UnplacedAnswer } from "#features/signals/data.ts";
import { isAllowed, mayReadCalls, mayReadTrail, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { type CustomerView, getCustomer } from "./data.ts";

export interface CustomerScreen {
  customer: CustomerView;
  /** What banks answered through accounts of which nobody knows to which link they belong. */
  unplacedAnswers: UnplacedAnswer[];
  /** Names are masked, and this person may see them for a purpose. */
  mayReveal: boolean;
  mayReadTrail: boolean;
  mayReadCalls: boolean;
  now: string;
}

/** Null for an id that is malformed or names nothing here. */
export const loadCustomer = cache(async (id: string): Promise<CustomerScreen | null> => {
  const actor = await requirePermission("repair_case:read");
  const customerId = id.toLowerCase();
  if (!isUuid(customerId)) return null;
  const [customer, answers] = await Promise.all([getCustomer(db(), customerId), listUnplacedAnswers(db(), customerId)]);
  if (!customer) return null;
  const mayReadNames = isAllowed(actor, "personal_data:read");
  return {
    customer: mayReadNames ? customer : masked(customer),
    unplacedAnswers: mayReadNames ? answers : answers.map(withoutName),
    mayReveal: isAllowed(actor, "personal_data:reveal"),
    mayReadTrail: mayReadTrail(actor),
    mayReadCalls: mayReadCalls(actor),
    now: new Date().toISOString(),
  };
});

function withoutName(answer: UnplacedAnswer): UnplacedAnswer {
  return { ...answer, accountName: maskName(answer.accountName) };
}

/** Also what people call their accounts: "Maria's savings". */
function masked(customer: CustomerView): CustomerView {
  return {
    ...customer,
    name: maskName(customer.name),
    email: maskEmail(customer.email),
    businessName: customer.businessName && maskName(customer.businessName),
    fundingSources: customer.fundingSources.map((source) => ({ ...source, name: maskName(source.name) })),
  };
}

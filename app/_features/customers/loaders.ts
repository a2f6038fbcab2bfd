import "server-only";
import { cache } from "react";
import { isUuid } from "#domain/ids.ts";
import { maskEmail, maskName } from "#domain/personal-data.ts";
import { isAllowed, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { type CustomerView, getCustomer } from "./data.ts";

export interface CustomerScreen {
  customer: CustomerView;
  now: string;
}

/** Null for an id that is malformed or names nothing here. */
export const loadCustomer = cache(async (id: string): Promise<CustomerScreen | null> => {
  const actor = await requirePermission("repair_case:read");
  const customerId = id.toLowerCase();
  const customer = isUuid(customerId) ? await getCustomer(db(), customerId) : null;
  if (!customer) return null;
  const mayReadNames = isAllowed(actor, "personal_data:read");
  return { customer: mayReadNames ? customer : masked(customer), now: new Date().toISOString() };
});

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

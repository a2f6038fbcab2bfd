import type { DwollaEvent } from "../state/events.ts";
import { link } from "./hal.ts";

const RESOURCE_TYPES = { exchanges: "exchange", "funding-sources": "funding-source", customers: "customer" } as const;

/** What the list of events shows and a webhook sends. */
export function eventBody({ id, created, topic, resource, customerId }: DwollaEvent, base: string, accountId: string) {
  return {
    _links: {
      self: link(`${base}/events/${id}`, "event"),
      account: link(`${base}/accounts/${accountId}`, "account"),
      resource: link(`${base}/${resource.path}/${resource.id}`, RESOURCE_TYPES[resource.path]),
      customer: link(`${base}/customers/${customerId}`, "customer"),
    },
    id,
    created: new Date(created).toISOString(),
    topic,
    resourceId: resource.id,
  };
}

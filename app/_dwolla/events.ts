import type { CustomerId, EventId } from "#domain/ids.ts";
import type { BaseAddress } from "./base-address.ts";
import { type KeptBody, keptEvent } from "./kept-body.ts";
import type { Call } from "./retry.ts";
import { type CallOptions, getRequest, LIST_BODY_MAX_BYTES } from "./wire-request.ts";
import { eventList, eventShape, readList } from "./wire-schema.ts";

export type DwollaEvent = {
  id: EventId;
  /** Documented or not: new topics may come at any time. */
  topic: string;
  createdAt: Date;
  /** `kind` is the part of the path before the id (`exchanges`, `funding-sources`, `customers`). Null where the link is not Dwolla's. */
  resource: { kind: string; id: string } | null;
  customerId: CustomerId | null;
  /** Of its JSON what may be kept. */
  payload: KeptBody;
};

export function eventCalls(call: Call, base: BaseAddress) {
  /** An event of the list or the body of a webhook; null where it is none. */
  function parseEvent(body: unknown): DwollaEvent | null {
    const { data, success } = eventShape.safeParse(body);
    if (!success || data.createdAt === null) return null;
    const { id, topic, createdAt, resourceHref, customerHref } = data;
    const resource = base.resourceIn(resourceHref);
    const payload = keptEvent(body, base.origin);
    return { id, topic, createdAt, resource, customerId: base.customerIdIn(customerHref), payload };
  }

  return {
    parseEvent,

    /**
     * Newest first, of the last 30 days. `read` counts the odd ones too, which are not among `events`: the next offset follows
     * from it, because the largest limit is not documented and a page can be shorter than asked for.
     * @see https://developers.dwolla.com/docs/api-reference/events/list-events
     */
    async listEvents(
      { limit, offset }: { limit: number; offset: number },
      { signal }: CallOptions = {},
    ): Promise<{ events: DwollaEvent[]; read: number }> {
      const query = `?${new URLSearchParams({ limit: String(limit), offset: String(offset) })}`;
      const request = getRequest("/events", { query, maxBytes: LIST_BODY_MAX_BYTES, signal });
      const { items } = readList(eventList, request, await call(request));
      const events = items.flatMap((item) => parseEvent(item) ?? []);
      return { events, read: items.length };
    },
  };
}

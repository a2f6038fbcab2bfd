import { expect, it } from "vitest";
import { eventsHref, parseEventsAddress } from "#features/dwolla-events/schema.ts";

const ID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";
const OTHER_ID = "82ed8bbb-fabd-4942-bad6-7c54ef88d81c";

it("reads every filter, ids in any case and with spaces around them", () => {
  const search = { topic: "customer_suspended", resource: ` ${ID.toUpperCase()} `, delivery: "lost", after: OTHER_ID };
  expect(parseEventsAddress(search)).toEqual({
    address: { topic: "customer_suspended", resource: ID, delivery: "lost", after: OTHER_ID },
    ignored: [],
  });
});

it.each([
  ["topic", "a\u0000b"],
  ["topic", "x".repeat(201)],
  ["topic", "' OR 1=1 --"],
  ["topic", ["customer_suspended", "customer_activated"]],
  ["resource", "036c8a60"],
  ["resource", "Ana Ferreira"],
  ["resource", ["1", "2"]],
  ["delivery", "vanished"],
  ["received", "yesterday"],
  ["effect", "vanished"],
  ["found", "by chance"],
  ["period", "1y"],
  ["after", "1000000"],
  ["after", `${ID}; DROP TABLE`],
  ["before", "-1"],
])("leaves out %s=%j and names it, and keeps the rest", (name, value) => {
  const rest = name === "delivery" ? { topic: "customer_suspended" } : { delivery: "late" };
  expect(parseEventsAddress({ ...rest, [name]: value })).toEqual({ address: rest, ignored: [name] });
});

it("overlooks empty and unknown parameters, as a form without JavaScript sends them", () => {
  expect(parseEventsAddress({ topic: "", resource: "", page: "abc", limit: "1000000", constructor: "x" })).toEqual({
    address: {},
    ignored: [],
  });
});

it("comes back from its own link as it was, and a new filter begins at the first page", () => {
  const filter = { effect: "case_opened", found: "catch_up", period: "24h" } as const;
  const address = { topic: "customer_suspended", resource: ID, delivery: "lost", ...filter } as const;
  const read = (href: string) =>
    parseEventsAddress(Object.fromEntries(new URL(href, "http://desk.test").searchParams)).address;
  expect(read(eventsHref(address, { after: OTHER_ID }))).toEqual({ ...address, after: OTHER_ID });
  expect(read(eventsHref(address, { before: OTHER_ID }))).toEqual({ ...address, before: OTHER_ID });
  expect(read(eventsHref({ ...address, after: OTHER_ID }))).toEqual(address);
  expect(eventsHref({})).toBe("/webhooks");
});

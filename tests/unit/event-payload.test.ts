import fc from "fast-check";
import { expect, test } from "vitest";
import { shownPayload } from "#domain/event-payload.ts";

const ID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";
const link = (path: string) => ({
  href: `https://api-sandbox.dwolla.com/${path}/${ID}`,
  type: "application/vnd.dwolla.v1.hal+json",
  "resource-type": path.replace(/s$/, ""),
});
const EVENT = {
  _links: {
    self: link("events"),
    account: link("accounts"),
    resource: link("funding-sources"),
    customer: link("customers"),
  },
  id: ID,
  created: "2026-11-20T08:00:00.000Z",
  topic: "customer_funding_source_updated",
  resourceId: ID.toUpperCase(),
};

test("an event as Dwolla documents it is shown whole", () => {
  const { text, hidden } = shownPayload(JSON.stringify(EVENT));
  expect([JSON.parse(text), hidden]).toEqual([EVENT, 0]);
});

test("the older form, with a timestamp and bare links, is shown whole", () => {
  const { created: timestamp, _links, ...event } = EVENT;
  const old = { _links: { self: { href: _links.self.href } }, ...event, timestamp };
  expect(shownPayload(JSON.stringify(old)).hidden).toBe(0);
});

test.each([
  ["a field that nobody knows", { ...EVENT, email: "ana@example.test" }],
  ["a known field with something else in it", { ...EVENT, resourceId: "Ana Ferreira" }],
  ["a topic that is no topic", { ...EVENT, topic: "Ana Ferreira" }],
  ["a field within a link", { ...EVENT, _links: { self: { ...EVENT._links.self, title: "Ana Ferreira" } } }],
  ["an address with a name", { ...EVENT, _links: { self: { href: "https://api.dwolla.com/customers/ana-ferreira" } } }],
  ["an address with a query", { ...EVENT, _links: { self: { href: `${EVENT._links.self.href}?email=ana` } } }],
  ["an address with a password", { ...EVENT, _links: { self: { href: `https://ana:ferreira@x.test/events/${ID}` } } }],
  ["something nested", { ...EVENT, owner: { name: ["Ana Ferreira"] } }],
  ["a number", { ...EVENT, ssn: 78051120 }],
])("%s is hidden and counted", (_, event) => {
  const { text, hidden } = shownPayload(JSON.stringify(event));
  expect(hidden).toBe(1);
  expect(text).not.toMatch(/ana|ferreira|78051120/i);
});

test.each(["", "{", "null", "[]", '"text"', "7"])("what is no event (%j) is hidden whole", (body) => {
  expect(shownPayload(body)).toEqual({ text: "(hidden)", hidden: 1 });
});

test("whatever an event carries, no word of it is shown that is not an id, a topic, a time or a link", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (extra) => {
      const canary = "Canary Ferreira-Okafor";
      const event = { ...extra, ...EVENT, note: { ...extra, canary }, [`${canary}@x`]: canary };
      expect(shownPayload(JSON.stringify(event)).text).not.toContain("Ferreira");
    }),
  );
});

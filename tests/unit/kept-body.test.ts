import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer } from "#dwolla/answer.ts";
import { Bodies, isWhole, keptEvent, keptMadeId, keptQuery } from "#dwolla/kept-body.ts";
import { KEPT_FIELDS, KEPT_OF_EVENT, KEPT_OF_REFUSAL, type Kept, type PathTemplate } from "#dwolla/kept-fields.ts";
import { getRequest, postRequest } from "#dwolla/wire-request.ts";
import { clientCalls } from "../support/client-calls.ts";

const ORIGIN = "https://api-sandbox.dwolla.com";
const ID = "c0000000-0000-4000-8000-000000000001";
const CANARY = "c4n4ry-9f8e7d6c5b4a";
const MOST_BYTES = 4_096;
const TEMPLATES = Object.keys(KEPT_FIELDS) as PathTemplate[];

function answerOf(body: unknown, status = 200): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: {}, requestId: null, body: text === "" ? [] : [Buffer.from(text)] };
}

function kept(template: PathTemplate, body: unknown, status = 200) {
  const id = template.includes("{id}") ? { id: ID } : {};
  return new Bodies(getRequest(template, id), answerOf(body, status), ORIGIN).keep().answered;
}

const read = (text: string | null) => (text === null ? null : JSON.parse(text));

describe("the allow-list", () => {
  it("decides about every address that the client calls, and no other", () => {
    const called = new Set(clientCalls().map(({ template }) => template));
    expect([...called].sort()).toEqual([...TEMPLATES].sort());
  });

  it("keeps what tells how it went, and hides what is the customer's or signs somebody in", () => {
    const self = { href: `${ORIGIN}/exchanges/${ID}`, type: "application/vnd.dwolla.v1.hal+json" };
    const exchange = { id: ID, status: "active", created: "2026-11-25T08:00:00.000Z", _links: { self } };
    expect(read(kept("/exchanges/{id}", exchange))).toEqual({ ...exchange, _links: { self: `/exchanges/${ID}` } });
    const person = {
      id: ID,
      firstName: "Ana",
      lastName: null,
      email: "ana@example.test",
      ssn: "1234",
      status: "verified",
    };
    expect(read(kept("/customers/{id}", person))).toEqual({
      id: ID,
      firstName: "hidden",
      lastName: null,
      email: "hidden",
      status: "verified",
      hidden: "1 more",
    });
    const session = { externalProviderSessionToken: "link-sandbox-1", _links: { "external-provider-session": self } };
    expect(read(kept("/exchange-sessions/{id}", session))).toEqual({
      externalProviderSessionToken: "hidden",
      _links: { "external-provider-session": "hidden" },
    });
    const token = { access_token: "abc", token_type: "bearer", expires_in: 3600 };
    expect(read(kept("/token", token))).toEqual({ ...token, access_token: "hidden" });
  });

  it("keeps of a Location the id alone, and only of what that call makes at Dwolla itself", () => {
    const made = (location: string | string[] | undefined, template: PathTemplate, status = 201) => {
      const id = template.includes("{id}") ? { id: ID } : {};
      const request = postRequest(template, { ...id, headers: [], body: "{}", expects: [201] });
      const answer = { ...answerOf("", status), headers: location === undefined ? {} : { location } } as Answer;
      return keptMadeId(request, answer, ORIGIN);
    };
    const session = "/exchanges/{id}/exchange-sessions";
    expect(made(`${ORIGIN}/exchange-sessions/${ID}`, session)).toBe(ID);
    expect(made(`${ORIGIN}/webhook-subscriptions/${ID}`, "/webhook-subscriptions")).toBe(ID);
    for (const location of [
      undefined,
      [`${ORIGIN}/exchange-sessions/${ID}`],
      `${ORIGIN}/exchange-sessions/${CANARY}`,
      `${ORIGIN}/exchange-sessions/${ID}?token=${CANARY}`,
      `${ORIGIN}/${CANARY}/${ID}`,
      `https://elsewhere.test/exchange-sessions/${ID}`,
    ])
      expect(made(location, session)).toBeNull();
    expect(made(`${ORIGIN}/exchange-sessions/${ID}`, session, 202)).toBeNull();
    expect(made(`${ORIGIN}/exchange-sessions/${ID}`, "/webhooks/{id}/retries")).toBeNull();
    expect(keptMadeId(getRequest(session, { id: ID }), answerOf("", 201), ORIGIN)).toBeNull();
  });

  it("keeps of a refusal Dwolla's words and pointers, and hides its messages", () => {
    const about = { href: `${ORIGIN}/exchanges/${ID}/exchange-sessions` };
    const errors = [{ code: "Invalid", message: "Ana is invalid", path: "/_links/redirect-url/href" }];
    const refusal = { code: "UpdateCredentials", message: "Ana", _embedded: { errors }, _links: { about } };
    expect(read(kept("/funding-sources/{id}/balance", refusal, 400))).toEqual({
      code: "UpdateCredentials",
      message: "hidden",
      _embedded: { errors: [{ code: "Invalid", message: "hidden", path: "/_links/redirect-url/href" }] },
      _links: { about: `/exchanges/${ID}/exchange-sessions` },
    });
  });

  it("hides a link that does not lead to a resource of this Dwolla", () => {
    const hrefs = [
      `https://evil.test/exchanges/${ID}`,
      `${ORIGIN}.evil.test/exchanges/${ID}`,
      `${ORIGIN}/exchanges/${ID}?token=${CANARY}`,
      `${ORIGIN}/exchanges/${CANARY}`,
      `${ORIGIN}/${CANARY}/${ID}`,
    ];
    for (const href of hrefs) {
      expect(read(kept("/exchanges/{id}", { _links: { self: { href } } }))).toEqual({ _links: { self: "hidden" } });
    }
  });

  it("keeps of what we send the redirect and the pause, and no secret", () => {
    const sent = (template: PathTemplate, body: object) =>
      read(
        new Bodies(postRequest(template, { headers: [], body: JSON.stringify(body), expects: [] }), null, ORIGIN).keep()
          .sent,
      );
    for (const href of ["https://app.example.test/bank-return", "com.example.app"]) {
      const body = { _links: { "redirect-url": { href } } };
      expect(sent("/exchanges/{id}/exchange-sessions", body)).toEqual(body);
    }
    expect(sent("/webhook-subscriptions", { url: "https://desk.test/hook", secret: CANARY })).toEqual({
      url: "hidden",
      secret: "hidden",
    });
    expect(sent("/webhook-subscriptions/{id}", { paused: true })).toEqual({ paused: true });
  });

  it("looks at the first few items of a list only, and counts the others", () => {
    const customers = Array.from({ length: 200 }, () => ({ id: ID, email: CANARY }));
    expect(read(kept("/customers", { total: 5_000, _embedded: { customers } }))).toEqual({
      total: 5_000,
      _embedded: { customers: [...Array(3).fill({ id: ID, email: "hidden" }), "197 more"] },
    });
  });

  it.each([
    ["nothing", "", null],
    ["no JSON", `<html>${CANARY}</html>`, "hidden"],
    ["half of some", `{"id":"${CANARY}"`, "hidden"],
    ["a text", JSON.stringify(CANARY), "hidden"],
    ["a list", JSON.stringify([CANARY]), "hidden"],
  ])("takes a body that is %s for what it is", (_case, body, expected) => {
    expect(read(kept("/exchanges/{id}", body))).toEqual(expected);
  });

  it("keeps of a query where the page is, never what was searched for", () => {
    expect(keptQuery("")).toBe("");
    expect(keptQuery(`?limit=200&offset=400&search=Ana&email=ana%40example.test&${CANARY}=1`)).toBe(
      "?limit=200&offset=400&search=hidden&email=hidden",
    );
    expect(keptQuery(`?limit=${CANARY}&removed=false&status=verified`)).toBe(
      "?limit=hidden&removed=false&status=verified",
    );
  });
});

describe("an event", () => {
  const link = (path: string) => ({
    href: `${ORIGIN}/${path}/${ID}`,
    type: "application/vnd.dwolla.v1.hal+json",
    "resource-type": path.replace(/s$/, ""),
  });
  const _links = { self: link("events"), account: link("accounts"), resource: link("funding-sources") };
  const EVENT = {
    _links: { ..._links, customer: link("customers") },
    id: ID,
    created: "2026-11-20T08:00:00.000Z",
    topic: "customer_funding_source_updated",
    resourceId: ID.toUpperCase(),
  };
  const { created: timestamp, ...older } = { ...EVENT, _links: { self: { href: _links.self.href } } };

  it.each([
    ["as Dwolla documents it", EVENT],
    ["in the older form, with a timestamp and bare links", { ...older, timestamp }],
  ])("%s is kept whole, in its own order", (_, event) => {
    const payload = keptEvent(event, ORIGIN);
    expect([payload, isWhole(payload)]).toEqual([JSON.stringify(event), true]);
  });

  it.each([
    ["a field that nobody knows", { ...EVENT, email: "ana@example.test" }],
    ["a known field with something else in it", { ...EVENT, resourceId: "Ana Ferreira" }],
    ["a topic that is no topic", { ...EVENT, topic: "Ana Ferreira" }],
    ["a field within a link", { ...EVENT, _links: { self: { ...EVENT._links.self, title: "Ana Ferreira" } } }],
    ["a link that nobody knows", { ...EVENT, _links: { ferreira: link("customers") } }],
    ["another host", { ...EVENT, _links: { self: { href: `https://ana.test/events/${ID}` } } }],
    ["an address with a name", { ...EVENT, _links: { self: { href: `${ORIGIN}/customers/ana-ferreira` } } }],
    ["an address with a query", { ...EVENT, _links: { self: { href: `${_links.self.href}?email=ana` } } }],
    ["a media type that is none", { ...EVENT, _links: { self: { ..._links.self, type: "application/ana" } } }],
    ["something nested", { ...EVENT, owner: { name: ["Ana Ferreira"] } }],
    ["a number", { ...EVENT, ssn: 78051120 }],
    ["a name that says something", { ...EVENT, "Ana Ferreira": null }],
    ["no event at all", "Ana Ferreira"],
    ["a list", ["Ana Ferreira"]],
  ])("with %s is kept without it, and says so", (_, event) => {
    const payload = keptEvent(event, ORIGIN);
    expect(payload).not.toMatch(/ana|ferreira|78051120|email|owner|ssn/i);
    expect(isWhole(payload)).toBe(false);
  });

  it("keeps no text, no name and no unknown field, whatever it carries, and little in all", () => {
    fc.assert(
      fc.property(bodyOf(KEPT_OF_EVENT), (event) => {
        const payload = keptEvent(event, ORIGIN);
        expect(payload).not.toContain("c4n4ry");
        expect(payload).not.toContain("accountNumber");
        expect(payload.length).toBeLessThan(MOST_BYTES);
      }),
    );
  });
});

const canary = fc.constantFrom(CANARY, `${ORIGIN}/${CANARY}`, `https://bank.test/${CANARY}`, `Ana ${CANARY}`);
const anything = fc.jsonValue({ maxDepth: 2 });

/** A body of the listed shape, with canaries in the place of every text, and fields that nobody knows. */
function bodyOf(fields: Kept): fc.Arbitrary<unknown> {
  if (typeof fields === "string") {
    const link = fc.record({ href: canary, name: canary });
    return fc.oneof(canary, link, fc.array(canary, { maxLength: 2 }), fc.record({ [CANARY]: canary }), anything);
  }
  if (Array.isArray(fields)) return fc.array(bodyOf((fields as readonly [Kept])[0]), { maxLength: 6 });
  const known = Object.entries(fields).map(([name, field]) => [name, bodyOf(field)] as const);
  return fc.record({ ...Object.fromEntries(known), [CANARY]: canary, accountNumber: canary });
}

describe("whatever Dwolla answers", () => {
  it.each(TEMPLATES)("keeps no text, no name and no unknown field of %s, and little in all", (template) => {
    const { answered }: { answered: Kept } = KEPT_FIELDS[template];
    const bodies = fc.oneof(
      bodyOf(answered).map((body) => ({ body, status: 200 })),
      bodyOf(KEPT_OF_REFUSAL).map((body) => ({ body, status: 400 })),
    );
    fc.assert(
      fc.property(bodies, ({ body, status }) => {
        const text = kept(template, body, status) ?? "";
        expect(text).not.toContain("c4n4ry");
        expect(text).not.toContain("accountNumber");
        expect(text.length).toBeLessThan(MOST_BYTES);
      }),
      { numRuns: 60 },
    );
  });
});

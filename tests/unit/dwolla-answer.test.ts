import { describe, expect, it } from "vitest";
import { type Answer, httpError, readAnswer, readVendorError } from "#dwolla/answer.ts";
import { getRequest } from "#dwolla/wire-request.ts";
import { customerList, customerShape, exchangeShape, readList } from "#dwolla/wire-schema.ts";

const ID = "c0000000-0000-4000-8000-000000000001";
const request = getRequest("/customers");

function answerOf(body: unknown, status = 200, headers: Answer["headers"] = {}): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    status,
    headers: { "content-type": "application/vnd.dwolla.v1.hal+json", ...headers },
    requestId: null,
    body: [Buffer.from(text)],
  };
}

describe("reading a resource", () => {
  const read = (body: unknown, headers: Answer["headers"] = {}) =>
    readAnswer(customerShape, request, answerOf(body, 200, headers));

  it("keeps a type and a status that are not documented", () => {
    expect(read({ id: ID, type: "martian", status: "sleeping" })).toMatchObject({
      type: "martian",
      status: "sleeping",
    });
  });

  it.each([
    ["missing", {}],
    ["of another type", { firstName: 1, email: [], status: {}, type: null, created: 5 }],
    ["a nonsensical instant", { created: "yesterday" }],
    ["an instant no database can store", { created: "+275760-09-13T00:00:00Z" }],
  ])("does without fields that are %s", (_case, fields) => {
    expect(read({ id: ID, ...fields })).toEqual({
      id: ID,
      firstName: null,
      lastName: null,
      businessName: null,
      email: null,
      type: "unknown",
      status: "unknown",
      createdAt: null,
    });
  });

  it("makes text storable: no NUL, bounded length", () => {
    const { firstName, lastName } = read({ id: ID, firstName: "a\u0000b", lastName: "x".repeat(100_000) });
    expect(firstName).toBe("a\uFFFDb");
    expect(lastName).toHaveLength(1_000);
  });

  it("ignores a byte order mark and takes the last of repeated keys", () => {
    expect(read(`\uFEFF{"id":"${ID}","firstName":"A","firstName":"B"}`).firstName).toBe("B");
  });

  it("is not polluted by __proto__ and constructor keys", () => {
    const customer = read(`{"id":"${ID}","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}`);
    expect(customer).not.toHaveProperty("isAdmin");
    expect({}).not.toHaveProperty("isAdmin");
  });

  it("survives nesting a hundred thousand deep", () => {
    expect(read(`{"id":"${ID}","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`).id).toBe(ID);
  });

  it.each([
    "",
    "null",
    "[]",
    "42",
    '"text"',
    "{",
    "<html>",
    `{"id":"${ID}"`,
    '{"id":null}',
    '{"id":"1"}',
    "\u0000",
    "{}",
  ])("refuses %j as a shape that cannot be used, without quoting it", (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ kind: "response_shape", effect: "not-applied" }));
  });

  it.each(["text/html", "text/plain", "application/jsonp", undefined])("refuses the content type %s", (contentType) => {
    expect(() => read({ id: ID }, { "content-type": contentType })).toThrow(/content type/);
  });

  it.each(["application/json", "APPLICATION/JSON;charset=utf-8", "application/hal+json ; charset=utf-8"])(
    "accepts the content type %s",
    (contentType) => {
      expect(read({ id: ID }, { "content-type": contentType }).id).toBe(ID);
    },
  );

  it("refuses a compressed answer, which was not asked for", () => {
    expect(() => read({ id: ID }, { "content-encoding": "gzip" })).toThrow(/compressed/);
  });

  it("reads an exchange without links", () => {
    expect(readAnswer(exchangeShape, request, answerOf({ id: ID, status: "active" }))).toMatchObject({
      id: ID,
      status: "active",
    });
  });
});

describe("reading a list", () => {
  const read = (body: unknown) => readList(customerList, request, answerOf(body));

  it("keeps the other items when one has odd fields", () => {
    const { items } = read({
      _embedded: {
        customers: [
          { id: ID, status: 7, _links: "none" },
          { id: ID, status: "verified" },
        ],
      },
    });
    expect(items.map(({ status }) => status)).toEqual(["unknown", "verified"]);
  });

  it.each([{}, null, [], "text", { id: 5 }])(
    "refuses the list when an item is %j, which nothing could be said about",
    (item) => {
      expect(() => read({ _embedded: { customers: [{ id: ID }, item] } })).toThrow(/_embedded\.customers\.1/);
    },
  );

  it("takes an absent list for empty only when its total says so", () => {
    expect(read({ total: 0 }).items).toEqual([]);
    expect(() => read({ total: 3 })).toThrow(/missing/);
    expect(() => read({})).toThrow(/missing/);
    expect(() => read({ _embedded: { customers: { id: ID } } })).toThrow(/_embedded\.customers/);
  });

  it.each([-1, 1.5, "3", null])("does not believe a total of %j", (total) => {
    expect(read({ total, _embedded: { customers: [] } }).total).toBeNull();
  });
});

describe("reading a refusal", () => {
  const fieldError = { code: "Invalid", message: "no", path: "/_links/redirect-url/href" };

  it.each([
    ["the documented list", { errors: [fieldError] }],
    ["one error in place of the list", { errors: fieldError }],
    ["the specification's single object", fieldError],
  ])("reads field errors from %s", (_case, embedded) => {
    const { code, fieldErrors } = readVendorError(answerOf({ code: "ValidationError", _embedded: embedded }, 400));
    expect({ code, fieldErrors }).toEqual({
      code: "ValidationError",
      fieldErrors: [{ path: "/_links/redirect-url/href", code: "Invalid" }],
    });
  });

  it("reads the flat form, where the message names the field", () => {
    const body = { code: "ValidationError", message: "/_links/redirect-url/href is invalid" };
    expect(readVendorError(answerOf(body, 400)).fieldErrors).toEqual([
      { path: "/_links/redirect-url/href", code: "Invalid" },
    ]);
  });

  it("reads the code of an OAuth error", () => {
    expect(readVendorError(answerOf({ error: "invalid_client" }, 401)).code).toBe("invalid_client");
  });

  it.each([
    "",
    "<html>Bad gateway</html>",
    "null",
    "[]",
    '{"code":5,"_embedded":7,"_links":[]}',
    '{"_embedded":{"errors":[null,1]}}',
  ])("reads %j as a refusal without a code", (body) => {
    expect(readVendorError(answerOf(body, 502))).toMatchObject({ code: null, fieldErrors: [] });
  });

  it("drops a code or path that could be a token", () => {
    const token = "link-sandbox-4f1c9a2e";
    const body = { code: token, message: token, _embedded: { errors: [{ code: token, path: token }] } };
    const error = httpError(request, answerOf(body, 400));
    expect(JSON.stringify([error, error.message, error.fieldErrors])).not.toContain(token);
  });
});

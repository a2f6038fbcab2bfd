import type { Correction, Schema } from "../support/dwolla-description.ts";

/** Alternatives that differ only in their examples all fit at once, and `oneOf` then fits nothing. */
const ALL_FIT = "the alternatives differ only in their examples, so every error fits all of them and oneOf fits none";
const anyOf = ({ schema, ...answer }: Schema) => ({ ...answer, schema: { anyOf: schema.oneOf } });

/** Where Dwolla's description is known to be wrong. One that no answer needs any more fails the test. */
export const KNOWN_WRONG: readonly Correction[] = [
  { operation: "POST /customers/{id}/exchanges", status: 400, mend: anyOf, why: ALL_FIT },
  { operation: "POST /customers/{id}/exchanges", status: 401, mend: anyOf, why: ALL_FIT },
  { operation: "POST /customers/{id}/exchange-sessions", status: 400, mend: anyOf, why: ALL_FIT },
  { operation: "POST /customers/{id}/exchange-sessions", status: 403, mend: anyOf, why: ALL_FIT },
  { operation: "POST /customers/{id}/funding-sources", status: 400, mend: anyOf, why: ALL_FIT },
  { operation: "POST /webhook-subscriptions", status: 400, mend: anyOf, why: ALL_FIT },
  {
    operation: "GET /customers/{id}",
    status: 200,
    mend: ({ schema, ...answer }: Schema) => ({
      ...answer,
      schema: { oneOf: [...schema.oneOf, { $ref: "#/components/schemas/VerifiedSolePropCustomer" }] },
    }),
    why: "the list of customers knows sole proprietorships and one of them could not be read by its id",
  },
  {
    operation: "POST /webhook-subscriptions",
    status: 429,
    mend: (answer: Schema) => ({ ...answer, contentType: "application/vnd.dwolla.v1.hal+json" }),
    why: "application/vnd.dwolla.v1.hal occurs nowhere else; Dwolla documents the +json type for all answers",
  },
  {
    operation: "GET /funding-sources/{id}/balance",
    status: 200,
    mend: anyOf,
    why: "every balance of a bank has all that a settlement balance has, so it fits both and oneOf fits none",
  },
  {
    operation: "GET /funding-sources/{id}/balance",
    status: 404,
    mend: (answer: Schema) => ({
      ...answer,
      errors: [{ code: "NotFound", message: "The requested resource was not found." }],
    }),
    why: "the page on bank balances (open-banking/retrieve-bank-balance) words it so, with the other errors of the operation",
  },
];

/** What Dwolla documents in words and its description leaves out. One that the description has by now fails the test. */
export const NOT_DESCRIBED = [
  { operation: "GET /customers", status: 401, code: "InvalidCredentials", source: "api-fundamentals/errors" },
  { operation: "GET /customers", status: 401, code: "InvalidAccessToken", source: "api-fundamentals/errors" },
  { operation: "GET /customers", status: 401, code: "ExpiredAccessToken", source: "api-fundamentals/errors" },
  { operation: "POST /customers", status: 400, code: "ValidationError", source: "api-fundamentals/errors" },
  { operation: "POST /funding-sources/{id}", status: 404, code: "notFound", source: "api-fundamentals/errors" },
  { operation: "DELETE /customers", status: 405, code: "MethodNotAllowed", source: "api-fundamentals/errors" },
  { operation: "GET /customers", status: 406, code: "InvalidVersion", source: "api-fundamentals/errors" },
  { operation: "GET /customers", status: 429, code: "Too Many Requests", source: "api-fundamentals/rate-limits" },
  { operation: "GET /customers", status: 500, code: "ServerError", source: "api-fundamentals/errors" },
  {
    operation: "POST /webhook-subscriptions",
    status: 409,
    code: "Conflict",
    source: "api-fundamentals/idempotency-key",
  },
  {
    operation: "GET /funding-sources/{id}/balance",
    status: 400,
    code: "UpdateCredentials",
    source: "open-banking/retrieve-bank-balance",
  },
  {
    operation: "GET /funding-sources/{id}/balance",
    status: 400,
    code: "UnsupportedOperation",
    source: "open-banking/retrieve-bank-balance",
  },
  {
    operation: "GET /funding-sources/{id}/balance",
    status: 403,
    code: "Forbidden",
    source: "open-banking/retrieve-bank-balance",
  },
  {
    operation: "GET /funding-sources/{id}/balance",
    status: 500,
    code: "RequestTimeout",
    source: "api-fundamentals/errors",
  },
  {
    operation: "POST /exchanges/{id}/exchange-sessions",
    status: 404,
    code: "NotFound",
    source: "open-banking: create a re-auth exchange session",
  },
] as const;

import { expect, it } from "vitest";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";

it.each([
  ["Node could reach none of a host's addresses", Object.assign(new AggregateError([]), { code: "ECONNREFUSED" })],
  ["Node knows no such host", Object.assign(new Error("getaddrinfo ENOTFOUND db"), { code: "ENOTFOUND" })],
  ["all connections are taken", Object.assign(new Error("sorry, too many clients already"), { code: "53300" })],
  ["Prisma could not reach the server", Object.assign(new Error("Can't reach"), { code: "P1001" })],
  ["the server ended the connection", new Error("terminating connection due to administrator command")],
  ["the cause says so", new Error("failed", { cause: new Error("Connection terminated unexpectedly") })],
])("knows an outage when %s", (_case, error) => {
  expect(isDatabaseOutage(error)).toBe(true);
});

it("takes a refusal for no outage", () => {
  expect(isDatabaseOutage(Object.assign(new Error("permission denied for table event"), { code: "42501" }))).toBe(
    false,
  );
});

it.each([
  "Can't reach database server at 127.0.0.1:5432",
  "Server has closed the connection.",
  "Operation has timed out",
  "Too many database connections opened: FATAL: sorry, too many clients already",
  "the database system is starting up",
  "the database system is in recovery mode",
  "the database system is not yet accepting connections",
])("knows an outage when a raw query failed because of: %s", (message) => {
  const text = `Invalid \`prisma.$executeRaw()\` invocation:\n\n\nRaw query failed. Code: \`N/A\`. Message: \`${message}\``;
  expect(isDatabaseOutage(Object.assign(new Error(text), { code: "P2010" }))).toBe(true);
});

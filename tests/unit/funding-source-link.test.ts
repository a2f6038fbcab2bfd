import { expect, test } from "vitest";
import { plainExchange } from "#domain/funding-source-link.ts";

const OLD = new Date("2026-01-01T00:00:00Z");
const NEW = new Date("2026-02-01T00:00:00Z");
const bank = { type: "bank", isRemoved: false, createdAt: NEW };
const plaid = { id: "plaid", status: "active", partnerName: "Plaid", createdAt: OLD };
const finicity = { id: "finicity", status: "active", partnerName: "Finicity", createdAt: OLD };

test("a bank account that answers belongs to the customer's one live exchange", () => {
  expect(plainExchange(bank, [plaid], "answered")).toBe("plaid");
  expect(plainExchange(bank, [plaid, { ...finicity, status: "removed" }], "answered")).toBe("plaid");
});

test("a deactivated exchange is live", () => {
  expect(plainExchange(bank, [{ ...plaid, status: "deactivated" }], "update_credentials")).toBe("plaid");
});

test("nothing is plain where a customer has two live exchanges, or none", () => {
  expect(plainExchange(bank, [plaid, finicity], "answered")).toBeNull();
  expect(plainExchange(bank, [{ ...plaid, status: "removed" }], "answered")).toBeNull();
});

test("a bank account that was not asked, or does not support balances, may have been typed in by hand", () => {
  expect(plainExchange(bank, [plaid], null)).toBeNull();
  expect(plainExchange(bank, [plaid], "unsupported")).toBeNull();
});

test("where the partner allows no balance check, the only exchange is all that can be known", () => {
  expect(plainExchange(bank, [finicity], null)).toBe("finicity");
});

test("what is older than the exchange, removed, or no bank account did not come through it", () => {
  expect(plainExchange({ ...bank, createdAt: new Date("2025-12-31T00:00:00Z") }, [plaid], "answered")).toBeNull();
  expect(plainExchange({ ...bank, isRemoved: true }, [plaid], "answered")).toBeNull();
  expect(plainExchange({ ...bank, type: "balance" }, [plaid], "answered")).toBeNull();
});

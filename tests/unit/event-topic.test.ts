import { describe, expect, test } from "vitest";
import { readingOf } from "#domain/event-topic.ts";

// Dwolla documentation, "Webhook events": what is said about customers' exchanges, bank accounts and about customers themselves.
const EXCHANGE_TOPICS = [
  "customer_exchange_reauth_required",
  // Documented until 2025-04-21, and never since.
  "customer_exchange_deactivated",
  "customer_exchange_created",
  "customer_exchange_invented_tomorrow",
];
const FUNDING_SOURCE_TOPICS = [
  "customer_funding_source_added",
  "customer_funding_source_removed",
  "customer_funding_source_verified",
  "customer_funding_source_unverified",
  "customer_funding_source_negative",
  "customer_funding_source_updated",
  "customer_microdeposits_added",
  "customer_microdeposits_failed",
  "customer_microdeposits_completed",
  "customer_microdeposits_maxattempts",
  "customer_balance_inquiry_completed",
];
const CUSTOMER_TOPICS = [
  "customer_created",
  "customer_activated",
  "customer_suspended",
  "customer_deactivated",
  "customer_verified",
];

describe("an event makes the desk read what it is about", () => {
  test.each(EXCHANGE_TOPICS)("%s: the exchange", (topic) => {
    expect(readingOf(topic, "exchanges")).toBe("exchange");
  });

  test.each(FUNDING_SOURCE_TOPICS)("%s: the customer's bank accounts", (topic) => {
    expect(readingOf(topic, "funding-sources")).toBe("funding_source");
  });

  test.each(CUSTOMER_TOPICS)("%s: the customer", (topic) => {
    expect(readingOf(topic, "customers")).toBe("customer");
  });
});

describe("an event is only kept", () => {
  test.each([
    ["customer_transfer_completed", "transfers"],
    ["customer_bank_transfer_creation_failed", "transfers"],
    ["customer_beneficial_owner_created", "beneficial-owners"],
    ["customer_kba_verification_needed", "kba"],
    ["customer_invented_tomorrow", "constellations"],
  ])("%s, which is about no bank link", (topic, resourceKind) => {
    expect(readingOf(topic, resourceKind)).toBeNull();
  });

  test.each(["funding_source_removed", "account_suspended", "transfer_completed", "mass_payment_completed", ""])(
    "%s, which is about our own account",
    (topic) => {
      for (const resourceKind of ["exchanges", "funding-sources", "customers"]) {
        expect(readingOf(topic, resourceKind)).toBeNull();
      }
    },
  );

  test.each([...EXCHANGE_TOPICS, ...FUNDING_SOURCE_TOPICS])("%s, where its link is not Dwolla's", (topic) => {
    expect(readingOf(topic, null)).toBeNull();
  });

  test.each(["constructor", "__proto__", "Exchanges", "exchanges/"])("what is about %s", (resourceKind) => {
    expect(readingOf("customer_exchange_reauth_required", resourceKind)).toBeNull();
  });
});

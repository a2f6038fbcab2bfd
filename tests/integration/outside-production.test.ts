import { expect, test, vi } from "vitest";

vi.mock("next/headers", async () => (await import("../support/signed-in.ts")).nextHeaders);
vi.mock("next/navigation", async () => (await import("../support/signed-in.ts")).nextNavigation);

Object.assign(process.env, {
  RECONNECT_ENVIRONMENT: "production",
  NEXTAUTH_URL: "https://desk.company.test",
  NEXTAUTH_SECRET: "q7Xz0m1B9kV3tR8sYw2uLp5nDf6hGj4c",
  // Nothing listens there: whoever asked the database, even for who is signed in, would fail otherwise.
  DATABASE_URL: "postgresql://desk_app:Zk81hs0q@127.0.0.1:1/none",
  AUDITOR_DATABASE_URL: "postgresql://desk_auditor:Yq11mz2w@127.0.0.1:1/none",
  DWOLLA_API_URL: "https://api.dwolla.com",
  DWOLLA_KEY: "k8sJ2",
  DWOLLA_SECRET: "s9wKq",
  OIDC_ISSUER: "https://login.company.test",
  OIDC_CLIENT_ID: "desk",
  OIDC_CLIENT_SECRET: "Vb5nM8xC2zL0kJ7hG4fD1sA9qW6eR3tY",
  DWOLLA_WEBHOOK_SECRETS: "9fD2kL7sQ4wE8rT1yU6iO3pA5sD0fG2h",
  WEBHOOK_URL: "https://desk.company.test/api/webhooks/dwolla",
  REAUTH_REDIRECTS: "https://pay.company.test/return",
});

test("in production the report of a verification is no page, before anybody is asked who they are", async () => {
  // Only now: the log reads the environment when it is loaded.
  const { loadVerification } = await import("#features/sandbox-verification/loaders.ts");
  await expect(loadVerification()).rejects.toThrow("NEXT_NOT_FOUND");
});

import { type VerificationReport, verificationReportSchema } from "#features/sandbox-verification/schema.ts";

/** A report of the sandbox, as one might look: a step of each verdict, a question of each kind. */
export function verificationReport(changes: Partial<VerificationReport> = {}): VerificationReport {
  return verificationReportSchema.parse({
    version: 1,
    startedAt: "2026-11-25T10:00:00.000Z",
    finishedAt: "2026-11-25T10:01:00.000Z",
    target: { kind: "sandbox", host: "api-sandbox.dwolla.com" },
    customer: { id: "036c8a60-fa45-45d4-8f5d-181d348c6ec8", origin: "made" },
    steps: [
      {
        id: "partners.list",
        title: "List the exchange partners",
        calls: ["listExchangePartners"],
        verdict: "proven",
        answer: "200",
        requestId: "1d000000-0000-4000-8000-000000000001",
        remarks: [],
      },
      {
        id: "sessions.create.mx",
        title: "Make a re-auth session for an exchange of MX that is not broken",
        calls: ["createReauthSession"],
        verdict: "differs",
        answer: "403 Forbidden",
        requestId: "1d000000-0000-4000-8000-000000000002",
        remarks: ["answers 403 Forbidden, the simulator 201"],
      },
      {
        id: "broken.balance",
        title: "Check the balance behind a broken link (UpdateCredentials)",
        calls: ["checkBalance"],
        verdict: "not_provable",
        answer: null,
        requestId: null,
        remarks: ["Dwolla documents no way to break an exchange in its sandbox"],
      },
    ],
    questions: [
      { number: 2, question: "Is re-auth allowed for a healthy exchange?", isSettled: true, answer: "Plaid: 201." },
      { number: 6, question: "Does a balance check ever answer 202?", isSettled: false, answer: "This one did not." },
    ],
    cleaning: ["Cleaned up: the webhook subscription."],
    ...changes,
  });
}

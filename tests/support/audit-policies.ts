import { randomUUID } from "node:crypto";
import {
  type ActionPolicy,
  act,
  actElsewhere,
  exporting,
  type HandlerPolicy,
  looking,
  none,
  type PagePolicy,
  readingElsewhere,
  readingTheTrail,
} from "./audit-policy.ts";

const UUID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";

/** What every page owes the audit trail, by its file. */
export const PAGES: Record<string, PagePolicy> = {
  "app/(console)/page.tsx": {
    ...looking(["repair_case:read"]),
    denied: none("who has no worklist is sent on to the first page of their own"),
    at: "/",
  },
  "app/(missing)/[...missing]/page.tsx": { ...looking("a sign-in"), at: "/no-such-page" },
  "app/(console)/audit/page.tsx": {
    ...readingTheTrail(["audit:read", "audit:read_own"], "audit.viewed"),
    at: "/audit",
  },
  "app/(console)/audit/[eventId]/page.tsx": {
    ...readingTheTrail(["audit:read", "audit:read_own"], "audit.viewed"),
    at: `/audit/${UUID}`,
  },
  "app/(console)/audit/checkpoints/page.tsx": {
    ...readingTheTrail(["audit:read"], "audit.viewed"),
    at: "/audit/checkpoints",
  },
  "app/(console)/audit/retention/page.tsx": {
    ...readingTheTrail(["audit_purge:approve"], "audit.viewed"),
    at: "/audit/retention",
  },
  "app/(console)/audit/reviews/page.tsx": { ...looking(["audit_review:read"]), at: "/audit/reviews" },
  "app/(console)/audit/reviews/new/page.tsx": { ...looking(["audit_review:work"]), at: "/audit/reviews/new" },
  "app/(console)/audit/reviews/[id]/page.tsx": {
    ...readingTheTrail(["audit_review:read"], "audit.viewed", "audit_review"),
    at: `/audit/reviews/${UUID}`,
  },
  "app/(console)/audit/standing/page.tsx": {
    ...readingTheTrail(["audit:read"], "audit.viewed", "standing_query"),
    at: "/audit/standing",
  },
  "app/(console)/audit/standing/[query]/page.tsx": {
    ...readingTheTrail(["audit:read"], "audit.viewed", "standing_query"),
    at: "/audit/standing/refused",
  },
  "app/(console)/calls/page.tsx": { ...looking(["dwolla_call:read"]), at: "/calls" },
  "app/(console)/calls/[id]/page.tsx": { ...looking(["dwolla_call:read"]), at: "/calls/1" },
  "app/(console)/@panel/(.)calls/[id]/page.tsx": {
    ...looking(["dwolla_call:read"]),
    at: "/calls/1",
    headers: { rsc: "1", "next-url": "/calls" },
  },
  "app/(console)/coverage/page.tsx": { ...looking(["repair_case:read"]), at: "/coverage" },
  "app/(console)/coverage/exchanges/page.tsx": { ...looking(["repair_case:read"]), at: "/coverage/exchanges" },
  "app/(console)/customers/[id]/page.tsx": {
    ...looking(["repair_case:read"]),
    at: async ({ customer }) => `/customers/${await customer()}`,
  },
  "app/(console)/exchanges/[id]/page.tsx": {
    ...looking(["repair_case:read"]),
    at: async ({ brokenExchange }) => `/exchanges/${await brokenExchange()}`,
  },
  "app/(console)/@panel/(.)exchanges/[id]/page.tsx": {
    ...looking(["repair_case:read"]),
    at: async ({ brokenExchange }) => `/exchanges/${await brokenExchange()}`,
    headers: { rsc: "1", "next-url": "/" },
  },
  // Of one link it reads the trail too, which is on record once for a while: tests/integration/break-lab.test.ts.
  "app/(console)/sandbox/page.tsx": { ...looking(["dwolla_call:read"]), at: "/sandbox" },
  "app/(console)/sandbox/scenarios/page.tsx": { ...looking(["dwolla_call:read"]), at: "/sandbox/scenarios" },
  "app/(console)/sandbox/verification/page.tsx": { ...looking(["dwolla_call:read"]), at: "/sandbox/verification" },
  "app/(console)/staff/page.tsx": { ...looking(["staff:read"]), at: "/staff" },
  "app/(console)/webhooks/page.tsx": { ...looking(["webhook:read"]), at: "/webhooks" },
  "app/(console)/webhooks/[eventId]/page.tsx": {
    ...looking(["webhook:read"]),
    at: async ({ dwollaEvent }) => `/webhooks/${await dwollaEvent()}`,
  },
  "app/sign-in/page.tsx": { ...looking("nobody"), at: "/sign-in" },
};

/** What every method of a route handler owes, by method and file. */
export const HANDLERS: Record<string, HandlerPolicy> = {
  "GET app/api/auth/[...nextauth]/route.ts": { ...looking("nobody"), at: "/api/auth/session" },
  // Signing in needs a browser and the provider: tests/integration/sign-in.test.ts and every browser spec.
  "POST app/api/auth/[...nextauth]/route.ts": {
    ...looking("a sign-in"),
    allowed: [{ action: "staff.signed_out", phase: "single", outcome: "succeeded", about: ["staff_member", "*"] }],
    at: "/api/auth/signout",
    needsCsrfToken: true,
  },
  "GET app/api/changes/route.ts": { ...looking("a sign-in"), at: "/api/changes" },
  "GET app/api/coverage/route.ts": { ...looking(["repair_case:read"]), at: "/api/coverage" },
  "GET app/api/exports/audit/route.ts": { ...exporting("audit:export"), at: "/api/exports/audit" },
  // Nothing is sealed in this desk, so that there is no bundle: tests/integration/audit-bundle.test.ts makes some.
  "GET app/api/exports/audit-bundle/route.ts": {
    ...exporting("audit:export", "failed"),
    at: "/api/exports/audit-bundle",
  },
  "GET app/api/exports/audit-key/route.ts": { ...looking(["audit:read"]), at: "/api/exports/audit-key" },
  "GET app/api/exports/checkpoint/route.ts": {
    ...readingTheTrail(["audit:read"], "audit.viewed"),
    at: "/api/exports/checkpoint?size=1",
  },
  "GET app/api/exports/audit-reviews/[id]/route.ts": {
    ...looking(["audit_review:read"]),
    allowed: none("there is no such review; of one that is there, tests/integration/audit-reviews.test.ts"),
    at: `/api/exports/audit-reviews/${UUID}`,
  },
  "GET app/api/metrics/route.ts": { ...looking("nobody"), at: "/api/metrics" },
  "GET app/api/health/live/route.ts": { ...looking("nobody"), at: "/api/health/live" },
  "GET app/api/health/ready/route.ts": { ...looking("nobody"), at: "/api/health/ready" },
  "GET app/api/reachability/route.ts": { ...looking("a sign-in"), at: "/api/reachability" },
  "POST app/api/seen/route.ts": {
    ...looking("a sign-in"),
    allowed: none("says only that a person is still there; the sign-in itself is on record"),
    at: "/api/seen",
  },
  "POST app/api/webhooks/dwolla/route.ts": {
    ...looking("nobody"),
    allowed: none("a webhook is nobody's act: it is kept as an event, a refused one is counted on /webhooks"),
    at: "/api/webhooks/dwolla",
  },
  "GET app/environment-icon/route.ts": { ...looking("nobody"), at: "/environment-icon" },
};

const EXCHANGE = ["exchange", "exchangeId"] as const;
const SESSION = ["reauth_session", "sessionId"] as const;
const PERSON = ["staff_member", "staffMemberId"] as const;
const SWEEP = ["sweep", "sweepId"] as const;
const REVIEW = ["audit_review", "reviewId"] as const;
const REVIEWS = { provenIn: "tests/integration/audit-reviews.test.ts" } as const;
const PURGE = ["audit_purge", "requestId"] as const;
const PURGES = { provenIn: "tests/integration/purges.test.ts" } as const;
const LAB = { provenIn: "tests/integration/break-lab.test.ts" } as const;
const DWOLLA_EVENT = ["dwolla_event", "*"] as const;
const SUBSCRIPTION = ["webhook_subscription", "subscriptionId"] as const;

/** What every server action owes, by noun and name. */
export const ACTIONS: Record<string, ActionPolicy> = {
  "audit-reviews drawReviewAction": act(["audit_review.drawn", "audit_review:work"], [null, REVIEW], REVIEWS),
  "audit-reviews drawReviewAgainAction": act(["audit.viewed", "audit_review:read"], [REVIEW], REVIEWS),
  "audit-reviews decideItemAction": act(["audit_review.item_decided", "audit_review:work"], [REVIEW], REVIEWS),
  "audit-reviews handReviewOverAction": act(["audit_review.handed_over", "audit_review:work"], [REVIEW], REVIEWS),
  "audit-reviews abandonReviewAction": act(["audit_review.abandoned", "audit_review:work"], [REVIEW], REVIEWS),
  "audit-reviews returnReviewAction": act(["audit_review.returned", "audit_review:sign_off"], [REVIEW], REVIEWS),
  "audit-reviews signReviewOffAction": act(["audit_review.signed_off", "audit_review:sign_off"], [REVIEW], REVIEWS),
  "break-lab breakExchangeAction": actElsewhere(
    ["simulator.exchange_broken", "simulator:operate"],
    [EXCHANGE],
    async ({ brokenExchange }) => ({ exchangeId: await brokenExchange(), as: "deactivated" }),
  ),
  "break-lab repairExchangeAction": actElsewhere(
    ["simulator.exchange_repaired", "simulator:operate"],
    [EXCHANGE],
    async ({ brokenExchange }) => ({ exchangeId: await brokenExchange() }),
  ),
  "break-lab endSessionAction": actElsewhere(["simulator.session_ended", "simulator:operate"], [EXCHANGE], LAB),
  "break-lab sendWebhookAction": actElsewhere(["simulator.webhook_repeated", "simulator:operate"], [EXCHANGE], LAB),
  "break-lab changeConditionsAction": actElsewhere(
    ["simulator.conditions_changed", "simulator:operate"],
    [null],
    async () => ({ set: "latency", ms: 1 }),
  ),
  "break-lab makeCustomerAction": actElsewhere(
    ["simulator.customer_made", "simulator:operate"],
    [null, ["exchange", "*"]],
    async () => ({ partner: "Plaid" }),
  ),
  "catch-ups startCatchUpAction": act(
    ["catch_up.requested", "webhook:operate"],
    [null, ["catch_up", "*"]],
    ({ noCatchUp }) => noCatchUp().then(() => ({})),
  ),
  "claims recordClaimAction": act(
    ["repair_case.claimed", "repair_case:claim"],
    [EXCHANGE],
    async ({ brokenExchange }) => ({ exchangeId: await brokenExchange(), word: "finished" }),
  ),
  "claims closeUnprovenAction": act(
    ["repair_case.closed_unproven", "repair_case:claim"],
    [EXCHANGE],
    async ({ unprovableExchange }) => ({ exchangeId: await unprovableExchange() }),
  ),
  "event-replays previewReplayAction": {
    ...act(["dwolla_event.replayed", "webhook:operate"], [null], async ({ dwollaEvent }) => {
      return { eventIds: [await dwollaEvent()] };
    }),
    allowed: none("a preview is undone, and what it shows the page shows too"),
  },
  "event-replays replayEventsAction": {
    ...actElsewhere(["dwolla_event.replayed", "webhook:operate"], [DWOLLA_EVENT], async ({ dwollaEvent }) => {
      return { eventIds: [await dwollaEvent()] };
    }),
    // What was refused was not read: of many events it could not be said which.
    about: null,
    denied: [{ action: "dwolla_event.replayed", phase: "single", outcome: "denied", about: null }],
    upstreamFails: none("Dwolla is asked by the job of the event, later"),
  },
  "exchanges checkExchangeAction": readingElsewhere(
    ["exchange.checked", "exchange:check"],
    [EXCHANGE],
    async ({ brokenExchange }) => ({ exchangeId: await brokenExchange() }),
  ),
  "personal-data revealEventPersonalDataAction": act(
    ["audit.personal_data_revealed", "personal_data:reveal"],
    [["audit_trail", "eventId"]],
    { provenIn: "tests/integration/personal-data.test.ts" },
  ),
  "personal-data revealCustomerPersonalDataAction": act(
    ["customer.personal_data_revealed", "personal_data:reveal"],
    [["customer", "customerId"]],
    { provenIn: "tests/integration/personal-data.test.ts" },
  ),
  "purges requestPurgeAction": act(["audit.purge_requested", "audit_purge:request"], [null, PURGE], PURGES),
  "purges approvePurgeAction": act(["audit.purge_approved", "audit_purge:approve"], [PURGE], PURGES),
  "purges withdrawPurgeAction": act(["audit.purge_withdrawn", "audit_purge:approve"], [PURGE], PURGES),
  "reauth-sessions createReauthSessionAction": actElsewhere(
    ["reauth_session.requested", "reauth_session:create"],
    [EXCHANGE],
    async ({ brokenExchange }) => ({
      attemptId: randomUUID(),
      exchangeId: await brokenExchange(),
      channel: "web",
      redirectAddress: null,
      reason: "The customer called because a payment failed.",
      ticket: "SUP-1",
    }),
    { answered: "reauth_session.answered", endedBy: "reauth_session.reap" },
  ),
  "reauth-sessions revealReauthSessionAction": readingElsewhere(
    ["reauth_session.revealed", "reauth_session:reveal"],
    [SESSION, ["exchange", "*"]],
    async ({ createdSession }) => ({ sessionId: await createdSession() }),
    "reveal",
  ),
  "recordings keepRunAction": actElsewhere(["simulator.scenario_kept", "simulator:operate"], [EXCHANGE], LAB),
  "scenario-runs playScenarioAction": actElsewhere(
    ["simulator.scenario_played", "simulator:operate"],
    [null, ["scenario", "*"]],
    LAB,
  ),
  "staff addStaffMemberAction": act(["staff.added", "staff:manage"], [null, ["staff_member", "*"]], async () => {
    return { email: `${randomUUID()}@example.test`, name: "Ana Ferreira", role: "agent" };
  }),
  "staff changeStaffRoleAction": act(["staff.role_changed", "staff:manage"], [PERSON], async ({ colleague }) => {
    return { staffMemberId: await colleague("enabled"), role: "lead" };
  }),
  "staff disableStaffMemberAction": act(["staff.disabled", "staff:manage"], [PERSON], async ({ colleague }) => {
    return { staffMemberId: await colleague("enabled") };
  }),
  "staff enableStaffMemberAction": act(["staff.enabled", "staff:manage"], [PERSON], async ({ colleague }) => {
    return { staffMemberId: await colleague("disabled") };
  }),
  "sweeps startSweepAction": act(["sweep.requested", "sweep:operate"], [null, ["sweep", "*"]], async ({ sweep }) => {
    await sweep("none");
    return { mode: "list" };
  }),
  "sweeps pauseSweepAction": act(["sweep.paused", "sweep:operate"], [SWEEP], async ({ sweep }) => {
    return { sweepId: await sweep("running") };
  }),
  "sweeps resumeSweepAction": act(["sweep.resumed", "sweep:operate"], [SWEEP], async ({ sweep }) => {
    return { sweepId: await sweep("paused") };
  }),
  "sweeps cancelSweepAction": act(["sweep.cancelled", "sweep:operate"], [SWEEP], async ({ sweep }) => {
    return { sweepId: await sweep("running") };
  }),
  "test-webhooks sendTestWebhookAction": actElsewhere(
    ["simulator.webhook_sent", "simulator:operate"],
    [EXCHANGE],
    // It waits until the webhook is here, and nothing is subscribed in the desk of the matrix.
    { provenIn: "tests/integration/test-webhook.test.ts" },
  ),
  "webhook-subscriptions createWebhookSubscriptionAction": actElsewhere(
    ["webhook_subscription.created", "webhook:operate"],
    [null, ["webhook_subscription", "*"]],
    ({ subscription }) => subscription("none").then(() => ({})),
  ),
  "webhook-subscriptions pauseWebhookSubscriptionAction": actElsewhere(
    ["webhook_subscription.paused", "webhook:operate"],
    [SUBSCRIPTION],
    async ({ subscription }) => ({ subscriptionId: await subscription("sending") }),
  ),
  "webhook-subscriptions resumeWebhookSubscriptionAction": actElsewhere(
    ["webhook_subscription.resumed", "webhook:operate"],
    [SUBSCRIPTION],
    async ({ subscription }) => ({ subscriptionId: await subscription("paused") }),
  ),
  "webhook-subscriptions deleteWebhookSubscriptionAction": actElsewhere(
    ["webhook_subscription.deleted", "webhook:operate"],
    [SUBSCRIPTION],
    async ({ subscription }) => ({ subscriptionId: await subscription("sending") }),
  ),
  "webhook-subscriptions requestRedeliveryAction": actElsewhere(
    ["webhook_subscription.redelivery_requested", "webhook:operate"],
    [SUBSCRIPTION],
    async ({ subscription }) => ({ subscriptionId: await subscription("sending") }),
    // It is broken off while it still reads: nothing was asked for.
    { lost: "failed" },
  ),
};

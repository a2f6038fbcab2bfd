import "server-only";
import { cache } from "react";
import type { StaffActor } from "#domain/actor.ts";
import { isUuid } from "#domain/ids.ts";
import { partnerCapability } from "#domain/partner-capability.ts";
import { type Role, rolesThatCan } from "#domain/permissions.ts";
import { maskEmail, maskName } from "#domain/personal-data.ts";
import { getLatestProof, type ProofView } from "#features/proofs/data.ts";
import { getObstacle, listReauthSessionsOfExchange } from "#features/reauth-sessions/data.ts";
import { isReadyToReveal, type Obstacle, type ReauthSessionView } from "#features/reauth-sessions/schema.ts";
import { isAllowed, mayReadCalls, mayReadTrail, requirePermission } from "#platform/access.ts";
import { db } from "#platform/db.ts";
import { env } from "#platform/env.ts";
import { settings } from "#platform/settings.ts";
import {
  type EvidenceView,
  type ExchangeView,
  getExchange,
  listEvidence,
  listOtherTroubledLinks,
  listSignalChanges,
  type SignalView,
  type TroubledLink,
} from "./data.ts";

/** Why there can be no session for this exchange, whoever presses when. */
export type SessionOff =
  | { reason: "role"; role: Role; allowedRoles: readonly Role[] }
  | { reason: "removed" | "partner_has_no_sessions" | "no_open_case" };

export interface ExchangeScreen {
  exchange: ExchangeView;
  evidence: EvidenceView[];
  changes: SignalView[];
  sessions: ReauthSessionView[];
  /** The newest session that was made and not shown yet: to reveal it comes before making another. */
  waiting: ReauthSessionView | null;
  /** Why another session would be refused for now. */
  obstacle: Obstacle | null;
  proof: ProofView | null;
  otherLinks: TroubledLink[];
  sessionOff: SessionOff | null;
  mayClaim: boolean;
  mayCheck: boolean;
  mayReveal: boolean;
  /** Names are masked, and this person may see them for a purpose. */
  mayRevealPersonalData: boolean;
  mayReadTrail: boolean;
  mayReadCalls: boolean;
  mayOperateLab: boolean;
  /** The configured addresses an app may return to. */
  redirects: readonly string[];
  now: string;
}

/** Null for an id that is malformed or names nothing here. */
export const loadExchange = cache(async (id: string): Promise<ExchangeScreen | null> => {
  const actor = await requirePermission("repair_case:read");
  const exchangeId = id.toLowerCase();
  if (!isUuid(exchangeId)) return null;
  const now = new Date();
  const { reauthCooldownSeconds, reauthRedirects } = settings();
  const [exchange, evidence, changes, sessions, obstacle, proof, otherLinks] = await Promise.all([
    getExchange(db(), exchangeId),
    listEvidence(db(), exchangeId),
    listSignalChanges(db(), exchangeId),
    listReauthSessionsOfExchange(db(), exchangeId),
    getObstacle(db(), { exchangeId, reauthCooldownSeconds, now }),
    getLatestProof(db(), exchangeId),
    listOtherTroubledLinks(db(), exchangeId),
  ]);
  if (!exchange) return null;
  return {
    exchange: isAllowed(actor, "personal_data:read") ? exchange : masked(exchange),
    evidence,
    changes,
    sessions,
    waiting: sessions.find((session) => isReadyToReveal(session, now.toISOString())) ?? null,
    obstacle,
    proof,
    otherLinks,
    mayClaim: isAllowed(actor, "repair_case:claim"),
    sessionOff: whyNoSession(actor, exchange),
    mayCheck: isAllowed(actor, "exchange:check"),
    mayReveal: isAllowed(actor, "reauth_session:reveal"),
    mayRevealPersonalData: isAllowed(actor, "personal_data:reveal"),
    mayReadTrail: mayReadTrail(actor),
    mayReadCalls: mayReadCalls(actor),
    mayOperateLab: isAllowed(actor, "simulator:operate"),
    redirects: reauthRedirects,
    now: now.toISOString(),
  };
});

function masked(exchange: ExchangeView): ExchangeView {
  const { customer } = exchange;
  return { ...exchange, customer: { ...customer, name: maskName(customer.name), email: maskEmail(customer.email) } };
}

/** What the mutation would refuse anyway, said before anybody fills in a form. */
function whyNoSession(actor: StaffActor, { health, partner, cases }: ExchangeView): SessionOff | null {
  if (!isAllowed(actor, "reauth_session:create")) {
    const allowedRoles = rolesThatCan("reauth_session:create", env().RECONNECT_ENVIRONMENT);
    return { reason: "role", role: actor.role, allowedRoles };
  }
  if (health === "removed") return { reason: "removed" };
  if (partnerCapability(partner).handover === "none") return { reason: "partner_has_no_sessions" };
  return cases.some(({ closedAt }) => closedAt === null) ? null : { reason: "no_open_case" };
}

import type { StaffActor } from "#domain/actor.ts";
import type { DwollaSessionId, ExchangeId } from "#domain/ids.ts";
import type { Secret } from "#domain/secret.ts";
import { isAnsweredByDwolla, isDwollaError } from "#dwolla/errors.ts";
import { startProof } from "#features/proofs/mutations.ts";
import {
  type RevealReauthSessionInput,
  type RevealReauthSessionResult,
  UPDATE_MODE_TOKEN_LIFE_MS,
} from "#features/reauth-sessions/schema.ts";
import { type AuditEntry, recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import type { Prisma } from "#platform/prisma-client/client.ts";

/**
 * Shows what a created session gives, once, to one person. It is read from Dwolla first, stays in a `Secret` while the
 * reveal is put on record, and leaves it with the answer only. A read that failed uses nothing up. From then on the customer may
 * finish at any moment, so the proof of it begins.
 * @throws when nothing was shown: ForbiddenError, or what the database said.
 */
export async function revealReauthSession({
  ctx,
  input,
}: {
  ctx: Context<StaffActor>;
  input: RevealReauthSessionInput;
}): Promise<RevealReauthSessionResult> {
  const session = await findSession(ctx.db, input.sessionId);
  if (!session) {
    const target = { type: "reauth_session", id: input.sessionId } as const;
    return decline(ctx, { target }, { ok: false, reason: "not_found" });
  }
  const subject = auditSubject(session);
  const { dwollaSessionId, answeredAt } = session;
  if (session.state !== "created" || !dwollaSessionId || !answeredAt) {
    return decline(ctx, subject, { ok: false, reason: "not_created" });
  }
  const expiresAt = new Date(answeredAt.getTime() + UPDATE_MODE_TOKEN_LIFE_MS);
  if (session.revealedAt) return decline(ctx, subject, alreadyRevealed(session));
  if (expiresAt <= ctx.now()) return decline(ctx, subject, { ok: false, reason: "expired" });

  const found = await readHandover(ctx, dwollaSessionId as DwollaSessionId);
  if ("reason" in found) return decline(ctx, subject, { ok: false, reason: found.reason }, found.upstream);
  const rival = await ctx.db.$transaction((tx) => recordReveal(tx, ctx, session));
  if (rival) return rival;
  return { ok: true, handover: { kind: found.kind, value: found.value.reveal() }, expiresAt: expiresAt.toISOString() };
}

type Session = Prisma.ReauthSessionGetPayload<{ include: typeof WITH_SUBJECT }>;
type Refusal = Extract<RevealReauthSessionResult, { ok: false }>;
type Upstream = NonNullable<AuditEntry["upstream"]>;
type Found =
  | { kind: "token" | "address"; value: Secret }
  | { reason: "nothing_to_reveal" | "dwolla_refused" | "dwolla_unavailable"; upstream: Upstream };

const WITH_SUBJECT = {
  exchange: { select: { customerId: true } },
  revealedBy: { select: { name: true } },
} as const satisfies Prisma.ReauthSessionInclude;

function findSession(db: Database | Transaction, id: string): Promise<Session | null> {
  return db.reauthSession.findUnique({ where: { id }, include: WITH_SUBJECT });
}

/** By these three a reveal stands beside its session's intent and outcome. */
function auditSubject({ id, exchangeId, exchange }: Session): Partial<AuditEntry> {
  return { operationId: id, target: { type: "exchange", id: exchangeId }, customerId: exchange.customerId };
}

function alreadyRevealed({ revealedBy, revealedAt }: Session): Refusal {
  const by = revealedBy?.name ?? "a person no longer known";
  return { ok: false, reason: "already_revealed", by, at: revealedAt?.toISOString() ?? "" };
}

async function readHandover(ctx: Context, dwollaSessionId: DwollaSessionId): Promise<Found> {
  try {
    const { handover } = await ctx.dwolla.getExchangeSession(dwollaSessionId);
    if (handover.kind === "token") return { kind: "token", value: handover.token };
    if (handover.kind === "address") return { kind: "address", value: handover.address };
    return { reason: "nothing_to_reveal", upstream: { status: 200, code: null, requestId: null } };
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    const code = error.kind === "http" ? error.code : null;
    const upstream = { status: error.status, code, requestId: error.requestId };
    const isRefusal = isAnsweredByDwolla(error) && error.status !== 429;
    return { reason: isRefusal ? "dwolla_refused" : "dwolla_unavailable", upstream };
  }
}

/** Of simultaneous reveals the first to get here wins. */
async function recordReveal(tx: Transaction, ctx: Context<StaffActor>, session: Session): Promise<Refusal | null> {
  await confirmActor(tx, ctx, "reauth_session:reveal");
  const { count } = await tx.reauthSession.updateMany({
    where: { id: session.id, state: "created", revealedAt: null },
    data: { revealedById: ctx.actor.id, revealedAt: ctx.now() },
  });
  const entry = { ...auditSubject(session), action: "reauth_session.revealed", phase: "reveal" } as const;
  if (count === 1) {
    await recordAuditEvent(tx, ctx, { ...entry, outcome: "succeeded" });
    await startProof(tx, { exchangeId: session.exchangeId as ExchangeId, trigger: "reveal", now: ctx.now() });
    return null;
  }
  const winner = await findSession(tx, session.id);
  const refusal = alreadyRevealed(winner ?? session);
  await recordAuditEvent(tx, ctx, { ...entry, outcome: "denied", details: { refusedBy: refusal.reason } });
  return refusal;
}

/** Nothing is shown, and that is on record: as failed when Dwolla was asked (`upstream`), as denied when it was not. */
async function decline(
  ctx: Context<StaffActor>,
  subject: Partial<AuditEntry>,
  refusal: Refusal,
  upstream: Upstream | null = null,
): Promise<Refusal> {
  await ctx.db.$transaction(async (tx) => {
    await confirmActor(tx, ctx, "reauth_session:reveal");
    await recordAuditEvent(tx, ctx, {
      ...subject,
      action: "reauth_session.revealed",
      phase: "reveal",
      outcome: upstream ? "failed" : "denied",
      upstream,
      details: { refusedBy: refusal.reason },
    });
  });
  return refusal;
}

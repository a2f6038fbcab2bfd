import type { Channel } from "#domain/partner-capability.ts";
import type { Database, Transaction } from "#platform/database-client.ts";
import type { Prisma } from "#platform/prisma-client/client.ts";
import type { Obstacle, ReauthSessionView } from "./schema.ts";

const SHOWN_SESSIONS = 50;

const WITH_NAMES = {
  requestedBy: { select: { name: true } },
  revealedBy: { select: { name: true } },
} as const satisfies Prisma.ReauthSessionInclude;

/** The latest attempts for one exchange, newest first. */
export async function listReauthSessionsOfExchange(db: Database, exchangeId: string): Promise<ReauthSessionView[]> {
  const sessions = await db.reauthSession.findMany({
    where: { exchangeId },
    orderBy: [{ requestedAt: "desc" }, { id: "desc" }],
    take: SHOWN_SESSIONS,
    include: WITH_NAMES,
  });
  return sessions.map(toView);
}

export async function getReauthSession(db: Database, sessionId: string): Promise<ReauthSessionView | null> {
  const session = await db.reauthSession.findUnique({ where: { id: sessionId }, include: WITH_NAMES });
  return session && toView(session);
}

/** The session that is under way for an exchange, or was made so recently that another would only confuse the customer. */
export async function getObstacle(
  tx: Transaction,
  { exchangeId, reauthCooldownSeconds, now }: { exchangeId: string; reauthCooldownSeconds: number; now: Date },
): Promise<Obstacle | null> {
  const newest = (state: "pending" | "created") =>
    tx.reauthSession.findFirst({
      where: { exchangeId, state },
      orderBy: { requestedAt: "desc" },
      include: WITH_NAMES,
    });
  const pending = await newest("pending");
  if (pending) return { reason: "in_flight", by: pending.requestedBy.name, since: pending.requestedAt.toISOString() };
  const created = await newest("created");
  if (!created) return null;
  const since = created.answeredAt ?? created.requestedAt;
  const until = new Date(since.getTime() + reauthCooldownSeconds * 1_000);
  if (until <= now) return null;
  const by = created.requestedBy.name;
  return { reason: "cooling_down", by, since: since.toISOString(), until: until.toISOString() };
}

function toView(session: Prisma.ReauthSessionGetPayload<{ include: typeof WITH_NAMES }>): ReauthSessionView {
  const { failureKind, upstreamStatus, upstreamCode } = session;
  return {
    id: session.id,
    exchangeId: session.exchangeId,
    state: session.state,
    // Written by createReauthSession only, from an input that its schema checked.
    channel: session.channel as Channel,
    redirectAddress: session.redirectAddress,
    reason: session.reason,
    ticket: session.ticket,
    requestedBy: session.requestedBy.name,
    requestedAt: session.requestedAt.toISOString(),
    answeredAt: session.answeredAt?.toISOString() ?? null,
    failure: failureKind === null ? null : { kind: failureKind, status: upstreamStatus, code: upstreamCode },
    upstreamRequestId: session.upstreamRequestId,
    revealedBy: session.revealedBy?.name ?? null,
    revealedAt: session.revealedAt?.toISOString() ?? null,
  };
}

import type { Health, SignalSource } from "#domain/exchange-health.ts";
import type { LinkStory, Sight, StorySession, StorySignal } from "#domain/link-story.ts";
import { type LinkName, TOPICS } from "#features/scenario-acts/schema.ts";
import { STORY_ACTIONS } from "#features/scenarios/schema.ts";
import type { Database } from "#platform/database-client.ts";

/** One bank link of a scenario: its name there, and whose it is here. */
export interface CastLink {
  name: LinkName;
  exchangeId: string;
  customerId: string;
}

/** Everything on record about a link, with how the desk says that it stands now. */
export interface ToldLink extends LinkStory, CastLink {
  partner: { id: string; name: string };
  now: { health: Health; cause: Sight["cause"] };
  signals: (StorySignal & { source: SignalSource })[];
  sessions: (StorySession & { dwollaSessionId: string | null; reason: string })[];
}

/** A row of the audit trail about one of the links, without anything that a person wrote or is called. */
export interface ToldAct {
  name: LinkName;
  at: Date;
  action: string;
  phase: string;
  outcome: string;
  actorType: string;
  actorId: string;
  actorRole: string | null;
  operationId: string;
  because: string | null;
  /** Closed words of the act: a channel, or what the customer said. */
  channel: string | null;
  word: string | null;
}

export async function listToldLinks(db: Database, cast: readonly CastLink[]): Promise<ToldLink[]> {
  return Promise.all(cast.map((link) => getToldLink(db, link)));
}

async function getToldLink(db: Database, link: CastLink): Promise<ToldLink> {
  const { exchangeId } = link;
  const [exchange, signals, cases, sessions, events] = await Promise.all([
    db.exchange.findUniqueOrThrow({ where: { id: exchangeId }, include: { partner: true } }),
    listSignals(db, exchangeId),
    db.repairCase.findMany({ where: { exchangeId }, orderBy: { openedAt: "asc" } }),
    db.reauthSession.findMany({ where: { exchangeId }, orderBy: { requestedAt: "asc" } }),
    db.dwollaEvent.findMany({
      where: { resourceId: exchangeId, topic: { in: [...TOPICS] } },
      omit: { payload: true },
      orderBy: { createdAt: "asc" },
    }),
  ]);
  const { partner, health, cause } = exchange;
  return { ...link, partner, now: { health, cause: cause as Sight["cause"] }, signals, cases, sessions, events };
}

/** Those that count for the verdict. A transaction's number tells which of them were judged together. */
async function listSignals(db: Database, exchangeId: string): Promise<ToldLink["signals"]> {
  return db.$queryRaw<ToldLink["signals"]>`
    SELECT signal.id, kind::text, value, source::text, "speaksOfAt", "observedAt", signal.xmin::text::float8 AS stored
    FROM "Signal" AS signal LEFT JOIN "FundingSource" AS account ON account.id = signal."fundingSourceId"
    WHERE signal."exchangeId" = ${exchangeId}::uuid AND (kind <> 'balance_check'
      OR value IN ('update_credentials', 'none_refused') OR account."exchangeId" = signal."exchangeId")
    ORDER BY stored, "observedAt"`;
}

type AuditRow = Omit<ToldAct, "name" | "because" | "channel" | "word"> & { targetId: string; body: string };

/** What the trail says about the links since then, oldest first; read on the auditor's connection. */
export async function listToldActs(auditor: Database, links: readonly ToldLink[], since: Date): Promise<ToldAct[]> {
  const names = new Map<string, LinkName>();
  for (const { name, exchangeId, sessions } of links) {
    for (const id of [exchangeId, ...sessions.map((session) => session.id)]) names.set(id, name);
  }
  const rows = await auditor.$queryRaw<AuditRow[]>`
    SELECT occurred_at AS at, action, phase, outcome, actor_type AS "actorType", actor_id AS "actorId",
      actor_role AS "actorRole", operation_id AS "operationId", target_id AS "targetId", body
    FROM audit.event
    WHERE target_id = ANY(${[...names.keys()]}) AND action = ANY(${STORY_ACTIONS}) AND occurred_at >= ${since}
    ORDER BY occurred_at, event_id`;
  return rows.map(({ targetId, body, ...row }) => ({
    ...row,
    name: names.get(targetId) as LinkName,
    ...wordsOf(JSON.parse(body).details),
  }));
}

function wordsOf(details: Record<string, unknown>): Pick<ToldAct, "because" | "channel" | "word"> {
  const word = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    because: word(details.refusedBy ?? details.reason ?? details.failureKind),
    channel: word(details.channel),
    word: word(details.word),
  };
}

import { z } from "zod";
import type { Health } from "#domain/exchange-health.ts";
import type { DwollaClient } from "#dwolla/client.ts";
import { isDwollaError } from "#dwolla/errors.ts";
import {
  clockMoves,
  controlSimulator,
  type JournalEntry,
  listJournal,
  SimulatorRefusal,
  toDeskTime,
} from "#features/simulator-controls/data.ts";
import type { Database } from "#platform/database-client.ts";

const PATIENCE_MS = 3_000;

export type CredentialsCheck =
  | { isAccepted: true; requestId: string | null }
  | { isAccepted: false; kind: string; status: number | null };

export async function getCredentialsCheck(dwolla: DwollaClient): Promise<CredentialsCheck> {
  try {
    const { requestId } = await dwolla.checkCredentials({ signal: AbortSignal.timeout(PATIENCE_MS) });
    return { isAccepted: true, requestId };
  } catch (error) {
    if (!isDwollaError(error)) throw error;
    return { isAccepted: false, kind: error.kind, status: error.status };
  }
}

const instant = z.coerce.date();

const truthShape = z.object({
  now: instant,
  partner: z.string(),
  condition: z.string(),
  isBroken: z.boolean(),
  since: instant,
  bank: z.string(),
  customerId: z.string(),
  sessions: z.array(
    z.object({
      id: z.string(),
      state: z.enum(["open", "completed", "abandoned", "expired"]),
      created: instant,
      endedAt: instant.nullable(),
      account: z.string().nullable(),
    }),
  ),
  events: z.array(z.object({ id: z.string(), topic: z.string(), created: instant })),
  webhooks: z.array(
    z.object({
      id: z.string(),
      eventId: z.string(),
      topic: z.string(),
      created: instant,
      isLost: z.boolean(),
      isHeld: z.boolean(),
      attempts: z.array(z.object({ at: instant, status: z.number().nullable(), isOver: z.boolean() })),
      nextAttemptAt: instant.nullable(),
    }),
  ),
});
/** What the simulator knows of a link, which nobody at Dwolla would say. */
export type Truth = z.output<typeof truthShape>;

const conditionsShape = z.object({
  aheadSeconds: z.number(),
  outage: z.enum(["none", "down", "hang"]),
  latencyMs: z.number(),
  mischief: z.object({
    lose: z.number(),
    loseShare: z.number(),
    duplicateShare: z.number(),
    reorder: z.boolean(),
    delaySeconds: z.number(),
    hold: z.array(z.string()),
  }),
  faults: z.array(
    z.object({
      method: z.string().nullable(),
      path: z.string(),
      kind: z.string(),
      status: z.number().nullable(),
      timesLeft: z.number().nullable(),
    }),
  ),
  partners: z.array(z.object({ partner: z.string(), as: z.string() })),
});
/** What is wrong with everybody's Dwolla, on purpose. */
export type Conditions = z.output<typeof conditionsShape>;

export interface SimulatedLink {
  truth: Truth;
  conditions: Conditions;
  acts: JournalEntry[];
}

/** Everything the simulator says about a link, dated by our clock. @throws SimulatorRefusal, or whatever a lost connection throws. */
export async function getSimulatedLink(dwollaApiUrl: string, exchangeId: string, now: Date): Promise<SimulatedLink> {
  const [truth, conditions, { now: simulatedNow, entries }] = await Promise.all([
    controlSimulator(dwollaApiUrl, "GET", `/exchanges/${exchangeId}`).then((answer) => truthShape.parse(answer)),
    getConditions(dwollaApiUrl),
    listJournal(dwollaApiUrl, new Date(0)),
  ]);
  const deskTime = toDeskTime(clockMoves(entries), simulatedNow.getTime() - now.getTime());
  return {
    truth: redate(truth, deskTime),
    conditions,
    acts: entries.map((entry) => ({ ...entry, at: deskTime(entry.at) })),
  };
}

export async function getConditions(dwollaApiUrl: string): Promise<Conditions> {
  return conditionsShape.parse(await controlSimulator(dwollaApiUrl, "GET", "/settings"));
}

/** Whether an error says that the simulator knows of no such link; else it is away. */
export function saysUnknown(error: unknown): boolean {
  return error instanceof SimulatorRefusal && error.status === 404;
}

function redate(truth: Truth, deskTime: (instant: Date) => Date): Truth {
  return {
    ...truth,
    now: deskTime(truth.now),
    since: deskTime(truth.since),
    sessions: truth.sessions.map((session) => ({
      ...session,
      created: deskTime(session.created),
      endedAt: session.endedAt && deskTime(session.endedAt),
    })),
    events: truth.events.map((event) => ({ ...event, created: deskTime(event.created) })),
    webhooks: truth.webhooks.map((webhook) => ({
      ...webhook,
      created: deskTime(webhook.created),
      attempts: webhook.attempts.map((attempt) => ({ ...attempt, at: deskTime(attempt.at) })),
    })),
  };
}

const foundShape = z.object({
  customers: z.array(
    z.object({
      customerId: z.string(),
      firstName: z.string(),
      lastName: z.string(),
      isMade: z.boolean(),
      exchanges: z.array(
        z.object({ exchangeId: z.string(), partner: z.string(), condition: z.string(), bank: z.string() }),
      ),
    }),
  ),
  isComplete: z.boolean(),
});

/** A link to choose. */
export interface FoundLink {
  exchangeId: string;
  customerName: string;
  isMade: boolean;
  partner: string;
  condition: string;
  /** What the desk believes; null where it has not read the link yet. */
  health: Health | null;
}

const MOST_FOUND = 20;

/** Simulated links by a part of the customer's name, an e-mail address or a customer's id; those made in the lab come first. */
export async function findLinks(
  db: Database,
  dwollaApiUrl: string,
  { q, partner }: { q: string; partner: string | undefined },
): Promise<{ links: FoundLink[]; isComplete: boolean }> {
  const query = new URLSearchParams({ limit: String(MOST_FOUND), search: q, ...(partner && { partner }) });
  const found = foundShape.parse(await controlSimulator(dwollaApiUrl, "GET", `/customers?${query}`));
  const links = found.customers.flatMap(({ firstName, lastName, isMade, exchanges }) =>
    exchanges
      .filter((exchange) => (partner ?? exchange.partner) === exchange.partner)
      .map(({ exchangeId, condition, partner: name }) => {
        return { exchangeId, customerName: `${firstName} ${lastName}`, isMade, partner: name, condition };
      }),
  );
  const known = await db.exchange.findMany({
    where: { id: { in: links.map(({ exchangeId }) => exchangeId) } },
    select: { id: true, health: true },
  });
  const healths = new Map(known.map(({ id, health }) => [id, health]));
  return {
    links: links.map((link) => ({ ...link, health: healths.get(link.exchangeId) ?? null })),
    isComplete: found.isComplete,
  };
}

/** An event about the link, as the desk has it. */
export interface LabEvent {
  id: string;
  topic: string;
  receivedAt: Date | null;
  readAt: Date | null;
  processedAt: Date | null;
  effect: string | null;
}

export interface LabCall {
  id: string;
  calledAt: Date;
  process: string;
  method: string;
  pathTemplate: string;
  status: number | null;
  errorKind: string | null;
  durationMs: number;
}

const MOST_OF_A_KIND = 200;
const CALL_FIELDS = {
  id: true,
  calledAt: true,
  process: true,
  method: true,
  pathTemplate: true,
  status: true,
  errorKind: true,
  durationMs: true,
};

export async function listLabEvents(db: Database, exchangeId: string): Promise<LabEvent[]> {
  return db.dwollaEvent.findMany({
    where: { resourceId: exchangeId },
    orderBy: { createdAt: "desc" },
    take: MOST_OF_A_KIND,
    select: { id: true, topic: true, receivedAt: true, readAt: true, processedAt: true, effect: true },
  });
}

/** Calls about the link since then, newest first: of itself, its customer, their accounts and its sessions. */
export async function listLabCalls(
  db: Database,
  { exchangeId, customerId, sessionIds }: { exchangeId: string; customerId: string; sessionIds: readonly string[] },
  since: Date,
): Promise<LabCall[]> {
  const sources = await db.fundingSource.findMany({ where: { customerId }, select: { id: true } });
  const ids = [exchangeId, customerId, ...sessionIds, ...sources.map(({ id }) => id)];
  const calls = await db.dwollaCall.findMany({
    where: { calledAt: { gte: since }, OR: [{ subjectId: { in: ids } }, { concernsId: { in: ids } }] },
    orderBy: [{ calledAt: "desc" }, { id: "desc" }],
    take: MOST_OF_A_KIND,
    select: CALL_FIELDS,
  });
  return calls.map((call) => ({ ...call, id: String(call.id) }));
}

/** A row of the trail about the link or one of its sessions. */
export interface LabAuditRow {
  eventId: string;
  at: Date;
  action: string;
  phase: string;
  outcome: string;
  actorType: string;
  actorId: string;
}

/** On the auditor's connection. */
export async function listLabAuditRows(auditor: Database, ids: readonly string[], since: Date): Promise<LabAuditRow[]> {
  return auditor.$queryRaw<LabAuditRow[]>`
    SELECT event_id::text AS "eventId", recorded_at AS at, action, phase, outcome, actor_type AS "actorType",
      actor_id AS "actorId"
    FROM audit.event
    WHERE target_id = ANY(${[...ids]}) AND recorded_at >= ${since} AND action <> 'audit.viewed'
    ORDER BY recorded_at DESC, event_id DESC LIMIT ${MOST_OF_A_KIND}`;
}

/** When this person last looked at the trail of this link; null when never. */
export async function getLastLook(auditor: Database, actorId: string, exchangeId: string): Promise<Date | null> {
  const [row] = await auditor.$queryRaw<{ at: Date }[]>`
    SELECT recorded_at AS at FROM audit.event
    WHERE target_id = ${exchangeId} AND actor_id = ${actorId} AND action = 'audit.viewed'
    ORDER BY recorded_at DESC LIMIT 1`;
  return row?.at ?? null;
}

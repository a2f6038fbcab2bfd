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
  callsPerSecond: z.number().nullable(),
  tokenLifetimeSeconds: z.number(),
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

import { z } from "zod";
import { type Sight, sightAt } from "#domain/link-story.ts";
import { type CastLink, type LinkName, TOPICS, type ToldAct, type ToldLink } from "#features/scenario-acts/schema.ts";
import {
  controlSimulator,
  listReceivedCalls,
  type ReceivedCall,
  requireWhole,
} from "#features/simulator-controls/data.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import {
  type AuditCount,
  type CallCount,
  type Expectation,
  type LinkState,
  type Scenario,
  STORY_ACTIONS,
  scenarioSchema,
} from "./schema.ts";

export interface NamedScenario {
  name: string;
  /** Null where the file says something that no scenario can say; then `problem` names it. */
  scenario: Scenario | null;
  problem: string | null;
}

const filesShape = z.object({
  scenarios: z.array(z.object({ name: z.string(), scenario: z.unknown(), problem: z.string().optional() })),
});

/** The scenario files of the simulator that runs there. */
export async function listScenarios(dwollaApiUrl: string): Promise<NamedScenario[]> {
  const { scenarios } = filesShape.parse(await controlSimulator(dwollaApiUrl, "GET", "/scenarios"));
  return scenarios.map(({ name, scenario, problem }) => {
    if (problem !== undefined) return { name, scenario: null, problem };
    const { data = null, error } = scenarioSchema.safeParse(scenario);
    return { name, scenario: data, problem: error ? z.prettifyError(error) : null };
  });
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

/** How the links of a scenario stand, and what happened about them since an instant: two clocks may tell two times of it. */
export interface Observed {
  sights: ReadonlyMap<LinkName, Sight>;
  audit: AuditCount[];
  calls: CallCount[];
}

/** @throws ForgottenBySimulator */
export async function observe(
  { ctx, auditor }: { ctx: Pick<Context, "db" | "settings">; auditor: Database },
  cast: readonly CastLink[],
  since: { here: Date; atDwolla: Date },
): Promise<Observed> {
  const links = await listToldLinks(ctx.db, cast);
  const [acts, received, ids] = await Promise.all([
    listToldActs(auditor, links, since.here),
    listReceivedCalls(ctx.settings.dwollaApiUrl, since.atDwolla),
    listIdsOf(ctx.db, links),
  ]);
  requireWhole(received.droppedUntil, since.atDwolla);
  return {
    sights: new Map(links.map((link) => [link.name, sightNow(link)])),
    audit: countActs(acts),
    calls: countCalls(received.calls.filter(({ path }) => isWithoutId(path) || isAbout(path, ids))),
  };
}

/** What the desk itself says, where it says it. */
export function sightNow(link: ToldLink): Sight {
  const repair = link.cases.at(-1);
  const sight = sightAt(link, FOREVER);
  return { ...sight, ...link.now, case: repair?.state ?? "none" };
}

const FOREVER = new Date(8.64e15);

/** Whatever Dwolla knows of the links by an id. */
export async function listIdsOf(db: Database, links: readonly (CastLink & ToldLink)[]): Promise<Set<string>> {
  const customerId = { in: links.map((link) => link.customerId) };
  const sources = await db.fundingSource.findMany({ where: { customerId }, select: { id: true } });
  const own = links.flatMap(({ exchangeId, sessions, ...link }) => [
    exchangeId,
    link.customerId,
    ...sessions.flatMap(({ dwollaSessionId }) => dwollaSessionId ?? []),
  ]);
  return new Set([...own, ...sources.map(({ id }) => id)]);
}

export function isAbout(path: string, ids: ReadonlySet<string>): boolean {
  return path.split(/[/?]/).some((part) => ids.has(part));
}

function isWithoutId(path: string): boolean {
  return /^\/(token|events)(\?|$)/.test(path);
}

/** As they first occurred, each with how often. */
export function countActs(acts: readonly ToldAct[]): AuditCount[] {
  const counts = new Map<string, AuditCount>();
  for (const { action, outcome, because } of acts) {
    const row = { action, outcome, ...(because !== null && { because }), times: 1 } as AuditCount;
    const known = counts.get(keyOf(row));
    if (known) known.times += 1;
    else counts.set(keyOf(row), row);
  }
  return [...counts.values()];
}

export function countCalls(calls: readonly Pick<ReceivedCall, "method" | "path">[]): CallCount[] {
  const counts = new Map<string, CallCount>();
  for (const call of calls) {
    const method = call.method as CallCount["method"];
    const path = (call.path.split("?", 1)[0] ?? "").replace(UUID, "{id}");
    const known = counts.get(`${method} ${path}`);
    if (known) known.times += 1;
    else counts.set(`${method} ${path}`, { method, path, times: 1 });
  }
  return [...counts.values()].sort((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`));
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What is otherwise than expected, a sentence each: whose, what was expected, what was seen. None when all is as it should be. */
export function differencesFrom(expect: Expectation, observed: Observed): string[] {
  const { links = {}, audit, calls, ...everywhere } = expect;
  const ofLinks = [...observed.sights].flatMap(([name, sight]) =>
    differencesOfLink(name, { ...everywhere, ...links[name] }, sight),
  );
  const absent = Object.keys(links).filter((name) => !observed.sights.has(name as LinkName));
  return [
    ...ofLinks,
    ...absent.map((name) => `link ${name}: expected to be there, the world has no such link`),
    ...(audit ? differencesOfAudit(audit, observed.audit) : []),
    ...(calls ? differencesOfCalls(calls, observed.calls) : []),
  ];
}

function differencesOfLink(name: LinkName, expected: LinkState, sight: Sight): string[] {
  return Object.entries(expected).flatMap(([what, wanted]) => {
    const seen = sight[what as keyof Sight];
    if (sayValue(wanted) === sayValue(seen)) return [];
    return [`link ${name}, ${WORDS[what as keyof Sight]}: expected ${sayValue(wanted)}, saw ${sayValue(seen)}`];
  });
}

const WORDS: Record<keyof Sight, string> = {
  health: "health",
  cause: "cause",
  case: "repair case",
  isClosed: "whether the case is closed",
  session: "session",
  isRevealed: "whether the session was revealed",
  event: "newest event",
};

function sayValue(value: LinkState[keyof LinkState] | Sight[keyof Sight]): string {
  if (value === null || value === undefined) return "none";
  if (typeof value !== "object") return String(value);
  return `${value.topic} by ${value.came}, ${value.effect ?? "not processed"}`;
}

function differencesOfAudit(expected: readonly AuditCount[], seen: readonly AuditCount[]): string[] {
  const wanted = new Map(expected.map((row) => [keyOf(row), row.times]));
  const found = new Map(seen.map((row) => [keyOf(row), row.times]));
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((key) =>
    counted(`audit rows "${key}"`, wanted.get(key) ?? 0, found.get(key) ?? 0),
  );
}

function differencesOfCalls(expected: readonly CallCount[], seen: readonly CallCount[]): string[] {
  return expected.flatMap(({ method, path, times }) => {
    const found = seen.find((call) => call.method === method && call.path === path)?.times ?? 0;
    return counted(`calls of ${method} ${path}`, times, found);
  });
}

function counted(what: string, wanted: number, found: number): string[] {
  return wanted === found ? [] : [`${what}: expected ${wanted}, saw ${found}`];
}

function keyOf({ action, outcome, because }: AuditCount): string {
  return because === undefined ? `${action} ${outcome}` : `${action} ${outcome} (${because})`;
}

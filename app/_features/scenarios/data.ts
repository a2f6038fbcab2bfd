import { type Sight, sightAt } from "#domain/link-story.ts";
import type { LinkName } from "#features/scenario-acts/schema.ts";
import { listReceivedCalls, type ReceivedCall, requireWhole } from "#features/simulator-controls/data.ts";
import { type CastLink, listToldActs, listToldLinks, type ToldAct, type ToldLink } from "#features/stories/data.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import type { AuditCount, CallCount, Expectation, LinkState } from "./schema.ts";

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

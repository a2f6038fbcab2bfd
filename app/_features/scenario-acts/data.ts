import type { JournalEntry, ReceivedCall, SimulatedWebhook } from "#features/simulator-controls/data.ts";
import type { Database } from "#platform/database-client.ts";
import {
  type CastLink,
  type DatedAct,
  FAULT_CODES,
  STAFF_NAMES,
  type StaffName,
  type ToldAct,
  type ToldLink,
  toAct,
  toReason,
} from "./schema.ts";

/** How a recording names the links; one that is alone needs no name. */
const linkOf = (links: readonly CastLink[], { name }: CastLink) => (links.length > 1 ? { link: name } : {});

/** What the bank, the customers and the network did about these links, as the simulator remembers it. */
export function actsOfJournal(links: readonly ToldLink[], journal: readonly JournalEntry[]): DatedAct[] {
  return journal.flatMap(({ at, path, method, body, isRefused }) => {
    const [, kind = "", id = "", verb = ""] = path.split("/");
    const link = links.find(
      ({ exchangeId, sessions }) => exchangeId === id || sessions.some(({ dwollaSessionId }) => dwollaSessionId === id),
    );
    const act = (candidate: object) => toAct(candidate).map((each) => ({ at, endedAt: at, act: each }));
    if (link && kind === "exchange-sessions") {
      const account = body?.account === "different" ? { account: "different" } : {};
      return act({ do: verb, ...linkOf(links, link), ...account, ...(isRefused && { isRefused }) });
    }
    if (isRefused) return [];
    if (kind === "partners" && links.some(({ partner }) => partner.id === id || partner.name === id)) {
      return act({ do: `${verb}_partner`, ...(verb === "break" && { as: body?.as }) });
    }
    if (link && kind === "exchanges") {
      return act({ do: verb, ...linkOf(links, link), ...(verb === "break" && breakOf(body)) });
    }
    return act(candidateOf(links, { kind, verb: id, method, body: body ?? {} }));
  });
}

function breakOf(body: JournalEntry["body"]): object {
  const as = body?.as === "warned" ? "pending-disconnect" : body?.as;
  return { as, ...(body?.webhook === false && { webhook: false }) };
}

type Control = { kind: string; verb: string; method: string; body: Record<string, unknown> };

function candidateOf(links: readonly ToldLink[], { kind, verb, method, body }: Control): object {
  switch (`${kind}/${verb}`) {
    case "faults/":
      return method === "DELETE" ? { do: "clear_faults" } : { do: "fault", ...faultOf(body) };
    case "outage/":
      return { do: "outage", as: body.as };
    case "settings/":
      return { do: "settings", tokenLifetimeSeconds: body.tokenLifetimeSeconds };
    case "webhooks/mischief":
      return { do: "mischief", ...pick(body, ["lose", "loseShare", "duplicateShare", "reorder", "delaySeconds"]) };
    case "events/": {
      const link = links.find(({ exchangeId }) => exchangeId === (body.resource as { id?: unknown } | undefined)?.id);
      return link ? { do: "announce", ...linkOf(links, link), topic: body.topic } : {};
    }
    default:
      return {};
  }
}

/** What no scenario can say: a run that has it in it would come to something else when it is played again. */
export function isUnsayable({ path, method, body, isRefused }: JournalEntry): boolean {
  const given = body ?? {};
  if (isRefused) return false;
  switch (path) {
    case "/outage":
      return given.as === "hang";
    case "/settings":
      return Number(given.latencyMs ?? 0) > 0 || (given.callsPerSecond ?? null) !== null;
    case "/webhooks/mischief":
      return Array.isArray(given.hold) && given.hold.length > 0;
    case "/faults":
      return method === "POST" && toAct({ do: "fault", ...faultOf(given) }).length === 0;
    default:
      return /^\/webhooks\/(hold|release|send)$/.test(path);
  }
}

/** An id in the path would be of one run only, and a message of a fault could say anything. */
function faultOf({ method, path, times, fault }: Record<string, unknown>): object {
  const pattern = String(path).replace(/\/[0-9a-f-]{36}(?=\/|$)/g, "/*");
  return {
    ...(typeof method === "string" && { method }),
    path: pattern,
    ...(typeof times === "number" && { times }),
    fault: pick(fault as Record<string, unknown>, ["kind", "status", "code", "ms", "afterEffect"], FAULT_CODES),
  };
}

/** Those of these fields that say something; a code only where it is a known one. */
function pick(from: Record<string, unknown>, names: readonly string[], codes: readonly unknown[] = []): object {
  const kept = names.filter((name) => name in from && from[name] !== false);
  return Object.fromEntries(
    kept.flatMap((name) => (name !== "code" || codes.includes(from[name]) ? [[name, from[name]] as const] : [])),
  );
}

/** Webhooks that Dwolla was asked to send again; those of one link, one after the other, are one act. */
export function redeliveries(
  links: readonly ToldLink[],
  calls: readonly ReceivedCall[],
  webhooks: readonly SimulatedWebhook[],
): DatedAct[] {
  const acts: DatedAct[] = [];
  for (const { at, method, path } of calls) {
    const id = method === "POST" && /^\/webhooks\/([^/]+)\/retries$/.exec(path)?.[1];
    const webhook = webhooks.find((each) => each.id === id);
    const link = links.find(({ exchangeId }) => exchangeId === webhook?.resourceId);
    if (!link) continue;
    const last = acts.at(-1);
    const isSame = last?.act.do === "redeliver" && at.getTime() - last.endedAt.getTime() < 1_000;
    if (isSame && last.act.do === "redeliver") {
      last.act = { ...last.act, times: (last.act.times ?? 1) + 1 };
      last.endedAt = at;
    } else acts.push({ at, endedAt: at, act: { do: "redeliver", ...linkOf(links, link) } });
  }
  return acts;
}

/** Sweeps that found something about the links, and catch-ups that read an event of theirs. */
export async function actsOfJobs(db: Database, links: readonly ToldLink[], since: Date): Promise<DatedAct[]> {
  const where = { startedAt: { gte: since }, finishedAt: { not: null } };
  const [sweeps, catchUps] = await Promise.all([db.sweep.findMany({ where }), db.catchUp.findMany({ where })]);
  const found = links.flatMap(({ signals }) => signals.filter(({ source }) => source === "sweep"));
  const read = links.flatMap(({ events }) => events.flatMap(({ readAt }) => readAt ?? []));
  const isWithin = (at: Date, run: { startedAt: Date; finishedAt: Date | null }) =>
    at >= run.startedAt && run.finishedAt !== null && at <= run.finishedAt;
  const dated = (act: DatedAct["act"], { startedAt: at }: { startedAt: Date }) => ({ at, endedAt: at, act });
  return [
    ...sweeps
      .filter((sweep) => found.some(({ observedAt }) => isWithin(observedAt, sweep)))
      .map((sweep) => dated({ do: "sweep", ...(sweep.mode !== "full" && { mode: sweep.mode }) }, sweep)),
    ...catchUps
      .filter((catchUp) => read.some((at) => isWithin(at, catchUp)))
      .map((catchUp) => dated({ do: "catch_up" }, catchUp)),
  ];
}

/** What staff did, as the trail has it. A row tells the end of an act, and what was asked of Dwolla for it its beginning. */
export function actsOfStaff(
  links: readonly ToldLink[],
  told: readonly ToldAct[],
  calls: readonly ReceivedCall[],
  since: Date,
): DatedAct[] {
  const nameOfActor = namesOfStaff(told);
  const unclaimed = new Set(calls);
  const acts: DatedAct[] = [];
  for (const row of told) {
    const link = links.find(({ name }) => name === row.name);
    const by = nameOfActor(row);
    if (!link || !by) continue;
    const candidate = candidateOfRow(row, link);
    if (!candidate) continue;
    const after = acts.at(-1)?.endedAt ?? since;
    const at = beginningOf(row, { link, after, unclaimed });
    const answer = row.action === REQUESTED ? answerTo(row, told) : undefined;
    const { do: name, ...rest } = candidate;
    const act = { do: name, ...(by !== "agent" && { by }), ...linkOf(links, link), ...rest };
    acts.push(...toAct(act).map((each) => ({ at, endedAt: answer?.at ?? row.at, act: each })));
  }
  return acts;
}

const REQUESTED = "reauth_session.requested";

function answerTo({ operationId }: ToldAct, told: readonly ToldAct[]): ToldAct | undefined {
  return told.find((row) => row.action === "reauth_session.answered" && row.operationId === operationId);
}

function candidateOfRow(row: ToldAct, { sessions }: ToldLink): { do: string; [name: string]: unknown } | null {
  switch (row.action) {
    case "exchange.checked":
      return { do: "check" };
    case REQUESTED: {
      const session = sessions.find(({ id }) => id === row.operationId);
      const { channel } = row;
      return { do: "create_session", ...(channel !== "web" && { channel }), ...toReason(session?.reason ?? null) };
    }
    case "reauth_session.revealed":
      return { do: "reveal" };
    case "repair_case.claimed":
      return { do: "claim", word: row.word ?? "finished" };
    case "repair_case.closed_unproven":
      return { do: "close_unproven" };
    default:
      return null;
  }
}

/** Each person by the role, in the order in which they came. */
function namesOfStaff(told: readonly ToldAct[]): (row: ToldAct) => StaffName | undefined {
  const people = new Map<string, string[]>();
  for (const { actorType, actorId, actorRole } of told) {
    const known = people.get(actorRole ?? "") ?? [];
    if (actorType === "staff" && !known.includes(actorId)) people.set(actorRole ?? "", [...known, actorId]);
  }
  return ({ actorId, actorRole }) => {
    const place = people.get(actorRole ?? "")?.indexOf(actorId) ?? -1;
    if (place < 0) return undefined;
    return STAFF_NAMES.find((name) => name === (place === 0 ? actorRole : `second ${actorRole}`));
  };
}

type Place = { link: ToldLink; after: Date; unclaimed: Set<ReceivedCall> };

/** The row is the last word of an act; what the act left behind, or asked of Dwolla, is a little older. */
function beginningOf(row: ToldAct, { link, after, unclaimed }: Place): Date {
  const isOfAct = (at: Date | null): at is Date => at !== null && at > after && at <= row.at;
  switch (row.action) {
    case REQUESTED:
      return link.sessions.find(({ id }) => id === row.operationId)?.requestedAt ?? row.at;
    case "reauth_session.revealed": {
      const paths = link.sessions.map(({ dwollaSessionId }) => `/exchange-sessions/${dwollaSessionId}`);
      const call = [...unclaimed].find(
        ({ method, path, at }) => method === "GET" && paths.includes(path) && at <= row.at,
      );
      if (call) unclaimed.delete(call);
      return call?.at ?? row.at;
    }
    case "repair_case.claimed":
      return link.signals.map(signalOf("staff")).find(isOfAct) ?? row.at;
    case "repair_case.closed_unproven":
      return link.cases.map(({ closedAt }) => closedAt).find(isOfAct) ?? row.at;
    default:
      return (
        link.signals.map(signalOf("check")).find(isOfAct) ??
        earliestAttempt(link, [...unclaimed], { after, until: row.at }) ??
        row.at
      );
  }
}

function signalOf(wanted: string) {
  return ({ source, observedAt }: ToldLink["signals"][number]) => (source === wanted ? observedAt : null);
}

const ATTEMPTS_WITHIN_MS = 1_000;

/** A look that found nothing out left only its calls: first those of the exchange, then of balances, each repeated at most. */
function earliestAttempt(
  { exchangeId }: ToldLink,
  calls: readonly ReceivedCall[],
  { after, until }: { after: Date; until: Date },
): Date | undefined {
  let first: Date | undefined;
  let next = until;
  for (const { path, at } of calls.filter((call) => call.at > after && call.at <= until).reverse()) {
    const isOfExchange = path === `/exchanges/${exchangeId}`;
    const isBalance = first === undefined && /^\/funding-sources\/[^/]+\/balance$/.test(path);
    const isNear = next.getTime() - at.getTime() < ATTEMPTS_WITHIN_MS;
    if (!isNear || !(isOfExchange || isBalance || path === "/token")) break;
    if (isOfExchange) first = at;
    next = at;
  }
  return first;
}

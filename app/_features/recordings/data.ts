import type { Health } from "#domain/exchange-health.ts";
import { type Sight, sightAt } from "#domain/link-story.ts";
import { actsOfJobs, actsOfJournal, actsOfStaff, isUnsayable, redeliveries } from "#features/scenario-acts/data.ts";
import {
  type ActInput,
  type CastLink,
  type DatedAct,
  LINK_NAMES,
  type LinkName,
  type ToldAct,
  type ToldLink,
  titleOf,
} from "#features/scenario-acts/schema.ts";
import {
  countActs,
  countCalls,
  isAbout,
  listIdsOf,
  listToldActs,
  listToldLinks,
  sightNow,
} from "#features/scenarios/data.ts";
import { MOST_STEPS, type ScenarioFile, scenarioSchema } from "#features/scenarios/schema.ts";
import {
  clockMoves,
  listJournal,
  listReceivedCalls,
  listWebhooksAbout,
  requireWhole,
  toDeskTime,
} from "#features/simulator-controls/data.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";

export interface Recording {
  ctx: Pick<Context, "db" | "settings" | "environment" | "now">;
  /** The connection that may read the audit trail. */
  auditor: Database;
  /** One after the other they become A, B, ...; each of another customer, and all of one partner. */
  exchangeIds: readonly string[];
  since: Date;
}

/** `no_words`: something was done to the simulator in this run that no scenario can say. */
export type WhyUnsayable = "no_words" | "nothing_happened" | "too_long";

export class UnsayableRun extends Error {
  override name = "UnsayableRun";
  readonly why: WhyUnsayable;

  constructor(why: WhyUnsayable) {
    super(why);
    this.why = why;
  }
}

/**
 * Makes a scenario of what happened to some links since then: the acts in their order, and after each how the links stood and what was
 * put on record and asked of Dwolla. The same run gives the same file, and so does a replay of it. It holds closed words only: no id,
 * no name, no text that anybody wrote.
 * @throws UnsayableRun, ForgottenBySimulator
 */
export async function recordScenario(recording: Recording): Promise<ScenarioFile> {
  const { ctx, auditor, since } = recording;
  if (ctx.environment !== "simulator") throw new Error("Runs are recorded in the simulator only.");
  const cast = await findCast(recording);
  const links = await listToldLinks(ctx.db, cast);
  const [told, { calls, journal, webhooks }, jobs, ids] = await Promise.all([
    listToldActs(auditor, links, since),
    readSimulator(recording),
    actsOfJobs(ctx.db, links, since),
    listIdsOf(ctx.db, links),
  ]);
  if (journal.some(isUnsayable)) throw new UnsayableRun("no_words");
  const done = [
    ...actsOfJournal(links, journal),
    ...redeliveries(links, calls, webhooks),
    ...actsOfStaff(links, told, calls, since),
    ...jobs,
  ];
  const moves = clockMoves(journal);
  const acts = withTimePassing(groupAtOnce(done), [...moves, ...longPauses(done, moves, lastFact(links, told))]);
  const about = calls.filter(({ path }) => isAbout(path, ids));
  const steps = acts.map(({ at, act }, place) => {
    const until = acts[place + 1]?.at ?? null;
    const isWithin = (fact: { at: Date }) => fact.at >= at && (until === null || fact.at < until);
    const counted = { audit: countActs(told.filter(isWithin)), calls: countCalls(about.filter(isWithin)) };
    return { title: titleOf(act), act, expect: { ...standing(links, until), ...counted } };
  });
  const file = {
    title: `A recorded run of ${links[0]?.partner.name}`,
    shows: "What happened to these links, and how they stood after each act, as it was observed.",
    world: await worldOf(ctx.db, links),
    steps: [...opening(links, since), ...steps],
  };
  if (file.steps.length === 0) throw new UnsayableRun("nothing_happened");
  if (file.steps.length > MOST_STEPS) throw new UnsayableRun("too_long");
  scenarioSchema.parse(file);
  return file as ScenarioFile;
}

/** What the simulator remembers of that time, by the desk's clock. */
async function readSimulator({ ctx, exchangeIds, since }: Recording) {
  const { dwollaApiUrl } = ctx.settings;
  const [{ now, entries, droppedUntil }, received, webhooks] = await Promise.all([
    listJournal(dwollaApiUrl, new Date(0)),
    listReceivedCalls(dwollaApiUrl, since),
    Promise.all(exchangeIds.map((exchangeId) => listWebhooksAbout(dwollaApiUrl, exchangeId))),
  ]);
  const deskTime = toDeskTime(clockMoves(entries), now.getTime() - ctx.now().getTime());
  for (const dropped of [droppedUntil, received.droppedUntil]) requireWhole(dropped && deskTime(dropped), since);
  const dated = <Fact extends { at: Date }>(facts: readonly Fact[]) =>
    facts.map((fact) => ({ ...fact, at: deskTime(fact.at) })).filter(({ at }) => at >= since);
  return { calls: dated(received.calls), journal: dated(entries), webhooks: webhooks.flat() };
}

async function findCast({ ctx, exchangeIds }: Recording): Promise<CastLink[]> {
  const found = await ctx.db.exchange.findMany({ where: { id: { in: [...exchangeIds] } } });
  return exchangeIds.map((exchangeId, place) => {
    const exchange = found.find(({ id }) => id === exchangeId);
    const name = LINK_NAMES[place];
    if (!exchange || !name) throw new Error("an exchange to be recorded is not known, or there are too many");
    return { name, exchangeId, customerId: exchange.customerId };
  });
}

async function worldOf(db: Database, links: readonly ToldLink[]): Promise<object> {
  const [first] = links;
  const ofCustomer = await db.exchange.count({ where: { customerId: first?.customerId ?? "" } });
  return {
    partner: first?.partner.name,
    ...(links.length > 1 && { exchanges: links.length }),
    ...(ofCustomer > 1 && { linksPerCustomer: "several" }),
  };
}

/** How the links stood right before an instant; now, where it is null. */
function standing(links: readonly ToldLink[], until: Date | null): object {
  const sights = links.map((link): [LinkName, Sight] => [
    link.name,
    until ? sightAt(link, new Date(until.getTime() - 1)) : sightNow(link),
  ]);
  const [only, ...others] = sights;
  return only && others.length === 0 ? only[1] : { links: Object.fromEntries(sights) };
}

/** Acts of which one began before another had ended are one step: in turns they would come to something else. */
function groupAtOnce(acts: readonly DatedAct[]): DatedAct[] {
  const groups: DatedAct[][] = [];
  for (const act of [...acts].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const last = groups.at(-1);
    const isUnderWay = last?.some(({ endedAt }) => endedAt > act.at);
    if (last && isUnderWay) last.push(act);
    else groups.push([act]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (!first || group.length === 1) return group;
    // Which of them came first was chance, and may be otherwise the next time.
    const acts = group.map((each) => each.act).sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
    const act = { do: "at_once", acts } as ActInput;
    return [{ at: first.at, endedAt: new Date(Math.max(...group.map(({ endedAt }) => endedAt.getTime()))), act }];
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type Pause = { at: Date; seconds: number };

/** Shorter ones are no part of a story. */
const LONG_PAUSE_MS = 5_000;
/** By then an act has had its effects. */
const SETTLED_AFTER_MS = 2_000;

/** Real time between two acts, and until the last thing that happened; beside what the clock was moved. */
function longPauses(acts: readonly DatedAct[], moves: readonly Pause[], lastFactAt: Date): Pause[] {
  const sorted = [...acts].sort((a, b) => a.at.getTime() - b.at.getTime());
  return sorted.flatMap(({ endedAt }, place) => {
    const until = sorted[place + 1]?.at ?? lastFactAt;
    const moved = moves.filter(({ at }) => at >= endedAt && at < until).reduce((sum, { seconds }) => sum + seconds, 0);
    const pausedMs = until.getTime() - endedAt.getTime() - moved * 1_000;
    const at = new Date(endedAt.getTime() + SETTLED_AFTER_MS);
    return pausedMs >= LONG_PAUSE_MS ? [{ at, seconds: Math.ceil(pausedMs / 1_000) }] : [];
  });
}

function lastFact(links: readonly ToldLink[], told: readonly ToldAct[]): Date {
  const signals = links.flatMap((link) => link.signals.map(({ observedAt }) => observedAt.getTime()));
  return new Date(Math.max(0, ...signals, ...told.map(({ at }) => at.getTime())));
}

/** One step for all the time that passes between two acts. */
function withTimePassing(acts: readonly DatedAct[], pauses: readonly Pause[]): DatedAct[] {
  const passing = pauses.map(({ at, seconds }) => ({ at, endedAt: at, act: null, seconds }));
  const line = [...acts.map((act) => ({ ...act, seconds: 0 })), ...passing];
  const steps: DatedAct[] = [];
  let sum = 0;
  for (const { at, endedAt, act, seconds } of line.sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const last = steps.at(-1);
    if (act) {
      steps.push({ at, endedAt, act });
      continue;
    }
    const goesOn = last?.act.do === "elapse";
    sum = goesOn ? sum + seconds : seconds;
    const elapse = { do: "elapse", seconds: Math.max(1, Math.ceil(sum - 0.001)) } as const;
    if (last && goesOn) last.act = elapse;
    else steps.push({ at, endedAt, act: elapse });
  }
  return steps;
}

/** What brings new links to where these stood when the recording began. */
function opening(links: readonly ToldLink[], since: Date): { title: string; act: ActInput; expect: object }[] {
  const before = new Date(since.getTime() - 1);
  const sights = links.map((link) => ({ link, sight: sightAt(link, before) }));
  const acts = sights.flatMap(({ link, sight }) => {
    const named = links.length > 1 ? { link: link.name } : {};
    return LEADING_TO[sight.health](sight).map((act) => ({ ...act, ...named }) as ActInput);
  });
  return acts.map((act) => ({ title: titleOf(act), act, expect: {} }));
}

const LEADING_TO: Record<Health, (sight: Sight) => ActInput[]> = {
  unknown: () => [],
  healthy: () => [{ do: "sweep" }],
  broken: ({ cause }) => [
    { do: "break", as: cause === "deactivated" ? "deactivated" : "UpdateCredentials" },
    { do: "check" },
  ],
  reauth_required: () => [{ do: "sweep" }, { do: "break", as: "pending-disconnect" }],
  removed: () => [{ do: "break", as: "removed" }, { do: "check" }],
};

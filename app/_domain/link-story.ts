import {
  exchangeHealth,
  type Health,
  type HealthRow,
  healthRow,
  type Signal,
  type Verdict,
} from "./exchange-health.ts";
import type { ReauthSessionState } from "./reauth-session.ts";
import { type RepairCaseState, statesBefore } from "./repair-case.ts";

/** What is on record about one bank link, each fact with its instant: enough to say how it stood at any time, and what changed when. */
export interface LinkStory {
  signals: readonly StorySignal[];
  cases: readonly StoryCase[];
  sessions: readonly StorySession[];
  events: readonly StoryEvent[];
}

export interface StorySignal extends Signal {
  observedAt: Date;
  /** Signals with the same number were stored, and judged, together; a higher number came later. */
  stored: number;
}

export interface StoryCase {
  id: string;
  state: RepairCaseState;
  openedAt: Date;
  closedAt: Date | null;
}

export interface StorySession {
  id: string;
  repairCaseId: string;
  state: ReauthSessionState;
  requestedAt: Date;
  answeredAt: Date | null;
  revealedAt: Date | null;
}

export interface StoryEvent {
  topic: string;
  receivedAt: Date | null;
  readAt: Date | null;
  processedAt: Date | null;
  effect: string | null;
}

/** How a link stands, in the words that staff see. */
export interface Sight {
  health: Health;
  cause: Verdict["cause"];
  case: RepairCaseState | "none";
  isClosed: boolean;
  session: ReauthSessionState | "none";
  isRevealed: boolean;
  event: { topic: string; came: "webhook" | "catch_up" | "both"; effect: string | null } | null;
}

export function sightAt(story: LinkStory, at: Date): Sight {
  const { health, cause } = exchangeHealth(story.signals.filter(({ observedAt }) => observedAt <= at));
  const repair = newest(story.cases, ({ openedAt }) => openedAt, at);
  const session = newest(story.sessions, ({ requestedAt }) => requestedAt, at);
  const isAnswered = !session?.answeredAt || session.answeredAt <= at;
  return {
    health,
    cause,
    case: repair ? (statesOfCase(story, repair).findLast((each) => each.at <= at)?.state ?? "open") : "none",
    isClosed: isBy(repair?.closedAt, at),
    session: isAnswered ? (session?.state ?? "none") : "pending",
    isRevealed: isBy(session?.revealedAt, at),
    event: eventAt(story.events, at),
  };
}

interface CaseChange {
  state: RepairCaseState;
  at: Date;
}

/** The states that a case went through, oldest first, as its sessions, claims and end tell; a second session is a state anew. */
export function statesOfCase(story: LinkStory, repair: StoryCase): CaseChange[] {
  const { state, openedAt, closedAt } = repair;
  const states: CaseChange[] = [{ state: "open", at: openedAt }];
  const changes = [...sessionsMade(story, repair), ...wordsSaid(story)].sort((a, b) => a.at.getTime() - b.at.getTime());
  for (const { from, ...change } of changes) {
    const before = states.at(-1)?.state ?? "open";
    const isWithin = change.at >= openedAt && (closedAt === null || change.at <= closedAt);
    if (isWithin && from.includes(before)) states.push(change);
  }
  if (closedAt && states.at(-1)?.state !== state) states.push({ state, at: closedAt });
  return states;
}

type Possible = CaseChange & { from: readonly RepairCaseState[] };

function sessionsMade({ sessions }: LinkStory, { id }: StoryCase): Possible[] {
  const from = statesBefore("session_created");
  return sessions
    .filter(({ repairCaseId, state }) => repairCaseId === id && state === "created")
    .flatMap(({ answeredAt }) => (answeredAt ? [{ state: "session_created", at: answeredAt, from }] : []));
}

function wordsSaid({ signals }: LinkStory): Possible[] {
  return signals.flatMap(({ kind, value, observedAt: at }): Possible[] => {
    if (kind === "customer_claim") return [{ state: "claimed", at, from: ["session_created"] }];
    if (kind === "staff_word" && value === "fails") return [{ state: "session_created", at, from: ["claimed"] }];
    return [];
  });
}

export interface Transitions {
  /** `open -> session_created`, of repair cases. */
  cases: string[];
  /** `healthy -> broken`, from one verdict to the next. */
  healths: string[];
  /** The rows of the health table that decided. */
  rows: HealthRow[];
}

/** Each once. */
export function transitionsOf(story: LinkStory): Transitions {
  const cases = story.cases.flatMap((repair) => arrows(statesOfCase(story, repair).map(({ state }) => state)));
  const verdicts = verdictsOf(story.signals);
  const healths = verdicts.map(({ health }) => health);
  const changes = healths.filter((health, place) => health !== healths[place - 1]);
  return {
    cases: [...new Set(cases)],
    healths: [...new Set(arrows(changes))],
    rows: [...new Set(verdicts.map(healthRow))],
  };
}

/** What the link was found to be, each time that something new was known of it. */
function verdictsOf(signals: readonly StorySignal[]): Verdict[] {
  const stored = [...new Set(signals.map((signal) => signal.stored))].sort((a, b) => a - b);
  const known = stored.map((upTo) => signals.filter((signal) => signal.stored <= upTo));
  return [exchangeHealth([]), ...known.map(exchangeHealth)];
}

function arrows(states: readonly string[]): string[] {
  return states.slice(1).map((state, place) => `${states[place]} -> ${state}`);
}

function eventAt(events: readonly StoryEvent[], at: Date): Sight["event"] {
  const event = newest(events, firstKnownAt, at);
  if (!event) return null;
  const isReceived = isBy(event.receivedAt, at);
  const isRead = isBy(event.readAt, at);
  const once = isReceived ? "webhook" : "catch_up";
  const effect = isBy(event.processedAt, at) ? event.effect : null;
  return { topic: event.topic, came: isReceived && isRead ? "both" : once, effect };
}

function firstKnownAt({ receivedAt, readAt }: StoryEvent): Date {
  const times = [receivedAt, readAt].filter((each) => each !== null).map((each) => each.getTime());
  return new Date(Math.min(...times));
}

function newest<Fact>(facts: readonly Fact[], timeOf: (fact: Fact) => Date, at: Date): Fact | undefined {
  return facts
    .filter((fact) => timeOf(fact) <= at)
    .sort((a, b) => timeOf(a).getTime() - timeOf(b).getTime())
    .at(-1);
}

function isBy(time: Date | null | undefined, at: Date): boolean {
  return time != null && time <= at;
}

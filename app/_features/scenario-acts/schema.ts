import { z } from "zod";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { Health, SignalSource } from "#domain/exchange-health.ts";
import type { LinkStory, Sight, StorySession, StorySignal } from "#domain/link-story.ts";
import { CHANNELS } from "#domain/partner-capability.ts";
import { CLAIM_WORDS } from "#features/claims/schema.ts";
import { REASON_PRESETS } from "#features/reauth-sessions/schema.ts";
import { BREAK_LABELS, BREAKS, PARTNER_BREAKS } from "#features/simulator-controls/schema.ts";
import { SWEEP_MODES } from "#features/sweeps/schema.ts";

/** A link of the scenario's world: its first is A. No file knows an id. */
export const LINK_NAMES = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"] as const;
export type LinkName = (typeof LINK_NAMES)[number];

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

/** Who acts: somebody with that role, and always the same person. */
export const STAFF_NAMES = ["agent", "second agent", "lead", "second lead", "engineer", "second engineer"] as const;
export type StaffName = (typeof STAFF_NAMES)[number];

/** Topics by their name only where we know them: any other could carry anything. */
export const TOPICS = [REAUTH_REQUIRED, "customer_funding_source_updated", "customer_exchange_renamed"] as const;

/** What a simulated refusal may say: any other text could carry anything. */
export const FAULT_CODES = [
  "Forbidden",
  "InvalidAccessToken",
  "ExpiredAccessToken",
  "NotFound",
  "ServerError",
] as const;

const link = z.union([z.literal("all"), z.enum(LINK_NAMES)]).default("all");
const by = z.enum(STAFF_NAMES).default("agent");
const DAY_SECONDS = 86_400;

/** Part of a path of Dwolla's, where a `*` is one part: never an id. */
const pathPattern = z.string().regex(/^(\/(\*|[a-z]+(-[a-z]+)*))+$/);

/** What goes wrong with the next calls of a path; the simulator's own kinds, with codes from a closed list. */
const fault = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    code: z.enum(FAULT_CODES).optional(),
    afterEffect: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("delay"), ms: z.int().min(1).max(1_000), afterEffect: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("reset"), afterEffect: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("rate-limit") }),
]);

/** By the bank, the customer, or whatever stands between Dwolla and us. */
const simulatorActs = [
  z.strictObject({
    do: z.literal("break"),
    link,
    as: z.enum(BREAKS),
    /** Whether the webhook of a warning arrives. */
    webhook: z.boolean().default(true),
  }),
  z.strictObject({ do: z.literal("repair"), link }),
  /** The customer signs in at the bank with the newest session, perhaps to another account; or the bank refuses that. */
  z.strictObject({
    do: z.literal("complete"),
    link,
    account: z.enum(["same", "different"]).default("same"),
    isRefused: z.boolean().default(false),
  }),
  z.strictObject({ do: z.literal("abandon"), link, isRefused: z.boolean().default(false) }),
  /** To every link of the world's partner, and its end. */
  z.strictObject({ do: z.literal("break_partner"), as: z.enum(PARTNER_BREAKS) }),
  z.strictObject({ do: z.literal("repair_partner") }),
  z.strictObject({
    do: z.literal("fault"),
    method: z.enum(["GET", "POST"]).optional(),
    path: pathPattern,
    times: z.int().min(1).max(1_000).optional(),
    fault,
  }),
  z.strictObject({ do: z.literal("clear_faults") }),
  z.strictObject({
    do: z.literal("mischief"),
    lose: z.int().min(0).max(1_000).default(0),
    loseShare: z.number().min(0).max(1).default(0),
    duplicateShare: z.number().min(0).max(1).default(0),
    reorder: z.boolean().default(false),
    delaySeconds: z
      .int()
      .min(0)
      .max(30 * DAY_SECONDS)
      .default(0),
  }),
  z.strictObject({ do: z.literal("outage"), as: z.enum(["none", "down"]) }),
  z.strictObject({ do: z.literal("settings"), tokenLifetimeSeconds: z.int().min(1).max(DAY_SECONDS) }),
  z.strictObject({ do: z.literal("announce"), link, topic: z.enum(TOPICS) }),
  /** Dwolla sends the newest webhook of the link, also one that was lost, so many times more. */
  z.strictObject({ do: z.literal("redeliver"), link, times: z.int().min(1).max(1_000).default(1) }),
] as const;

const staffActs = [
  z.strictObject({ do: z.literal("check"), by, link }),
  z.strictObject({
    do: z.literal("create_session"),
    by,
    link,
    channel: z.enum(CHANNELS).default("web"),
    reason: z.enum(REASON_PRESETS).default(REASON_PRESETS[0]),
  }),
  z.strictObject({ do: z.literal("reveal"), by, link }),
  z.strictObject({ do: z.literal("claim"), by, link, word: z.enum(CLAIM_WORDS) }),
  z.strictObject({ do: z.literal("close_unproven"), by, link }),
] as const;

const deskActs = [
  z.strictObject({ do: z.literal("sweep"), mode: z.enum(SWEEP_MODES).default("full") }),
  z.strictObject({ do: z.literal("catch_up") }),
  /** Time passes until the next probe of a proof, and it is made. */
  z.strictObject({ do: z.literal("prove") }),
  z.strictObject({
    do: z.literal("elapse"),
    seconds: z
      .int()
      .min(1)
      .max(40 * DAY_SECONDS),
  }),
] as const;

const plainAct = z.discriminatedUnion("do", [...simulatorActs, ...staffActs, ...deskActs]);

/** One act, or some that happen while the others are under way. */
export const actSchema = z.discriminatedUnion("do", [
  ...plainAct.options,
  z.strictObject({ do: z.literal("at_once"), acts: z.array(plainAct).min(2).max(12) }),
]);

export type Act = z.output<typeof actSchema>;
export type ActInput = z.input<typeof actSchema>;
export type PlainAct = z.output<typeof plainAct>;

/** An act as it was done, from its first effect to its last word. */
export interface DatedAct {
  at: Date;
  endedAt: Date;
  act: ActInput;
}

/** Only what a scenario can say: anything else that stands in the sources, such as a text, is not taken over. */
export function toAct(candidate: object): ActInput[] {
  return actSchema.safeParse(candidate).success ? [candidate as ActInput] : [];
}

export function toReason(text: string | null): { reason?: (typeof REASON_PRESETS)[number] } {
  const preset = REASON_PRESETS.find((each) => each === text);
  return preset === undefined || preset === REASON_PRESETS[0] ? {} : { reason: preset };
}

/** What a recorded step is called: the act in words. */
export function titleOf(act: ActInput): string {
  const words = WORDS[act.do] as (act: ActInput) => string;
  const link = "link" in act && act.link ? ` (${act.link})` : "";
  return `${words(act)}${link}`;
}

type ActOf<Name extends ActInput["do"]> = Extract<ActInput, { do: Name }>;

const WORDS: { [Name in ActInput["do"]]: (act: ActOf<Name>) => string } = {
  break: ({ as }) => BREAK_LABELS[as],
  break_partner: ({ as }) => `${BREAK_LABELS[as]}, for all of the partner`,
  repair_partner: () => "The partner's trouble is over",
  repair: () => "The link works again",
  complete: ({ isRefused, account }) => {
    if (isRefused) return "The bank refuses the session";
    return account === "different" ? "The customer signs in to another account" : "The customer signs in";
  },
  abandon: ({ isRefused }) => (isRefused ? "The bank refuses the session" : "The customer leaves the bank's page"),
  fault: ({ fault }) => `Something goes wrong at Dwolla: ${fault.kind}`,
  clear_faults: () => "Nothing goes wrong at Dwolla any more",
  mischief: () => "Webhooks change their ways",
  outage: ({ as }) => (as === "none" ? "Dwolla is back" : "Dwolla is away"),
  settings: () => "Access tokens get another life",
  announce: () => "Dwolla makes an event",
  redeliver: () => "Dwolla sends the webhook again",
  check: ({ by }) => `A look at the link by ${nameOf(by)}`,
  create_session: ({ by }) => `A press for a session by ${nameOf(by)}`,
  reveal: ({ by }) => `A press for what the session gives by ${nameOf(by)}`,
  claim: ({ word }) =>
    word === "finished" ? "The customer says to have signed in" : "The customer says that it still does not work",
  close_unproven: ({ by }) => `A press to close the case unproven by ${nameOf(by)}`,
  sweep: () => "A sweep",
  catch_up: () => "A catch-up",
  prove: () => "The next probe",
  elapse: () => "Time passes",
  at_once: () => "At the same moment",
};

const nameOf = (by = "agent") => `the ${by}`;

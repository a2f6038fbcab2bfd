import { z } from "zod";
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from "#domain/audit-event.ts";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { HEALTHS } from "#domain/exchange-health.ts";
import { REPAIR_CASE_STATES } from "#domain/repair-case.ts";
import { EVENT_EFFECTS } from "#features/dwolla-events/schema.ts";
import { actSchema, LINK_NAMES, TOPICS } from "#features/scenario-acts/schema.ts";
import { SIMULATED_PARTNERS } from "#features/simulator-controls/schema.ts";

/** What scenarios and their recordings say of the audit trail: the story of a link, and not who looked at which page. */
export const STORY_ACTIONS = AUDIT_ACTIONS.filter((action) => /^(exchange|reauth_session|repair_case)\./.test(action));

const CAUSES = ["UpdateCredentials", "deactivated", "removed", REAUTH_REQUIRED] as const;
const closedWord = z.string().regex(/^[a-z][a-z_]{0,60}$/);
const times = z.int().min(0).max(1_000).default(1);

/** How one link stands. What is not named is not looked at. */
const linkState = {
  health: z.enum(HEALTHS).optional(),
  cause: z.enum(CAUSES).nullable().optional(),
  /** Of the newest repair case; `none` where there never was one. */
  case: z.enum([...REPAIR_CASE_STATES, "none"]).optional(),
  isClosed: z.boolean().optional(),
  /** Of the newest session. */
  session: z.enum(["pending", "created", "failed", "unknown", "none"]).optional(),
  isRevealed: z.boolean().optional(),
  /** The newest event about the link itself: `came` by which way, and what processing it came to; null while it waits. */
  event: z
    .strictObject({
      topic: z.enum(TOPICS),
      came: z.enum(["webhook", "catch_up", "both"]),
      effect: z.enum(EVENT_EFFECTS).nullable(),
    })
    .nullable()
    .optional(),
};
const linkStateSchema = z.strictObject(linkState);
export type LinkState = z.output<typeof linkStateSchema>;

const auditCount = z.strictObject({
  action: z.enum(STORY_ACTIONS as [string, ...string[]]),
  outcome: z.enum(AUDIT_OUTCOMES),
  /** In the trail's own closed words: what refused it, or what kept the answer away. */
  because: closedWord.optional(),
  times,
});
export type AuditCount = z.output<typeof auditCount>;

const callCount = z.strictObject({
  method: z.enum(["GET", "POST", "DELETE"]),
  /** As in Dwolla's documents, `{id}` for each id. */
  path: z.string().regex(/^(\/(\{id\}|[a-z]+(-[a-z]+)*))+$/),
  times,
});
export type CallCount = z.output<typeof callCount>;

const expectation = z.strictObject({
  /** Holds for every link of the world. */
  ...linkState,
  /** Holds for one of them. */
  links: z.partialRecord(z.enum(LINK_NAMES), linkStateSchema).optional(),
  /** All rows of the trail that this step added about the links, no more and no fewer. */
  audit: z.array(auditCount).optional(),
  /** Of the calls named here, how many this step made for the links. Others are not counted. */
  calls: z.array(callCount).optional(),
});
export type Expectation = z.output<typeof expectation>;

const stepSchema = z.strictObject({
  title: z.string().min(3).max(120),
  act: actSchema,
  expect: expectation.default({}),
});
export type Step = z.output<typeof stepSchema>;

/**
 * A scenario: what happens to some bank links and what the desk then knows and does, without code, ids or secrets. One file
 * under simulator/scenarios/, named like the scenario; strict, so that a word nobody reads is an error and not a wish.
 */
/** More make no story that anybody reads. */
export const MOST_STEPS = 300;

export const scenarioSchema = z.strictObject({
  title: z.string().min(3).max(120),
  /** What a reader learns from it. */
  shows: z.string().min(3).max(600),
  /** Working links of which the desk has just learned that they exist. */
  world: z.strictObject({
    partner: z.enum(SIMULATED_PARTNERS),
    /** Of the other customers there, where a desk is put together for the scenario. */
    seed: z.int().min(0).max(1_000_000).default(1),
    exchanges: z.int().min(1).max(LINK_NAMES.length).default(1),
    /** `one`: each link is its customer's only one, and its accounts are known to be its own. `several`: nobody knows which are. */
    linksPerCustomer: z.enum(["one", "several"]).default("one"),
  }),
  steps: z.array(stepSchema).min(1).max(MOST_STEPS),
});
export type Scenario = z.output<typeof scenarioSchema>;
/** As it stands in a file. */
export type ScenarioFile = z.input<typeof scenarioSchema>;

import { HEALTH_ROWS, HEALTHS } from "#domain/exchange-health.ts";
import type { Transitions } from "#domain/link-story.ts";
import { REPAIR_CASE_STATES, statesBefore } from "#domain/repair-case.ts";

const NOBODY_DISMISSES = "no screen and no mutation dismisses a case yet";
const UNDOCUMENTED_STATUS =
  "only a status word that Dwolla does not document leads there, and the simulator knows none";

/** What no scenario can reach, and why. What becomes reachable has to leave this list. */
export const OUT_OF_REACH: Readonly<Record<string, string>> = {
  "case: dismissed": NOBODY_DISMISSES,
  "case: open -> dismissed": NOBODY_DISMISSES,
  "case: session_created -> dismissed": NOBODY_DISMISSES,
  "case: claimed -> dismissed": NOBODY_DISMISSES,
  "health: healthy -> unknown": UNDOCUMENTED_STATUS,
  "health: broken -> unknown": UNDOCUMENTED_STATUS,
  "health: reauth_required -> unknown":
    "a warning stands until it is settled, and what settles it proves the link healthy",
};

/** Every state of a case and way between two, every health and every row of its table, as the domain has them now. */
export function wantedTransitions(): string[] {
  return [
    ...REPAIR_CASE_STATES.map((state) => `case: ${state}`),
    ...REPAIR_CASE_STATES.flatMap((next) => statesBefore(next).map((before) => `case: ${before} -> ${next}`)),
    ...HEALTHS.map((health) => `health: ${health}`),
    ...HEALTHS.flatMap((from) => HEALTHS.filter((to) => to !== from).map((to) => `health: ${from} -> ${to}`)),
    ...HEALTH_ROWS.map((row) => `health table: ${row}`),
  ];
}

export interface Coverage {
  covered: string[];
  /** Wanted, not covered, and not said to be out of reach. */
  missing: string[];
  /** Said to be out of reach, and reached; or no longer of the domain. */
  wronglyExcused: string[];
}

export function coverageOf(
  runs: readonly Transitions[],
  { wanted = wantedTransitions(), excused = Object.keys(OUT_OF_REACH) } = {},
): Coverage {
  const reached = new Set(runs.flatMap(namesOf));
  return {
    covered: wanted.filter((name) => reached.has(name)),
    missing: wanted.filter((name) => !reached.has(name) && !excused.includes(name)),
    wronglyExcused: excused.filter((name) => reached.has(name) || !wanted.includes(name)),
  };
}

function namesOf({ cases, healths, rows }: Transitions): string[] {
  const named = (what: string, arrows: readonly string[]) =>
    arrows.flatMap((arrow) => [arrow, ...arrow.split(" -> ")]).map((name) => `${what}: ${name}`);
  return [...named("case", cases), ...named("health", healths), ...rows.map((row) => `health table: ${row}`)];
}

/**
 * The states of a repair case and the ways between them.
 *
 * open -> session_created -> claimed -> verified; at any time the bank may heal by itself (verified),
 * the link may vanish (not_repairable), or a person may put the case aside (dismissed). A claim that turns out wrong goes back.
 * Where nothing can prove the repair, a case is closed as claimed: the one state that can be open and closed.
 */
export const REPAIR_CASE_STATES = [
  "open",
  "session_created",
  "claimed",
  "verified",
  "dismissed",
  "not_repairable",
] as const;
export type RepairCaseState = (typeof REPAIR_CASE_STATES)[number];

const NEXT: Record<RepairCaseState, readonly RepairCaseState[]> = {
  open: ["session_created", "verified", "dismissed", "not_repairable"],
  session_created: ["session_created", "claimed", "verified", "dismissed", "not_repairable"],
  claimed: ["session_created", "verified", "dismissed", "not_repairable"],
  verified: [],
  dismissed: [],
  not_repairable: [],
};

/** Also what a guarded UPDATE names as the states it may leave. */
export function statesBefore(next: RepairCaseState): RepairCaseState[] {
  return REPAIR_CASE_STATES.filter((state) => NEXT[state].includes(next));
}

export function isClosed(state: RepairCaseState): boolean {
  return NEXT[state].length === 0;
}

export const OPEN_STATES = REPAIR_CASE_STATES.filter((state) => !isClosed(state));

/** A link that breaks again so soon after its repair was proven is a repeat: the repair did not last. */
export const REPEAT_WINDOW_MS = 30 * 86_400_000;

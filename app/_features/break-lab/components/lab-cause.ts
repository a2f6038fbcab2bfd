import { auditSearchHref } from "#features/audit/schema.ts";
import { causeHref } from "#features/dwolla-calls/schema.ts";
import type { LinkCall, TrailRow } from "#features/happenings/data.ts";

/** Who or what brought it about, and where that is shown whole. */
export interface Cause {
  words: string;
  href: string | null;
}

/** A press on the lab's controls, from its intent to its outcome. */
interface Press {
  from: Date;
  until: Date;
  cause: Cause;
}

/** What the simulator is asked takes no longer, where no outcome says so. */
const LONGEST_PRESS_MS = 10_000;

/** The presses among the rows of the trail, which come newest first. */
export function pressesIn(trail: readonly TrailRow[], auditWords: (action: string) => string): Press[] {
  return trail
    .filter(({ action, phase }) => action.startsWith("simulator.") && phase === "intent")
    .map((intent) => {
      const end = trail.find(({ operationId, phase }) => operationId === intent.operationId && phase === "outcome");
      const cause = { words: `${intent.by}: ${auditWords(intent.action)}`, href: `/audit/${(end ?? intent).eventId}` };
      return { from: intent.at, until: end?.at ?? new Date(intent.at.getTime() + LONGEST_PRESS_MS), cause };
    });
}

/** Under which press something happened at Dwolla, if under any. */
export function pressAt(presses: readonly Press[], at: Date): Cause | null {
  return presses.find(({ from, until }) => from <= at && at <= until)?.cause ?? null;
}

/** Who pressed or looked, and what for; of a job its name, and what it was about. */
export function causeOfCall(call: LinkCall, auditWords: (action: string) => string): Cause | null {
  const { act, staffName, causeRequestId, concernsType, concernsId, exchangeId } = call;
  if (act === null) return null;
  if (staffName !== null) {
    const href = causeRequestId && auditSearchHref(`request:${causeRequestId}`);
    return { words: `${staffName}: ${auditWords(act)}`, href };
  }
  const href = concernsType && concernsId && causeHref({ type: concernsType, id: concernsId, exchangeId });
  return { words: act, href };
}

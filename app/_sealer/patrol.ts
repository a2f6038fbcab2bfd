import type pg from "pg";
import { CHAIN_START } from "#domain/audit-leaf.ts";
import { EMPTY_FRONTIER, foldSubtrees } from "#domain/merkle-tree.ts";
import { recompute } from "./recompute.ts";
import type { SealedTrail } from "./seal-batch.ts";
import { endAlarms, keepAlarm, TrailAlarm } from "./trail-alarm.ts";

/** Some 30 ms of work each second: a million events take a quarter of an hour, and nobody waits for it. */
const EVENTS_PER_STEP = 1_000;
/** Of one step; a thousand alarms say no more. */
const MOST_TOLD = 10;
const PAUSE_BETWEEN_ROUNDS_MS = 60_000;
const START: SealedTrail = { frontier: EMPTY_FRONTIER, chain: CHAIN_START };

/**
 * Goes through the trail from its first event, a step at a time, computes everything again, and starts over. It finds what the check before
 * each signature cannot: a text that was changed while its hashes were left alone, and a cut trail to which nobody adds.
 */
export class Patrol {
  #trail = START;
  #nextRoundAt = 0;
  #hasDiffering = false;
  /** When a round last came to its end. */
  roundAt: Date | null = null;

  /** The number of the last event that this round has looked at. */
  get position(): number {
    return this.#trail.frontier.size;
  }

  /** @throws TrailAlarm naming the first event that is not as it was sealed; the next step begins a new round. */
  async step(client: pg.Client, sealed: SealedTrail): Promise<void> {
    if (Date.now() < this.#nextRoundAt) return;
    const { frontier } = sealed;
    try {
      const count = Math.min(EVENTS_PER_STEP, frontier.size - this.position);
      const { trail, leaves, differing } = await recompute(client, this.#trail, count);
      if (leaves.length < count)
        throw new TrailAlarm(
          "smaller_tree",
          `The database has ${trail.frontier.size} sealed events; ${frontier.size} were sealed. The last ones were cut off.`,
        );
      this.#trail = trail;
      this.#hasDiffering ||= differing.length > 0;
      for (const alarm of differing.slice(0, MOST_TOLD)) await keepAlarm(client, alarm);
    } catch (error) {
      this.#trail = START;
      throw error;
    }
    if (this.position < frontier.size) return;
    const isSame = foldSubtrees(this.#trail.frontier.hashes).equals(foldSubtrees(frontier.hashes));
    this.#trail = START;
    this.#nextRoundAt = Date.now() + PAUSE_BETWEEN_ROUNDS_MS;
    if (!isSame)
      throw new TrailAlarm("inconsistent_tree", "The events in the database are not those that were sealed.");
    if (!this.#hasDiffering) await endAlarms(client, "differing_columns");
    this.#hasDiffering = false;
    this.roundAt = new Date();
  }
}

import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "pino";
import type { NoteSigner } from "#domain/signed-note.ts";
import type { OutsideMemory } from "./outside-memory.ts";
import { Patrol } from "./patrol.ts";
import type { ProtectionWatch } from "./protection-watch.ts";
import { sealBatch } from "./seal-batch.ts";
import { SealedHorizon } from "./sealed-horizon.ts";
import { signHead } from "./sign-head.ts";
import { type SealerState, writeStatus } from "./status.ts";
import { type TakenUp, takeUp } from "./take-up.ts";
import { endAlarms, keepAlarm, TrailAlarm } from "./trail-alarm.ts";

/** An event waits half of it on average, and never 50 ms unless the database is busy. */
const POLL_MS = 25;
const STATUS_EVERY_MS = 1_000;
const LOOK_AGAIN_AFTER_MS = 5_000;
/** A checkpoint after a minute, or after a hundred events (audit.md). */
const SIGN_AFTER_MS = 60_000;
const SIGN_AFTER_EVENTS = 100;

export interface Lead {
  /** Holds the leader's lock: when it is lost, so is the lead. */
  client: pg.Client;
  memory: OutsideMemory;
  protection: ProtectionWatch;
  /** Read anew for each signature. */
  signer: () => NoteSigner;
  log: Logger;
}

/** Seals and signs until the signal comes. @throws when the database goes away; the next leader takes up from what is committed. */
export async function lead(surroundings: Lead, signal: AbortSignal): Promise<void> {
  const { client, log } = surroundings;
  const leaderSince = new Date();
  while (!signal.aborted) {
    try {
      await sealUntilAlarm(surroundings, leaderSince, signal);
    } catch (error) {
      if (!(error instanceof TrailAlarm)) throw error;
      log.error(
        { alarm: error.kind, number: error.number, reason: error.message },
        "the audit trail is not as it was sealed",
      );
      await keepAlarm(client, error);
      await writeStatus(client, { leaderSince });
      await pause(LOOK_AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function sealUntilAlarm(surroundings: Lead, leaderSince: Date, signal: AbortSignal): Promise<void> {
  const { client, memory, protection, signer, log } = surroundings;
  // First of all: what was found loose has to be right again before its alarm ends.
  await protection.step();
  let taken = await takeUp(client, memory, signer());
  await endAlarms(client, "blocking");
  log.info({ size: taken.trail.frontier.size, signed: taken.signedSize }, "sealing");
  const patrol = new Patrol();
  const wish = listenForWishes(client);
  const horizon = new SealedHorizon();
  // What waited for a signature when it was taken up has waited long enough.
  let [statusAt, oldestUnsignedAt] = [0, taken.unsignedLeaves.length > 0 ? 0 : Date.now()];
  // Where the next batch of a backlog begins: behind what was sealed just now, which need not be skipped again each time.
  let backlogFrom: Date | null = null;
  while (!signal.aborted) {
    await horizon.mark(client);
    const batch = await sealBatch(client, taken.trail, backlogFrom ?? horizon.since);
    if (taken.unsignedLeaves.length === 0) oldestUnsignedAt = Date.now();
    taken = { ...taken, trail: batch.trail, unsignedLeaves: [...taken.unsignedLeaves, ...batch.leaves] };
    if (isDue(taken, Date.now() - oldestUnsignedAt, wish)) taken = await sign(surroundings, taken);
    const isAllSeen: boolean = batch.isDrained && backlogFrom === null;
    backlogFrom = batch.isDrained ? null : batch.lastRecordedAt;
    if (isAllSeen) horizon.drained();
    if (Date.now() - statusAt > STATUS_EVERY_MS) {
      await protection.step();
      if (isAllSeen) await patrol.step(client, taken.trail);
      // Also while a backlog is worked off: a sealer that is busy is not silent.
      await writeStatus(client, stateOf(taken, patrol, leaderSince));
      statusAt = Date.now();
    }
    if (!isAllSeen) continue;
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  if (taken.unsignedLeaves.length > 0) await sign(surroundings, taken);
}

async function sign({ client, memory, signer, log }: Lead, taken: TakenUp): Promise<TakenUp> {
  const signed = await signHead(client, memory, signer(), taken);
  log.info({ size: signed.signedSize }, "checkpoint signed");
  return signed;
}

function isDue({ unsignedLeaves }: TakenUp, waitedMs: number, wish: { isMade: boolean }): boolean {
  const isWished = wish.isMade;
  wish.isMade = false;
  if (unsignedLeaves.length === 0) return false;
  return isWished || unsignedLeaves.length >= SIGN_AFTER_EVENTS || waitedMs >= SIGN_AFTER_MS;
}

/** Who exports a bundle does not want to wait a minute for the checkpoint that covers it. */
function listenForWishes(client: pg.Client): { isMade: boolean } {
  const wish = { isMade: false };
  client.removeAllListeners("notification");
  client.on("notification", () => {
    wish.isMade = true;
  });
  return wish;
}

function stateOf({ trail, signedSize }: TakenUp, patrol: Patrol, leaderSince: Date): SealerState {
  return {
    leaderSince,
    size: trail.frontier.size,
    signedSize,
    patrolledTo: patrol.position,
    patrolRoundAt: patrol.roundAt,
  };
}

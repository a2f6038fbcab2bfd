import { isConsistent } from "#domain/merkle-tree.ts";
import { checkSignature, type SignatureCheck, verifiersOf } from "#domain/trail-proof.ts";
import type { AuditReader } from "#features/audit/mutations.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import {
  type CheckpointView,
  countUnsealed,
  getCheckpointNote,
  getLatestCheckpoint,
  getSealing,
  getStoredRoot,
  listCheckpoints,
  listConsistencyProofs,
  listSigningKeys,
  type Sealing,
  type SigningKeyView,
} from "./data.ts";

const CHECKPOINTS_PAGE_SIZE = 25;
const MOST_UNSEALED = 10_000;

export interface ProvenCheckpoint extends Omit<CheckpointView, "note"> {
  signature: SignatureCheck;
  /** The newest checkpoint's tree begins with this one's; of the newest itself, that the stored tree is the one it signed. */
  isOfThisTree: boolean;
}

export interface CheckpointsView extends Sealing {
  checkpoints: ProvenCheckpoint[];
  hasOlder: boolean;
  keys: SigningKeyView[];
  unsealed: { unsealed: number; oldestAt: Date | null };
}

/** A page of checkpoints, each checked anew against the tree that is stored now. The look is on record before anything is read. */
export async function readCheckpoints({
  ctx,
  input: { before },
}: {
  ctx: AuditReader;
  input: { before: number | undefined };
}): Promise<CheckpointsView> {
  await record(ctx, before === undefined ? {} : { before });
  const db = ctx.auditorDb;
  const keys = await listSigningKeys(db);
  const found = await listCheckpoints(db, { before, limit: CHECKPOINTS_PAGE_SIZE + 1 });
  return {
    checkpoints: await prove(ctx, found.slice(0, CHECKPOINTS_PAGE_SIZE), keys),
    hasOlder: found.length > CHECKPOINTS_PAGE_SIZE,
    keys,
    ...(await getSealing(db)),
    unsealed: await countUnsealed(db, MOST_UNSEALED),
  };
}

/** The signed note of a checkpoint, as it is handed to whoever keeps one; null where there is none of this size. */
export async function downloadCheckpoint({
  ctx,
  input: { size },
}: {
  ctx: AuditReader;
  input: { size: number };
}): Promise<string | null> {
  await record(ctx, { downloaded: size });
  return getCheckpointNote(ctx.auditorDb, size);
}

async function prove(
  { auditorDb: db }: AuditReader,
  checkpoints: CheckpointView[],
  keys: SigningKeyView[],
): Promise<ProvenCheckpoint[]> {
  const latest = await getLatestCheckpoint(db);
  if (!latest) return [];
  const verifiers = verifiersOf(keys.map(({ vkey }) => vkey));
  const storedRoot = await getStoredRoot(db, latest.size);
  const earlierSizes = checkpoints.map(({ size }) => size);
  const proofs = await listConsistencyProofs(db, { earlierSizes, size: latest.size });
  return checkpoints.map(({ note, ...checkpoint }, at) => ({
    ...checkpoint,
    signature: checkSignature({ ...checkpoint, note }, verifiers),
    isOfThisTree: storedRoot.equals(latest.root) && isConsistent(checkpoint, latest, proofs[at] ?? []),
  }));
}

async function record(ctx: AuditReader, details: Record<string, number>): Promise<void> {
  const target = { type: "audit_trail", id: "checkpoints" } as const;
  const entry = { action: "audit.viewed", outcome: "succeeded", target, details } as const;
  await ctx.db.$transaction((tx) => recordAuditEvent(tx, ctx, entry));
}

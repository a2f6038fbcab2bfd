import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import type { AuditAction, AuditEvent } from "#domain/audit-event.ts";
import type { Role } from "#domain/permissions.ts";
import { recordAuditEvent } from "#platform/audit-trail.ts";
import { confirmActor } from "#platform/confirm-actor.ts";
import type { Context } from "#platform/context.ts";
import type { Transaction } from "#platform/database-client.ts";
import { uuidv7 } from "#platform/uuid.ts";
import type { addStaffMemberInput, changeStaffRoleInput, staffMemberInput } from "./schema.ts";

type Call<Schema extends z.ZodType> = { ctx: Context<StaffActor>; input: z.output<Schema> };

/** "unchanged": it already was so, or there is no such person. Nothing was done. */
export type StaffChange = { ok: true } | { ok: false; reason: "own_row" | "unchanged" };

/** Lets a person in from now on: the first sign-in with this address binds it. */
export async function addStaffMember({
  ctx,
  input,
}: Call<typeof addStaffMemberInput>): Promise<{ ok: true } | { ok: false; reason: "email_taken" }> {
  const id = uuidv7(ctx.now());
  return ctx.db.$transaction(async (tx) => {
    await confirmAdmin(tx, ctx);
    const { count } = await tx.staffMember.createMany({
      data: [{ id, ...input, createdAt: ctx.now() }],
      skipDuplicates: true,
    });
    if (count === 0) {
      // The address is personal data, and whose it is was not asked.
      const details = { refusedBy: "email_taken", role: input.role };
      await recordAuditEvent(tx, ctx, { action: "staff.added", outcome: "denied", details });
      return { ok: false, reason: "email_taken" };
    }
    await record(tx, ctx, { action: "staff.added", staffMemberId: id, details: { role: input.role } });
    return { ok: true };
  });
}

/** Takes effect on the person's next request: every request reads the role anew. */
export async function changeStaffRole({
  ctx,
  input: { staffMemberId, role },
}: Call<typeof changeStaffRoleInput>): Promise<StaffChange> {
  return changeOther(ctx, { action: "staff.role_changed", staffMemberId }, async (tx) => {
    const changed = await tx.$queryRaw<{ before: Role }[]>`
      UPDATE "StaffMember" member SET role = ${role}::"Role"
      FROM (SELECT id, role FROM "StaffMember" WHERE id = ${staffMemberId}::uuid FOR UPDATE) old
      WHERE member.id = old.id AND old.role <> ${role}::"Role"
      RETURNING old.role AS before`;
    return changed[0] ? { before: changed[0].before, after: role } : null;
  });
}

/** Ends the person's sign-ins with the same stroke. */
export async function disableStaffMember({
  ctx,
  input: { staffMemberId },
}: Call<typeof staffMemberInput>): Promise<StaffChange> {
  return changeOther(ctx, { action: "staff.disabled", staffMemberId }, async (tx) => {
    const disabled = await tx.staffMember.updateMany({
      where: { id: staffMemberId, disabledAt: null },
      data: { disabledAt: ctx.now() },
    });
    if (disabled.count === 0) return null;
    const ended = await tx.staffSession.deleteMany({ where: { staffMemberId } });
    return { signInsEnded: ended.count };
  });
}

export async function enableStaffMember({
  ctx,
  input: { staffMemberId },
}: Call<typeof staffMemberInput>): Promise<StaffChange> {
  return changeOther(ctx, { action: "staff.enabled", staffMemberId }, async (tx) => {
    const enabled = await tx.staffMember.updateMany({
      where: { id: staffMemberId, disabledAt: { not: null } },
      data: { disabledAt: null },
    });
    return enabled.count === 0 ? null : {};
  });
}

type StaffEvent = { action: AuditAction; staffMemberId: string };

/** One change to somebody else's row; `change` returns the facts for the record, or null when there was nothing to change. */
async function changeOther(
  ctx: Context<StaffActor>,
  event: StaffEvent,
  change: (tx: Transaction) => Promise<AuditEvent["details"] | null>,
): Promise<StaffChange> {
  return ctx.db.$transaction(async (tx) => {
    await confirmAdmin(tx, ctx);
    const refuse = async (reason: "own_row" | "unchanged") => {
      await record(tx, ctx, { ...event, outcome: "denied", details: { refusedBy: reason } });
      return { ok: false, reason } as const;
    };
    if (event.staffMemberId === ctx.actor.id) return refuse("own_row");
    const details = await change(tx);
    if (!details) return refuse("unchanged");
    await record(tx, ctx, { ...event, details });
    return { ok: true };
  });
}

/**
 * Staff changes follow one another: each locks the active admins, in one order, before it looks who is acting. So of two
 * admins who disable each other at once the second is no admin any more, and because nobody changes the own row,
 * the one who acts is always an active admin who remains.
 */
async function confirmAdmin(tx: Transaction, ctx: Context<StaffActor>): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "StaffMember" WHERE role = 'admin' AND "disabledAt" IS NULL ORDER BY id FOR NO KEY UPDATE`;
  await confirmActor(tx, ctx, "staff:manage");
}

async function record(
  tx: Transaction,
  ctx: Context<StaffActor>,
  {
    staffMemberId,
    outcome = "succeeded",
    ...event
  }: StaffEvent & { outcome?: "succeeded" | "denied"; details: AuditEvent["details"] },
): Promise<void> {
  await recordAuditEvent(tx, ctx, { ...event, outcome, target: { type: "staff_member", id: staffMemberId } });
}

import { createHash } from "node:crypto";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import type { StaffActor } from "#domain/actor.ts";
import type { StaffMemberId } from "#domain/ids.ts";
import { recordAuditEvent } from "./audit-trail.ts";
import type { Database } from "./database-client.ts";
import { env } from "./env.ts";
import type { StaffMember, StaffSession } from "./prisma-client/client.ts";
import { requestOrigin } from "./request-origin.ts";
import { uuidv7 } from "./uuid.ts";

export const SESSION_LIMIT_SECONDS = 8 * 60 * 60;
const IDLE_LIMIT_MS = 30 * 60_000;
/** Being seen is noted at most this often, so that reading a page is not a write. */
const SEEN_EVERY_MS = 60_000;

/** next-auth's view of a staff member, with what our session callback needs. */
export interface StaffUser extends AdapterUser {
  actor: StaffActor;
}

/**
 * next-auth's storage. Keeps a hash of the session's token and nothing from the provider; signs nobody up:
 * staff are added by an admin and bound to the provider's issuer and subject at their first sign-in (`bindSubject`).
 */
export function createAuthAdapter(db: () => Database, issuer: string): Adapter {
  return {
    async getUserByAccount({ providerAccountId }) {
      const member = await db().staffMember.findUnique({
        where: { issuer_subject: { issuer, subject: providerAccountId }, disabledAt: null },
      });
      return member && toUser(member, "");
    },
    async getUser(id) {
      const member = await db().staffMember.findUnique({ where: { id, disabledAt: null } });
      return member && toUser(member, "");
    },
    // An address alone never names an account: e-mail is only compared once, in `bindSubject`.
    getUserByEmail: async () => null,
    createUser: () => {
      throw new Error("Nobody signs up here: an admin adds staff.");
    },
    updateUser: () => {
      throw new Error("Staff are changed on the staff page only.");
    },
    linkAccount: async () => undefined,

    async createSession({ sessionToken, userId, expires }) {
      const now = new Date();
      const id = uuidv7(now);
      const origin = await requestOrigin();
      await db().$transaction(async (tx) => {
        const member = await tx.staffMember.findUniqueOrThrow({ where: { id: userId, disabledAt: null } });
        const expiresAt = new Date(now.getTime() + SESSION_LIMIT_SECONDS * 1_000);
        const session = {
          id,
          tokenHash: hashToken(sessionToken),
          staffMemberId: userId,
          createdAt: now,
          lastSeenAt: now,
          expiresAt,
        };
        await tx.staffSession.create({ data: session });
        await recordAuditEvent(
          tx,
          { actor: toActor(member, id), environment: env().RECONNECT_ENVIRONMENT, origin, now: () => now },
          { action: "staff.signed_in", outcome: "succeeded", target: { type: "staff_member", id: userId } },
        );
      });
      return { sessionToken, userId, expires };
    },

    async getSessionAndUser(sessionToken) {
      const session = await db().staffSession.findUnique({
        where: { tokenHash: hashToken(sessionToken) },
        include: { staffMember: true },
      });
      const now = new Date();
      if (!session || !isAlive(session, now)) return null;
      if (now.getTime() - session.lastSeenAt.getTime() > SEEN_EVERY_MS) {
        await db().staffSession.updateMany({ where: { id: session.id }, data: { lastSeenAt: now } });
      }
      return {
        session: { sessionToken, userId: session.staffMemberId, expires: session.expiresAt },
        user: toUser(session.staffMember, session.id),
      };
    },
    // Eight hours from the sign-in is a hard limit: next-auth would roll it forward.
    updateSession: async () => null,
    async deleteSession(sessionToken) {
      const where = { tokenHash: hashToken(sessionToken) };
      const origin = await requestOrigin();
      await db().$transaction(async (tx) => {
        const session = await tx.staffSession.findUnique({ where, include: { staffMember: true } });
        if (!session) return;
        await tx.staffSession.deleteMany({ where });
        const actor = toActor(session.staffMember, session.id);
        await recordAuditEvent(
          tx,
          { actor, environment: env().RECONNECT_ENVIRONMENT, origin, now: () => new Date() },
          { action: "staff.signed_out", outcome: "succeeded", target: { type: "staff_member", id: actor.id } },
        );
      });
    },
  };
}

/**
 * Ties the staff row an admin made for this address to the provider's subject; only once, only while nobody is tied.
 * Returns whether the subject may sign in now.
 */
export async function bindSubject(
  db: Database,
  person: { issuer: string; subject: string; email: string },
): Promise<boolean> {
  const { issuer, subject } = person;
  const known = await db.staffMember.findUnique({ where: { issuer_subject: { issuer, subject } } });
  if (known) return known.disabledAt === null;
  const bound = await db.staffMember.updateMany({
    where: { email: person.email.toLowerCase(), subject: null, disabledAt: null },
    data: { issuer, subject },
  });
  return bound.count === 1;
}

function isAlive(session: StaffSession & { staffMember: StaffMember }, now: Date): boolean {
  if (session.staffMember.disabledAt) return false;
  if (session.expiresAt <= now) return false;
  return now.getTime() - session.lastSeenAt.getTime() < IDLE_LIMIT_MS;
}

function toUser(member: StaffMember, sessionRef: string): StaffUser {
  return {
    id: member.id,
    email: member.email,
    emailVerified: null,
    name: member.name,
    actor: toActor(member, sessionRef),
  };
}

function toActor(member: StaffMember, sessionRef: string): StaffActor {
  const { id, name, email, role } = member;
  return { type: "staff", id: id as StaffMemberId, name, email, role, sessionRef };
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

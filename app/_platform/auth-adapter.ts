import { createHash } from "node:crypto";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import type { StaffActor } from "#domain/actor.ts";
import type { StaffMemberId } from "#domain/ids.ts";
import type { Environment } from "#domain/permissions.ts";
import { type AuditContext, type RequestOrigin, recordAuditEvent } from "./audit-trail.ts";
import type { Database } from "./database-client.ts";
import type { StaffMember, StaffSession } from "./prisma-client/client.ts";
import { uuidv7 } from "./uuid.ts";

export const SESSION_LIMIT_SECONDS = 8 * 60 * 60;
export const IDLE_LIMIT_MS = 30 * 60_000;
/** Being seen is noted at most this often, so that reading a page is not a write. */
export const SEEN_EVERY_MS = 60_000;

/** next-auth's view of a staff member, with what our session callback needs. */
export interface StaffUser extends AdapterUser {
  actor: StaffActor;
}

export interface AuthAdapterOptions {
  db: () => Database;
  issuer: string;
  environment: Environment;
  /** Of the request that signs in or out. */
  origin: () => Promise<RequestOrigin>;
  now?: () => Date;
  /** A person is behind this request. An open page also asks by itself, which must not put off the end of an idle session. */
  isByPerson?: boolean;
}

/**
 * next-auth's storage. Keeps a hash of the session's token and nothing from the provider; signs nobody up:
 * staff are added by an admin and bound to the provider's issuer and subject at their first sign-in (`bindSubject`).
 */
export function createAuthAdapter({
  db,
  issuer,
  environment,
  origin,
  now = () => new Date(),
  isByPerson = false,
}: AuthAdapterOptions): Adapter {
  const auditContext = async (actor: StaffActor) => ({ actor, environment, origin: await origin(), now });
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

    async createSession({ sessionToken, userId }) {
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + SESSION_LIMIT_SECONDS * 1_000);
      const id = uuidv7(createdAt);
      await db().$transaction(async (tx) => {
        const member = await tx.staffMember.findUniqueOrThrow({ where: { id: userId, disabledAt: null } });
        const times = { createdAt, lastSeenAt: createdAt, expiresAt };
        await tx.staffSession.deleteMany({ where: { staffMemberId: userId, expiresAt: { lt: createdAt } } });
        await tx.staffSession.create({
          data: { id, tokenHash: hashToken(sessionToken), staffMemberId: userId, ...times },
        });
        const target = { type: "staff_member", id: userId } as const;
        const entry = { action: "staff.signed_in", outcome: "succeeded", target } as const;
        await recordAuditEvent(tx, await auditContext(toActor(member, id)), entry);
      });
      return { sessionToken, userId, expires: expiresAt };
    },

    async getSessionAndUser(sessionToken) {
      const session = await db().staffSession.findUnique({
        where: { tokenHash: hashToken(sessionToken) },
        include: { staffMember: true },
      });
      if (!session || !isAlive(session, now())) return null;
      if (isByPerson) await noteSeen(db(), session, now());
      return {
        session: { sessionToken, userId: session.staffMemberId, expires: session.expiresAt },
        user: toUser(session.staffMember, session.id),
      };
    },
    // Eight hours from the sign-in is a hard limit: next-auth would roll it forward.
    updateSession: async () => null,
    async deleteSession(sessionToken) {
      const where = { tokenHash: hashToken(sessionToken) };
      await db().$transaction(async (tx) => {
        const session = await tx.staffSession.findUnique({ where, include: { staffMember: true } });
        if (!session) return;
        await tx.staffSession.deleteMany({ where });
        const target = { type: "staff_member", id: session.staffMemberId } as const;
        const entry = { action: "staff.signed_out", outcome: "succeeded", target } as const;
        await recordAuditEvent(tx, await auditContext(toActor(session.staffMember, session.id)), entry);
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
  context: AuditContext,
  person: { issuer: string; subject: string; email: string },
): Promise<boolean> {
  const { issuer, subject } = person;
  return db.$transaction(async (tx) => {
    const known = await tx.staffMember.findUnique({ where: { issuer_subject: { issuer, subject } } });
    if (known) return known.disabledAt === null;
    const [bound] = await tx.staffMember.updateManyAndReturn({
      where: { email: person.email.toLowerCase(), subject: null, disabledAt: null },
      data: { issuer, subject },
    });
    if (!bound) return false;
    const target = { type: "staff_member", id: bound.id } as const;
    await recordAuditEvent(tx, context, { action: "staff.subject_bound", outcome: "succeeded", target });
    return true;
  });
}

/** Whose sign-in was refused, where that is known: somebody disabled, or tied to another subject. Null for a stranger. */
export async function findRefusedMember(
  db: Database,
  { issuer, subject, email }: { issuer: string; subject: string; email: string },
): Promise<string | null> {
  const tied = await db.staffMember.findUnique({ where: { issuer_subject: { issuer, subject } } });
  const member = tied ?? (await db.staffMember.findUnique({ where: { email: email.toLowerCase() } }));
  return member?.id ?? null;
}

function isAlive(session: StaffSession & { staffMember: StaffMember }, now: Date): boolean {
  if (session.staffMember.disabledAt) return false;
  if (session.expiresAt <= now) return false;
  return now.getTime() - session.lastSeenAt.getTime() < IDLE_LIMIT_MS;
}

async function noteSeen(db: Database, session: StaffSession, now: Date): Promise<void> {
  if (now.getTime() - session.lastSeenAt.getTime() <= SEEN_EVERY_MS) return;
  await db.staffSession.updateMany({ where: { id: session.id }, data: { lastSeenAt: now } });
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

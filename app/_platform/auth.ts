import "server-only";
import { randomBytes } from "node:crypto";
import { cookies, headers } from "next/headers";
import type { NextAuthOptions } from "next-auth";
import type { Adapter } from "next-auth/adapters";
import { cache } from "react";
import type { StaffActor } from "#domain/actor.ts";
import { recordAuditEvent } from "./audit-trail.ts";
import {
  bindSubject,
  createAuthAdapter,
  findRefusedMember,
  SESSION_LIMIT_SECONDS,
  type StaffUser,
} from "./auth-adapter.ts";
import { db } from "./db.ts";
import { env } from "./env.ts";
import { logger } from "./logger.ts";
import { requestContext } from "./request-context.ts";
import { requestOrigin } from "./request-origin.ts";

interface OidcProfile {
  sub: string;
  name?: string;
  email?: string;
  email_verified?: boolean;
}

/** The one place that knows next-auth: OpenID Connect only, sessions in Postgres, staff only. */
export function authOptions(): NextAuthOptions {
  const { NEXTAUTH_URL, NEXTAUTH_SECRET, OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = env();
  const secure = NEXTAUTH_URL.startsWith("https:");
  return {
    secret: NEXTAUTH_SECRET,
    adapter: authAdapter(),
    session: {
      strategy: "database",
      maxAge: SESSION_LIMIT_SECONDS,
      generateSessionToken: () => randomBytes(32).toString("base64url"),
    },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure },
      },
    },
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/" },
    providers: [
      {
        id: "oidc",
        name: "your company",
        type: "oauth",
        wellKnown: `${OIDC_ISSUER}/.well-known/openid-configuration`,
        clientId: OIDC_CLIENT_ID,
        clientSecret: OIDC_CLIENT_SECRET,
        authorization: { params: { scope: "openid email profile" } },
        idToken: true,
        checks: ["pkce", "state", "nonce"],
        profile: ({ sub, name, email }: OidcProfile) => ({ id: sub, name, email }),
      },
    ],
    callbacks: {
      signIn: ({ account, profile }) => admit(account?.providerAccountId, profile as OidcProfile | undefined),
      session: ({ session, user }) => ({ expires: session.expires, actor: (user as StaffUser).actor }),
    },
    logger: {
      error: (code, metadata) => logger.error({ code, reason: reasonOf(metadata) }, "sign-in failed"),
      warn: (code) => logger.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

/** `__Host-` binds the cookie to this very host; browsers accept it over https only. */
function sessionCookieName(): string {
  return env().NEXTAUTH_URL.startsWith("https:") ? "__Host-reconnect-desk.session" : "reconnect-desk.session";
}

/**
 * Who is asking, as the staff table says now. Null when nobody is signed in. One query a page.
 * Not by `getServerSession`, which takes an error of the storage for "nobody": an outage is not a sign-out.
 * A document is opened by a person. All else may be asked for by a page that is open while nobody is there, and keeps no session alive.
 */
export const currentActor = cache(async () => {
  const isByPerson = (await headers()).get("sec-fetch-dest") === "document";
  return findActor(authAdapter({ isByPerson }));
});

/** The same for what only a person does: a press, or a key on an open page. */
export const currentActorAtWork = cache(() => findActor(authAdapter({ isByPerson: true })));

/** Where the latest sign-in was to lead: next-auth keeps it in a cookie of its own. A word that anybody can write. */
export async function latestCallbackAddress(): Promise<string | undefined> {
  const { NEXTAUTH_URL } = env();
  const name = `${NEXTAUTH_URL.startsWith("https:") ? "__Secure-" : ""}next-auth.callback-url`;
  const word = (await cookies()).get(name)?.value;
  if (word === undefined || !URL.canParse(word, NEXTAUTH_URL)) return undefined;
  const { pathname, search } = new URL(word, NEXTAUTH_URL);
  return `${pathname}${search}`;
}

async function findActor(adapter: Adapter): Promise<StaffActor | null> {
  const token = (await cookies()).get(sessionCookieName())?.value;
  if (!token) return null;
  const found = await adapter.getSessionAndUser?.(token);
  return found ? (found.user as StaffUser).actor : null;
}

function authAdapter({ isByPerson = false } = {}): Adapter {
  const { OIDC_ISSUER: issuer, RECONNECT_ENVIRONMENT: environment } = env();
  return createAuthAdapter({ db, issuer, environment, origin: requestOrigin, isByPerson });
}

/** Lets staff in and puts everybody else on record. Returns true, or the address that says why not. */
async function admit(subject: string | undefined, profile: OidcProfile | undefined): Promise<true | string> {
  const email = profile?.email ?? null;
  const ctx = await requestContext({ type: "anonymous", email } as const);
  let memberId: string | null = null;
  if (subject && email && profile?.email_verified === true) {
    const person = { issuer: env().OIDC_ISSUER, subject, email };
    if (await bindSubject(ctx.db, ctx, person)) return true;
    memberId = await findRefusedMember(ctx.db, person);
  }
  const target = memberId === null ? null : ({ type: "staff_member", id: memberId } as const);
  await recordAuditEvent(ctx.db, ctx, { action: "staff.sign_in_refused", outcome: "denied", target });
  return "/sign-in?error=NotStaff";
}

function reasonOf(metadata: unknown): string {
  if (metadata instanceof Error) return metadata.message;
  const error = (metadata as { error?: unknown } | null)?.error;
  return error instanceof Error ? error.message : "unknown";
}

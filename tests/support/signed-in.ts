import { randomUUID } from "node:crypto";
import type { Role } from "#domain/permissions.ts";
import { createAuthAdapter } from "#platform/auth-adapter.ts";
import type { Database } from "#platform/database-client.ts";
import { localEnvironment } from "../../scripts/local-environment.ts";
import type { TestDatabase } from "./database.ts";

/** What `next/headers` gives to the code under test; null is nobody. Use it with `vi.mock("next/headers", …)`. */
export const request: { token: string | null } = { token: null };

export const nextHeaders = {
  cookies: async () => ({ get: () => (request.token === null ? undefined : { value: request.token }) }),
  headers: async () => new Headers({ "user-agent": "test" }),
};

/** What stands in for `next/navigation`, whose own cannot be loaded outside of Next. */
export const nextNavigation = {
  redirect: (address: string) => {
    throw new Error(`NEXT_REDIRECT ${address}`);
  },
  notFound: () => {
    throw new Error("NEXT_NOT_FOUND");
  },
};

/** The settings of a local desk on this database, for code that reads them from the environment. */
export function useEnvironmentOf(database: TestDatabase): void {
  const ports = { web: 3999, simulator: 3998, identityProvider: 3997 };
  Object.assign(process.env, localEnvironment(ports, database));
}

/** Makes the coming calls those of a new person of this role, signed in as the real sign-in would. */
export async function signInAs(db: Database, role: Role): Promise<void> {
  const id = randomUUID();
  const now = new Date();
  await db.staffMember.create({
    data: { id, email: `${id}@example.test`, name: `Test ${role}`, role, createdAt: now },
  });
  const origin = async () => ({ requestId: "request-1", ip: null, userAgent: null });
  const adapter = createAuthAdapter({ db: () => db, issuer: "http://issuer.test", environment: "simulator", origin });
  const token = randomUUID();
  await adapter.createSession?.({ sessionToken: token, userId: id, expires: new Date(now.getTime() + 3_600_000) });
  request.token = token;
}

import { randomUUID } from "node:crypto";
import type { Actor, StaffActor, SystemActor } from "#domain/actor.ts";
import type { StaffMemberId } from "#domain/ids.ts";
import type { Role } from "#domain/permissions.ts";
import { createDwollaClient, type DwollaClientOptions } from "#dwolla/client.ts";
import type { Context, Settings } from "#platform/context.ts";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";

/** A context as web and worker make it, with what a test has to end: its connections. */
export type TestContext<A extends Actor = Actor> = Context<A> & { close(): Promise<void> };

export type TestContextOptions<A extends Actor> = {
  appUrl: string;
  simulatorUrl: string;
  /** A system job unless given; a staff actor is put into the staff table. */
  actor?: A;
  settings?: Partial<Settings>;
  dwolla?: Partial<DwollaClientOptions>;
  now?: () => Date;
};

const SETTINGS: Omit<Settings, "dwollaApiUrl"> = {
  reauthRedirects: ["https://app.example.test/bank-return", "com.example.app"],
  reauthCooldownSeconds: 60,
  sweepBalanceChecks: "all",
  sweepConcurrency: 8,
  sweepIntervals: { list: 0, exchanges: 0, full: 60 },
  catchUpIntervalMinutes: 5,
  webhookUrl: "http://127.0.0.1:3999/api/webhooks/dwolla",
  webhookSecrets: [],
  webhookSilenceMinutes: 1_440,
  callsPerSecond: 10_000,
  callLogDays: 7,
};

/** Real Postgres through the app's own role, and real HTTP to the simulator; pauses between attempts take no time. */
export async function testContext<A extends Actor = SystemActor>(
  options: TestContextOptions<A>,
): Promise<TestContext<A>> {
  const { appUrl, simulatorUrl, settings, now = () => new Date() } = options;
  const actor = options.actor ?? systemActor();
  const db = createDatabaseClient({ url: appUrl, maxConnections: 5 });
  const dwolla = createDwollaClient({
    baseUrl: simulatorUrl,
    key: "local-key",
    secret: "local-secret",
    sleep: async () => {},
    ...options.dwolla,
  });
  if (actor.type === "staff") await insertStaffMember(db, actor, now());
  return {
    // Without an actor option A is SystemActor, which the compiler cannot see.
    actor: actor as A,
    environment: "simulator",
    origin: { requestId: randomUUID(), ip: "127.0.0.1", userAgent: "test" },
    now,
    db,
    dwolla,
    settings: { ...SETTINGS, dwollaApiUrl: simulatorUrl, ...settings },
    warn: () => {},
    async close() {
      await Promise.all([db.$disconnect(), dwolla.close()]);
    },
  };
}

export function systemActor(job = "test"): SystemActor {
  return { type: "system", job };
}

/** A new person each time, so that one database can hold several of a role. */
export function staffActor(role: Role): StaffActor {
  const id = randomUUID() as StaffMemberId;
  return {
    type: "staff",
    id,
    name: `Test ${role}`,
    email: `${role}-${id}@example.test`,
    role,
    sessionRef: randomUUID(),
  };
}

async function insertStaffMember(db: Database, { id, name, email, role }: StaffActor, createdAt: Date): Promise<void> {
  await db.staffMember.createMany({ data: [{ id, name, email, role, createdAt }], skipDuplicates: true });
}

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Role } from "#domain/permissions.ts";
import { createAuthAdapter, hashToken } from "#platform/auth-adapter.ts";
import { type Child, startChild } from "../../scripts/child-process.ts";
import { localEnvironment } from "../../scripts/local-environment.ts";
import { localLogins, migrateWithLocalLogins } from "../../scripts/local-logins.ts";
import { NEXT } from "../../scripts/next-build.ts";
import { freePort } from "../../scripts/ports.ts";
import { testContext } from "./context.ts";
import { policyExamples } from "./policy-examples.ts";
import { startGate } from "./policy-gate.ts";
import { startTestSimulator } from "./simulator.ts";
import { createDatabase } from "./world.ts";

export type PolicyDesk = Awaited<ReturnType<typeof startPolicyDesk>>;

/** Somebody with a sign-in of their own; `null` in place of one is who is not signed in. */
export interface Person {
  id: string;
  role: Role;
  sessionRef: string;
  cookie: string;
}

/** A row of the trail as the matrix compares it. */
export interface TrailRow {
  request_id: string;
  operation_id: string;
  action: string;
  phase: string;
  decision: string;
  outcome: string;
  actor_type: string;
  actor_id: string;
  actor_role: string | null;
  session_ref: string | null;
  target_type: string | null;
  target_id: string | null;
  details: Record<string, unknown>;
}

/**
 * The built web app with its own database and a simulated Dwolla behind a gate; no worker, so that nothing happens but what is
 * asked for. People are signed in through the storage of sign-ins, and ask by plain HTTP.
 */
export async function startPolicyDesk() {
  const { ownerUrl, drop } = await createDatabase(process.env.TEST_POSTGRES_URL);
  const database = localLogins(ownerUrl);
  const [, simulator, web, identityProvider] = await Promise.all([
    migrateWithLocalLogins(database),
    startTestSimulator({ customers: 5_000 }),
    freePort(),
    freePort(),
  ]);
  const gate = await startGate(simulator.url);
  const env = localEnvironment({ web, simulator: gate.port, identityProvider }, database);
  const child = startChild({
    name: "web",
    args: [NEXT, "start", "--port", String(web)],
    env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    logFile: `.data/log/test-policy-${web}.log`,
  });
  const webUrl = `http://localhost:${web}`;
  await untilAnswers(child, `${webUrl}/api/health/live`);
  const ctx = await testContext({
    appUrl: database.appUrl,
    simulatorUrl: simulator.url,
    settings: { webhookUrl: env.WEBHOOK_URL ?? "" },
  });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();

  return {
    webUrl,
    web: child,
    gate,
    ctx,
    database,
    examples: await policyExamples(ctx, simulator),
    actions: readBuiltActions(),
    async signIn(role: Role): Promise<Person> {
      const [id, token, createdAt] = [randomUUID(), randomUUID(), new Date()];
      const person = { id, email: `${id}@example.test`, name: `Test ${role}`, role, createdAt };
      await ctx.db.staffMember.create({ data: person });
      const adapter = createAuthAdapter({
        db: () => ctx.db,
        issuer: "http://issuer.test",
        environment: "simulator",
        origin: async () => ctx.origin,
      });
      await adapter.createSession?.({ sessionToken: token, userId: id, expires: createdAt });
      const { id: sessionRef } = await ctx.db.staffSession.findUniqueOrThrow({
        where: { tokenHash: hashToken(token) },
      });
      return { id, role, sessionRef, cookie: `reconnect-desk.session=${token}` };
    },
    /** Rows of the trail that match, in the order of recording. */
    async rows(column: "request_id" | "operation_id", values: readonly string[]): Promise<TrailRow[]> {
      const { rows } = await owner.query<TrailRow>(
        `SELECT *, body::json->'details' AS details FROM audit.event WHERE ${column}::text = ANY($1) ORDER BY recorded_at`,
        [values],
      );
      return rows;
    },
    /** What people have begun since they signed in. */
    async rowsOfActors(ids: readonly string[]): Promise<TrailRow[]> {
      const { rows } = await owner.query<TrailRow>(
        "SELECT * FROM audit.event WHERE actor_id = ANY($1) AND action <> 'staff.signed_in' ORDER BY recorded_at",
        [ids],
      );
      return rows;
    },
    async countRows(): Promise<number> {
      const { rows } = await owner.query<{ count: string }>("SELECT count(*) FROM audit.event");
      return Number(rows[0]?.count);
    },
    async stop(): Promise<void> {
      await child.stop();
      await Promise.all([ctx.close(), owner.end(), gate.stop(), simulator.stop()]);
      await drop();
    },
  };
}

export interface BuiltAction {
  id: string;
  /** Of a page that carries the action. */
  address: string;
}

/** Each action that was built, by file and name. An id in an address is any: an action does not look at the page it came by. */
function readBuiltActions(): Map<string, BuiltAction> {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
    node: Record<string, { filename: string; exportedName: string; workers: object }>;
    edge: object;
  };
  if (Object.keys(manifest.edge).length > 0) throw new Error("Actions at the edge are not in this matrix.");
  return new Map(
    Object.entries(manifest.node).map(([id, { filename, exportedName, workers }]) => {
      const page = Object.keys(workers).find((worker) => !worker.includes("/@")) ?? "";
      const address = page.replace(/^app|\/\([^/]*\)|\/page$/g, "").replace(/\[[^\]]*\]/g, randomUUID());
      return [`${filename} ${exportedName}`, { id, address: address || "/" }];
    }),
  );
}

async function untilAnswers(child: Child, url: string): Promise<void> {
  let hasEnded = false;
  void child.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await pause(50);
  }
  throw new Error(`The web app does not start (${child.logFile}).`);
}

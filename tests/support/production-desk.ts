import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Role } from "#domain/permissions.ts";
import { createAuthAdapter } from "#platform/auth-adapter.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { migrate } from "../../prisma/migrate.ts";
import { startChild } from "../../scripts/child-process.ts";
import { exampleEnvironment } from "../../scripts/local-environment.ts";
import { NEXT } from "../../scripts/next-build.ts";
import { freePort } from "../../scripts/ports.ts";
import { createDatabase } from "./world.ts";

const ADDRESS = "https://desk.company.test";

export type ProductionDesk = Awaited<ReturnType<typeof startProductionDesk>>;

/** The built web app as a production deployment runs it, with logins and secrets of its own. It asks nobody outside of this machine. */
export async function startProductionDesk({ callLog = "" }: { callLog?: "" | "metadata" | "bodies" } = {}) {
  const { ownerUrl, drop } = await createDatabase(process.env.TEST_POSTGRES_URL);
  const [appUrl, auditorUrl] = [withLogin(ownerUrl, "production_app"), withLogin(ownerUrl, "production_auditor")];
  const logins = [
    { url: appUrl, role: "reconnect_app" },
    { url: auditorUrl, role: "reconnect_auditor" },
  ] as const;
  await migrate({ ownerUrl, logins: [...logins] });
  const port = await freePort();
  const child = startChild({
    name: "web",
    args: [NEXT, "start", "--port", String(port)],
    env: {
      ...productionEnvironment(),
      DWOLLA_CALL_LOG: callLog,
      DATABASE_URL: appUrl,
      AUDITOR_DATABASE_URL: auditorUrl,
    },
    logFile: `.data/log/test-production-${port}.log`,
  });
  const webUrl = `http://localhost:${port}`;
  while (!(await fetch(`${webUrl}/api/health/live`).catch(() => null))?.ok) await pause(50);
  const db = createDatabaseClient({ url: appUrl, maxConnections: 2 });
  const auditor = createDatabaseClient({ url: auditorUrl, maxConnections: 1 });

  return {
    db,
    auditor,
    /** What an address answers to somebody with these cookies. */
    async visit(path: string, cookie: string | null, init: RequestInit = {}) {
      const headers = { ...(init.headers as Record<string, string>), ...(cookie !== null && { cookie }) };
      const response = await fetch(`${webUrl}${path}`, { ...init, headers, redirect: "manual" });
      const isEndless = response.headers.get("content-type")?.startsWith("text/event-stream");
      if (isEndless) await response.body?.cancel();
      return { status: response.status, text: isEndless ? "" : await response.text() };
    },
    /** As the desk's own pages send an action. */
    press: (id: string, input: object) => ({
      method: "POST",
      headers: {
        accept: "text/x-component",
        "content-type": "text/plain;charset=UTF-8",
        "next-action": id,
        origin: ADDRESS,
        "x-forwarded-host": new URL(ADDRESS).host,
      },
      body: JSON.stringify([input]),
    }),
    /** @returns the cookie of somebody new with this role. */
    async signIn(role: Role): Promise<string> {
      const [id, token, createdAt] = [randomUUID(), randomUUID(), new Date()];
      await db.staffMember.create({ data: { id, email: `${id}@company.test`, name: `Test ${role}`, role, createdAt } });
      const origin = { requestId: randomUUID(), ip: null, userAgent: null };
      const adapter = createAuthAdapter({
        db: () => db,
        issuer: "https://login.company.test",
        environment: "production",
        origin: async () => origin,
      });
      await adapter.createSession?.({ sessionToken: token, userId: id, expires: createdAt });
      return `__Host-reconnect-desk.session=${token}`;
    },
    async stop(): Promise<void> {
      await child.stop();
      await Promise.all([db.$disconnect(), auditor.$disconnect()]);
      await drop();
    },
  };
}

function productionEnvironment(): NodeJS.ProcessEnv {
  const secret = () => randomBytes(32).toString("hex");
  return {
    ...exampleEnvironment(),
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    RECONNECT_ENVIRONMENT: "production",
    NEXTAUTH_URL: ADDRESS,
    NEXTAUTH_SECRET: secret(),
    OIDC_ISSUER: "https://login.company.test",
    OIDC_CLIENT_SECRET: secret(),
    DWOLLA_API_URL: "https://api.dwolla.com",
    DWOLLA_KEY: secret(),
    DWOLLA_SECRET: secret(),
    DWOLLA_WEBHOOK_SECRETS: secret(),
    WEBHOOK_URL: `${ADDRESS}/api/webhooks/dwolla`,
    REAUTH_REDIRECTS: "https://app.company.test/bank-return,com.company.app",
  };
}

function withLogin(ownerUrl: string, name: string): string {
  const password = randomBytes(16).toString("hex");
  return Object.assign(new URL(ownerUrl), { username: name, password }).href;
}

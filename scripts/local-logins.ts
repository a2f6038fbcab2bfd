import { type MigrateOptions, migrate } from "../prisma/migrate.ts";

export interface DatabaseUrls {
  /** May change the schema; used by migrations and people only. */
  ownerUrl: string;
  /** What the web app and the worker connect as. */
  appUrl: string;
  /** What compliance reads the audit trail as. */
  auditorUrl: string;
}

/** The same database as the processes reach it: local logins, whose passwords are their names. */
export function localLogins(ownerUrl: string): DatabaseUrls {
  return {
    ownerUrl,
    appUrl: withLogin(ownerUrl, "reconnect_desk_app"),
    auditorUrl: withLogin(ownerUrl, "reconnect_desk_auditor"),
  };
}

/** Returns the names of the migrations that were applied. */
export async function migrateWithLocalLogins({ ownerUrl, appUrl, auditorUrl }: DatabaseUrls): Promise<string[]> {
  const logins: MigrateOptions["logins"] = [
    { url: appUrl, role: "reconnect_app" },
    { url: auditorUrl, role: "reconnect_auditor" },
  ];
  const { applied } = await migrate({ ownerUrl, logins });
  return applied;
}

function withLogin(ownerUrl: string, name: string): string {
  const url = new URL(ownerUrl);
  url.username = name;
  url.password = name;
  return url.href;
}

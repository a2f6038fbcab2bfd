import { type MigrateOptions, migrate } from "../prisma/migrate.ts";

export interface DatabaseUrls {
  /** May change the schema; used by migrations and people only. */
  ownerUrl: string;
  /** What the web app and the worker connect as. */
  appUrl: string;
  /** What compliance reads the audit trail as. */
  auditorUrl: string;
  /** What the sealer numbers and signs the audit trail as. */
  sealerUrl: string;
}

/** The same database as the processes reach it: local logins, whose passwords are their names. */
export function localLogins(ownerUrl: string): DatabaseUrls {
  return {
    ownerUrl,
    appUrl: withLogin(ownerUrl, "reconnect_desk_app"),
    auditorUrl: withLogin(ownerUrl, "reconnect_desk_auditor"),
    sealerUrl: withLogin(ownerUrl, "reconnect_desk_sealer"),
  };
}

/** Returns the names of the migrations that were applied. */
export async function migrateWithLocalLogins({ ownerUrl, ...urls }: DatabaseUrls): Promise<string[]> {
  const logins: MigrateOptions["logins"] = [
    { url: urls.appUrl, role: "reconnect_app" },
    { url: urls.auditorUrl, role: "reconnect_auditor" },
    { url: urls.sealerUrl, role: "reconnect_sealer" },
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

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ROLES } from "../app/_domain/permissions.ts";
import { createDatabaseClient } from "../app/_platform/database-client.ts";
import { uuidv7 } from "../app/_platform/uuid.ts";

/** One for each role, and a second of compliance: a review is signed off by another. */
const LOCAL_STAFF = [
  ...ROLES.map((role) => ({ address: role, name: `${role.charAt(0).toUpperCase()}${role.slice(1)}`, role })),
  { address: "compliance2", name: "Compliance Two", role: "compliance" as const },
];

/** The six people of the local identity provider. Leaves those alone who are there already. */
export async function seedLocalStaff(appUrl: string): Promise<void> {
  const db = createDatabaseClient({ url: appUrl, maxConnections: 1 });
  const now = new Date();
  try {
    await db.staffMember.createMany({
      data: LOCAL_STAFF.map(({ address, name, role }) => ({
        id: uuidv7(now),
        email: `${address}@example.test`,
        name: `${name} Example`,
        role,
        createdAt: now,
      })),
      skipDuplicates: true,
    });
  } finally {
    await db.$disconnect();
  }
}

/** `npm run db:seed`, for a desk whose processes are started one by one. */
async function main(): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const { DATABASE_URL: appUrl, RECONNECT_ENVIRONMENT } = process.env;
  // Among the six is an admin whom everybody knows.
  if (RECONNECT_ENVIRONMENT === "production") throw new Error("RECONNECT_ENVIRONMENT is production.");
  if (!appUrl) throw new Error("DATABASE_URL is missing.");
  await seedLocalStaff(appUrl);
  console.log("The six local sign-ins are on the staff list.");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(`The staff list was not seeded: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}

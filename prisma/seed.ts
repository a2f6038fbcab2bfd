import { ROLES } from "../app/_domain/permissions.ts";
import { createDatabaseClient } from "../app/_platform/database-client.ts";
import { uuidv7 } from "../app/_platform/uuid.ts";

/** The five people of the local identity provider, one for each role. Leaves those alone who are there already. */
export async function seedLocalStaff(appUrl: string): Promise<void> {
  const db = createDatabaseClient({ url: appUrl, maxConnections: 1 });
  const now = new Date();
  try {
    await db.staffMember.createMany({
      data: ROLES.map((role) => ({
        id: uuidv7(now),
        email: `${role}@example.test`,
        name: `${role.charAt(0).toUpperCase()}${role.slice(1)} Example`,
        role,
        createdAt: now,
      })),
      skipDuplicates: true,
    });
  } finally {
    await db.$disconnect();
  }
}

import { inject } from "vitest";
import { copyDatabase, type TestDatabase } from "./copied-database.ts";

export type { TestDatabase };

/** A migrated, empty database for one test file or one test. It fails without a database server, it never skips. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return copyDatabase(inject("templateUrl"));
}

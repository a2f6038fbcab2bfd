import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabaseClient, type Database } from "#platform/database-client.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { queryAsOwner } from "../support/owner-query.ts";

const TOKEN = "metrics-token-of-the-test-0123456789";

let database: TestDatabase;
let auditor: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  auditor = createDatabaseClient({ url: database.auditorUrl });
});

afterAll(async () => {
  await auditor?.$disconnect();
  await database?.drop();
});

describe("the metrics", () => {
  it("tell of the sealer's silence, what waits for a number, and open alarms", async () => {
    const { getSealFigures, renderMetrics } = await import("#features/metrics/data.ts");
    await queryAsOwner(
      database.ownerUrl,
      `INSERT INTO audit.sealer_status (beat_at, leader_since, size, checkpoint_size, patrolled_to)
         VALUES (now() - interval '90 s', now(), 12, 10, 0);
       INSERT INTO audit.alarm (kind, number, sentence) VALUES ('altered_row', 7, 'Event 7 was changed.');`,
    );
    const figures = await getSealFigures(auditor);
    const { text } = await renderMetrics(figures);

    expect(figures).toMatchObject({ sealed: 12, unsealed: 0, checkpointSize: 0, openAlarms: 1 });
    expect(figures.silentSeconds).toBeGreaterThanOrEqual(90);
    expect(text).toMatch(/^reconnect_audit_open_alarms 1$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });

  it("are there for nobody who does not bring the token, and for nobody where there is none", async () => {
    const { exampleEnvironment } = await import("../../scripts/local-environment.ts");
    const urls = { DATABASE_URL: database.appUrl, AUDITOR_DATABASE_URL: database.auditorUrl };
    Object.assign(process.env, exampleEnvironment(), urls, { METRICS_TOKEN: TOKEN });
    const { loadMetrics } = await import("#features/metrics/loaders.ts");

    for (const wrong of [null, "", TOKEN, `Bearer ${TOKEN}x`, "Bearer "]) expect(await loadMetrics(wrong)).toBeNull();
    expect((await loadMetrics(`Bearer ${TOKEN}`))?.text).toContain("reconnect_audit_unsealed_events 0");
  });
});

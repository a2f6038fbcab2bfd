import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StaffActor } from "#domain/actor.ts";
import { getRecordingTime } from "#features/audit/data.ts";
import { parseAuditAddress } from "#features/audit/schema.ts";
import { type AuditExporter, exportAuditCopy } from "#features/audit-exports/mutations.ts";
import type { CopyFormat } from "#features/audit-exports/schema.ts";
import { copyOutFrom } from "#platform/copy-out.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { fileDownload } from "#platform/file-download.ts";
import { auditRows } from "../support/audit-rows.ts";
import { staffActor, type TestContext, testContext } from "../support/context.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { FORMULAS } from "../support/formulas.ts";
import { queryAsOwner } from "../support/owner-query.ts";

/** More than sockets hold between server and reader, and many recorded in the same microsecond. */
const EVENTS = 5_000;
const SAME_INSTANT = 300;
const LONG_REASON = "r".repeat(3_000);
const ACTION = "sweep.requested";
const FILTER = { q: `action:${ACTION}` };

let database: TestDatabase;
let compliance: TestContext<StaffActor>;
let exporter: AuditExporter;

beforeAll(async () => {
  database = await createTestDatabase();
  const actor = staffActor("compliance");
  compliance = await testContext({ appUrl: database.appUrl, simulatorUrl: "http://127.0.0.1:1", actor });
  exporter = {
    ...compliance,
    auditorDb: createDatabaseClient({ url: database.auditorUrl, maxConnections: 2 }),
    copyOut: copyOutFrom(database.auditorUrl),
  };
  await insertEvents(ACTION, Array<string>(EVENTS).fill(LONG_REASON));
});

afterAll(async () => {
  await Promise.all([compliance?.close(), exporter?.auditorDb.$disconnect()]);
  await database?.drop();
});

describe("a convenience copy of the trail", () => {
  it("says what it is, and holds every row of the filter, newest first", async () => {
    const lines = (await textOf(await copyOf("csv"))).split("\n");
    expect(lines[0]).toMatch(/^"Convenience copy, not evidence/);
    expect(lines[1]).toMatch(/^recorded_at,occurred_at,event_id,/);
    expect(lines.slice(2, -2).map((line) => line.split(",")[2])).toEqual(await allIds());
    expect(lines.slice(-2)).toEqual([`End of export: ${EVENTS} rows`, ""]);
  });

  it("is on record before its first line, and again with its count when it is complete", async () => {
    const parts = await copyOf("csv", { q: "action:exchange.checked" });
    const facts = { copy: "csv", q: "action:exchange.checked" };
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "pending", details: facts });
    await textOf(parts);
    const [intent, outcome] = await lastExports(2);
    expect(outcome).toMatchObject({
      outcome: "succeeded",
      operation_id: intent?.operation_id,
      actor_id: compliance.actor.id,
      details: { ...facts, rows: 0 },
    });
  });

  it("is not begun when it cannot be put on record", async () => {
    const ctx = { ...exporter, origin: { ...exporter.origin, requestId: "" } };
    await expect(copyOf("csv", FILTER, { ctx })).rejects.toMatchObject({ name: "ZodError" });
  });

  it("gives each event as a line of JSON with the text that is hashed", async () => {
    await insertEvents("staff.added", ["said: yes"]);
    const [note, row, end] = (await textOf(await copyOf("jsonl", { q: "action:staff.added" }))).trim().split("\n");
    expect(note).toContain("not evidence");
    expect(JSON.parse(row ?? "")).toEqual({
      body: { "a\\b": "é" },
      recordedAt: expect.stringMatching(/^2026-\d\d-\d\dT[\d:.]+\+00:00$/),
    });
    expect(JSON.parse(end ?? "")).toEqual({ endOfExport: { rows: 1 } });
  });

  it("takes what people typed as text, never as a part of its statement", async () => {
    for (const ticket of ["'", "\\';SELECT(1)--", "$1"])
      expect(await textOf(await copyOf("csv", { q: `ticket:${ticket}` }))).toContain("End of export: 0 rows");
  });
});

describe("a spreadsheet", () => {
  const formulas = [...FORMULAS, '=HYPERLINK("http://example.test")\n=1+1'];
  const harmless = ["a=1", "1-2", "customer called", "„said“", "(=1)"];

  it("runs no text of a row as a formula, nor takes a line end in it for a row", async () => {
    await insertEvents("staff.enabled", [...formulas, ...harmless]);
    const text = await textOf(await copyOf("csv", { q: "action:staff.enabled" }));
    for (const formula of formulas) expect(text).toMatch(asCell(`'${formula}`));
    for (const words of harmless) expect(text).toMatch(asCell(words));
  });
});

describe("a copy that breaks off", () => {
  it("says so in its last line, reports the cause, and is a failed export on record", async () => {
    const failures: unknown[] = [];
    const parts = await copyOf("csv", FILTER, { onFailure: (error) => failures.push(error) });
    for (const _ of [1, 2]) await parts.next();
    await queryAsOwner(
      database.ownerUrl,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()",
    );
    const rest = await textOf(parts);
    expect(rest.split("\n").slice(-2)).toEqual([
      `EXPORT ENDED EARLY: this file is incomplete. Request id ${exporter.origin.requestId}`,
      "",
    ]);
    expect(failures).toHaveLength(1);
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "failed", details: { problem: "broken_off" } });
  });

  it("lets go of the database when its reader leaves, and is a failed export on record", async () => {
    const reader = fileDownload({ filename: "a.csv", type: "text/csv", parts: await copyOf("csv") }).body?.getReader();
    for (const _ of [1, 2]) await reader?.read();
    await reader?.cancel();
    expect((await lastExports(1))[0]).toMatchObject({ outcome: "failed", details: { problem: "reader_left" } });
    await expect.poll(copiesUnderWay).toBe(0);
  });
});

async function copyOf(
  format: CopyFormat,
  address: Record<string, string> = FILTER,
  { ctx = exporter, onFailure = (error: unknown): void => expect.unreachable(String(error)) } = {},
) {
  const { filter, ignored } = parseAuditAddress(address, await getRecordingTime(exporter.auditorDb));
  expect(ignored).toEqual([]);
  return exportAuditCopy({ ctx, input: { filter, format, onFailure } });
}

/** As the browser gets it. */
function textOf(parts: AsyncGenerator<Buffer>): Promise<string> {
  return fileDownload({ filename: "audit.csv", type: "text/csv", parts }).text();
}

/** A whole cell, in quotes or not. */
function asCell(text: string): RegExp {
  const literal = text.replaceAll('"', '""').replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return new RegExp(`[,"]${literal}[,"]`);
}

async function lastExports(count: number) {
  return (await auditRows(database.auditorUrl, { action: "audit.exported" })).slice(-count);
}

async function copiesUnderWay(): Promise<number> {
  const rows = await queryAsOwner(
    database.ownerUrl,
    "SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()",
  );
  return rows.length;
}

async function allIds(): Promise<unknown[]> {
  const rows = await queryAsOwner(
    database.ownerUrl,
    "SELECT event_id FROM audit.event WHERE action = $1 ORDER BY recorded_at DESC, event_id DESC",
    [ACTION],
  );
  return rows.map(({ event_id }) => event_id);
}

async function insertEvents(action: string, reasons: string[]): Promise<void> {
  await queryAsOwner(
    database.ownerUrl,
    `INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, recorded_at, schema_version, environment,
       actor_type, actor_id, action, decision, outcome, request_id, reason, body)
     SELECT gen_random_uuid(), gen_random_uuid(), 'single', now(), now() - greatest(n - ${SAME_INSTANT}, 0) * interval '1 microsecond',
       1, 'simulator', 'system', 'test', $1, 'allow', 'succeeded', 'request', reason, '{"a\\\\b":"é"}'
     FROM unnest($2::text[]) WITH ORDINALITY AS t(reason, n)`,
    [action, reasons],
  );
}

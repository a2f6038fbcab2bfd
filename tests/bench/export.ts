import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { runProgram } from "../../scripts/shutdown.ts";
import type { ExportMeasure, ExportTask } from "./programs/audit-exporter.ts";
import { startDurableDatabase } from "./support/durable-postgres.ts";
import { fillTrail } from "./support/filled-trail.ts";
import { readPairs } from "./support/options.ts";
import { connectOwner } from "./support/owner.ts";
import { measurePairs, medianOf, type PairsResult, sameAgainstSame } from "./support/pairs.ts";
import { type Program, startProgram } from "./support/program.ts";
import { type Figure, report } from "./support/report.ts";
import { sealDatabase } from "./support/sealed-database.ts";

/** What the floor reads: the same facts of the same rows in the same order, as they stand, with nothing guarded and no names. */
const FLOOR_COLUMNS = {
  csv: `recorded_at, occurred_at, event_id, operation_id, phase, environment, actor_type, actor_id, actor_role, session_ref, action,
    target_type, target_id, customer_id, decision, outcome, upstream_status, upstream_code, upstream_request_id, reason, ticket, request_id`,
  jsonl: "body, recorded_at",
} as const;
const REACH = { rate: { least: 0.85 }, growth: { most: 64 } } as const;
const BUNDLE_RUNS = 3;

/** Exports through the code of the routes against `psql`'s own COPY, both as the auditor and both thrown away as they come. */
await runProgram(async (cleanup) => {
  const { rows, withBundle } = readOptions();
  const { pairs } = readPairs();
  const database = await startDurableDatabase(cleanup);
  const owner = await connectOwner(cleanup, database.ownerUrl);
  await fillTrail(owner, rows);
  const program = await startProgram<object>(cleanup, "audit-exporter", {
    APP_URL: database.appUrl,
    AUDITOR_URL: database.auditorUrl,
  });
  const copies = [];
  for (const kind of ["csv", "jsonl"] as const) {
    const measures: ExportMeasure[] = [];
    const ours = async () => {
      const measure = await exportOnce(program, kind);
      measures.push(measure);
      return (1000 * rows) / measure.ms;
    };
    const floor = async () => (1000 * rows) / (await psqlCopy(database.auditorUrl, FLOOR_COLUMNS[kind]));
    const result = await measurePairs({ pairs, ours, floor });
    // The very first run only warms up.
    copies.push({ kind, measures: measures.slice(1), result });
  }
  const bundles: ExportMeasure[] = [];
  if (withBundle) {
    await sealDatabase(database.ownerUrl);
    await exportOnce(program, "bundle");
    for (let run = 0; run < BUNDLE_RUNS; run += 1) bundles.push(await exportOnce(program, "bundle"));
  }
  await report("export", {
    ownerUrl: database.ownerUrl,
    figures: [
      ...copies.flatMap(({ kind, measures, result }) => copyFigures(kind, rows, measures, result)),
      ...(bundles.length > 0 ? memoryFigures("bundle", rows, bundles) : []),
    ],
    notes: [
      `${rows} rows, ${pairs} pairs. The floor: psql, \\copy of the same rows in the same order to /dev/null, values as they stand.`,
      "Growth: the most that the exporting process held above its start, in any tenth of the file; flat is the last tenth less the second.",
    ],
    details: { rows, copies, bundles },
  });
  return 0;
});

function readOptions(): { rows: number; withBundle: boolean } {
  const { values } = parseArgs({
    options: { rows: { type: "string" }, copies: { type: "boolean", default: false } },
    strict: false,
  });
  return { rows: Number(values.rows ?? 1_000_000), withBundle: values.copies !== true };
}

function exportOnce(program: Program, kind: ExportTask["kind"]): Promise<ExportMeasure> {
  return program.ask<ExportMeasure>({ kind } satisfies ExportTask);
}

async function psqlCopy(url: string, columns: string): Promise<number> {
  const select = `SELECT ${columns.replace(/\s+/g, " ")} FROM audit.event ORDER BY recorded_at DESC, event_id DESC`;
  const startedAt = performance.now();
  const psql = spawn("psql", [url, "-qc", `\\copy (${select}) TO '/dev/null' CSV HEADER`], { stdio: "inherit" });
  const [code] = await once(psql, "exit");
  if (code !== 0) throw new Error(`psql ended with code ${code}; this bench needs it.`);
  return performance.now() - startedAt;
}

function copyFigures(kind: string, rows: number, measures: ExportMeasure[], result: PairsResult): Figure[] {
  const rate = {
    name: `${kind}: rate / psql's COPY`,
    value: result.median,
    interval: result.interval,
    target: REACH.rate,
  };
  return [rate, sameAgainstSame(`${kind}: `, result), ...memoryFigures(kind, rows, measures)];
}

function memoryFigures(kind: string, rows: number, measures: ExportMeasure[]): Figure[] {
  const median = (of: (measure: ExportMeasure) => number) => medianOf(measures.map(of));
  return [
    { name: `${kind}: rows a second`, value: median(({ ms }) => (1000 * rows) / ms) },
    {
      name: `${kind}: CPU of the exporting process, a row`,
      value: median(({ cpuMs }) => (1000 * cpuMs) / rows),
      unit: "us",
    },
    {
      name: `${kind}: memory growth, most`,
      value: Math.max(...measures.flatMap(({ growthMb }) => growthMb)),
      unit: "MB",
      target: REACH.growth,
    },
    {
      name: `${kind}: memory growth, last tenth less second`,
      value: median(({ growthMb }) => (growthMb[9] ?? 0) - (growthMb[1] ?? 0)),
      unit: "MB",
    },
  ];
}

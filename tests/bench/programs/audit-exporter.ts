import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { type AuditExporter, exportAuditBundle, exportAuditCopy } from "#features/audit-exports/mutations.ts";
import { copyOutFrom } from "#platform/copy-out.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { fileDownload } from "#platform/file-download.ts";

export interface ExportTask {
  kind: "csv" | "jsonl" | "bundle";
  /** Where the export is kept; without one it is thrown away as it comes. */
  file?: string;
}

export interface ExportMeasure {
  ms: number;
  bytes: number;
  cpuMs: number;
  /** Megabytes of the process above what it held at the start of the export: in each tenth of the bytes that came. */
  growthMb: number[];
}

/** Exports all events as the routes do, and reads the answer as fast as it comes. */
const { APP_URL = "", AUDITOR_URL = "" } = process.env;
const ctx: AuditExporter = {
  actor: { type: "system", job: "bench" },
  environment: "simulator",
  origin: { requestId: randomUUID(), ip: null, userAgent: null },
  now: () => new Date(),
  db: createDatabaseClient({ url: APP_URL, maxConnections: 2 }),
  auditorDb: createDatabaseClient({ url: AUDITOR_URL, maxConnections: 2 }),
  copyOut: copyOutFrom(AUDITOR_URL),
};
const SAMPLE_EVERY_MS = 20;
const MEGABYTE = 1024 * 1024;

process.on("message", async (task: ExportTask) => process.send?.(await measure(task)));
process.send?.({});

async function measure({ kind, file }: ExportTask): Promise<ExportMeasure> {
  global.gc?.();
  const [before, startedAt, cpu] = [process.memoryUsage.rss(), performance.now(), process.cpuUsage()];
  const samples: { bytes: number; rss: number }[] = [];
  let bytes = 0;
  const timer = setInterval(() => samples.push({ bytes, rss: process.memoryUsage.rss() }), SAMPLE_EVERY_MS);
  const response = fileDownload({ filename: "export", type: "application/octet-stream", parts: await partsOf(kind) });
  const kept = file === undefined ? null : createWriteStream(file);
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (kept && !kept.write(chunk)) await once(kept, "drain");
  }
  if (kept) await finished(kept.end());
  clearInterval(timer);
  const { user, system } = process.cpuUsage(cpu);
  const growthMb = Array.from({ length: 10 }, (_, tenth) => {
    const within = samples.filter((sample) => Math.min(9, Math.floor((10 * sample.bytes) / bytes)) === tenth);
    return Math.max(0, ...within.map(({ rss }) => (rss - before) / MEGABYTE));
  });
  return { ms: performance.now() - startedAt, bytes, cpuMs: (user + system) / 1000, growthMb };
}

async function partsOf(kind: ExportTask["kind"]): Promise<AsyncGenerator<Uint8Array, unknown>> {
  const filter = { terms: [], me: "nobody", from: new Date(0), until: new Date(), isOpen: true, period: null };
  if (kind !== "bundle") {
    const onFailure = (error: unknown) => {
      throw error;
    };
    return exportAuditCopy({ ctx, input: { filter, format: kind, onFailure } });
  }
  const result = await exportAuditBundle({ ctx, input: { filter } });
  if (!result.ok) throw new Error(result.reason);
  return result.parts;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runProgram } from "../../scripts/shutdown.ts";
import type { ExportMeasure, ExportTask } from "./programs/audit-exporter.ts";
import { startDurableDatabase } from "./support/durable-postgres.ts";
import { fillTrail } from "./support/filled-trail.ts";
import { readPairs } from "./support/options.ts";
import { connectOwner } from "./support/owner.ts";
import { measurePairs } from "./support/pairs.ts";
import { startProgram } from "./support/program.ts";
import { report } from "./support/report.ts";
import { sealDatabase } from "./support/sealed-database.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const REACH = { ratio: { most: 1.5 }, seconds: { most: 60 } } as const;

/** Tells at its end, on a pipe, what CPU it has used: nobody can ask a process that is gone. */
const TELL_CPU = `data:text/javascript,import { writeSync } from "node:fs";
  process.on("exit", () => writeSync(3, JSON.stringify(process.cpuUsage())));`;

/** Proves a bundle, alone in a folder with its key, against hashing the same texts once, and each pair of hashes up to the root. */
await runProgram(async (cleanup) => {
  const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" } }, strict: false });
  const rows = Number(values.rows);
  const { pairs } = readPairs();
  const database = await startDurableDatabase(cleanup);
  const owner = await connectOwner(cleanup, database.ownerUrl);
  await fillTrail(owner, rows);
  const vkey = await sealDatabase(database.ownerUrl);

  const folder = await mkdtemp(join(tmpdir(), "reconnect-desk-verify-"));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  await copyFile(at("../../scripts/audit-verify.mjs"), join(folder, "audit-verify.mjs"));
  await writeFile(join(folder, "audit.pub"), `${vkey}\n`);
  const exporter = await startProgram<object>(cleanup, "audit-exporter", {
    APP_URL: database.appUrl,
    AUDITOR_URL: database.auditorUrl,
  });
  const file = (name: string) => join(folder, name);
  const { bytes } = await exporter.ask<ExportMeasure>({
    kind: "bundle",
    file: file("bundle.zip"),
  } satisfies ExportTask);
  await exporter.ask<ExportMeasure>({ kind: "jsonl", file: file("events.jsonl") } satisfies ExportTask);

  const proofs: Finished[] = [];
  const ours = async () => {
    const proof = await run(folder, ["audit-verify.mjs", "bundle.zip"]);
    proofs.push(proof);
    return proof.ms;
  };
  const floor = async () => (await run(folder, [at("programs/floor-hash.mjs"), "events.jsonl"])).ms;
  const time = await measurePairs({ pairs, ours, floor });
  const slowest = Math.max(...proofs.slice(1).map(({ ms }) => ms)) / 1000;
  await report("verify", {
    ownerUrl: database.ownerUrl,
    figures: [
      { name: "time / hashing the same texts", value: time.median, interval: time.interval, target: REACH.ratio },
      { name: "the floor against itself", value: time.sameAgainstSame },
      { name: "seconds, the slowest", value: slowest, target: REACH.seconds },
      { name: "CPU seconds, the least", value: Math.min(...proofs.map(({ cpuMs }) => cpuMs)) / 1000 },
    ],
    notes: [`A bundle of ${rows} rows, ${Math.round(bytes / 1e6)} MB; ${pairs} pairs.`],
    details: { rows, bytes, time, proofs },
  });
  return 0;
});

interface Finished {
  ms: number;
  cpuMs: number;
}

/** A program on its own, which has to end well. */
async function run(cwd: string, args: string[]): Promise<Finished> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--import", TELL_CPU, ...args], {
    cwd,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const [told] = await Promise.all([text(child.stdio[3] as Readable), once(child, "exit")]);
  if (child.exitCode !== 0) throw new Error(`${args[0]} ended with code ${child.exitCode}.`);
  const { user, system } = JSON.parse(told) as NodeJS.CpuUsage;
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

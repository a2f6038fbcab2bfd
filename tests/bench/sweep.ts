import { parseArgs } from "node:util";
import { LANES } from "#features/sweep-pages/schema.ts";
import { runProgram } from "../../scripts/shutdown.ts";
import { type BenchDesk, runSweep, startBenchDesk } from "./support/desk.ts";
import { readPairs } from "./support/options.ts";
import { connectOwner, type DatabaseCost, type Owner } from "./support/owner.ts";
import { measurePairs, medianOf, sameAgainstSame } from "./support/pairs.ts";
import { type ProcessUse, useOf } from "./support/process-use.ts";
import { type Program, startProgram } from "./support/program.ts";
import { type Figure, report } from "./support/report.ts";

const FULL_CONCURRENCY = 8;

/** The first sweep of a world that nobody limits, by the real worker, against a program that makes the same calls and does the least with them. */
await runProgram(async (cleanup) => {
  const { mode, customers } = readOptions();
  const { pairs } = readPairs();
  const env = { DWOLLA_CALLS_PER_SECOND: "10000", SWEEP_CONCURRENCY: String(FULL_CONCURRENCY) };
  const desk = await startBenchDesk(cleanup, { customers, env });
  const owner = await connectOwner(cleanup, desk.database.ownerUrl);
  await owner.createFloorTables();
  const worker = desk.startWorker("worker");
  const floor = await startProgram(cleanup, "floor-sweep", {
    DWOLLA_API_URL: desk.simulator.url,
    FLOOR_DATABASE_URL: desk.database.ownerUrl,
    FLOOR_AT_ONCE: String(mode === "list" ? LANES.length : FULL_CONCURRENCY),
  });
  const sides = { owner, ...sidesOf({ desk, owner, floor, mode, paths: await pathsOf(desk, owner, mode) }) };

  const time = await measurePairs({
    pairs,
    ours: async () => (await sides.ours()).ms,
    floor: async () => (await sides.floor()).ms,
  });
  const ours = await twinsOf(desk, owner, worker.pid, sides.ours);
  const its = await twinsOf(desk, owner, floor.pid, sides.floor);
  const inverse = time.interval.map((ratio) => 1 / ratio).reverse() as [number, number];
  await report("sweep", {
    ownerUrl: desk.database.ownerUrl,
    figures: [
      { name: "floor's time / our time", value: 1 / time.median, interval: inverse, target: { least: 0.9 } },
      sameAgainstSame("", time),
      { name: "our time", value: medianOf(time.ours) / 1000, unit: "s" },
      { name: "customers a second", value: customers / (medianOf(time.ours) / 1000) },
      ...twinFigures(ours, its, customers),
    ],
    notes: [
      `${mode}, ${customers} customers, ${pairs} pairs, ${mode === "list" ? LANES.length : FULL_CONCURRENCY} calls at once.`,
    ],
    details: { mode, customers, time, ours, floor: its },
  });
  return 0;
});

function readOptions(): { mode: "list" | "full"; customers: number } {
  const { values } = parseArgs({
    options: { mode: { type: "string", default: "list" }, customers: { type: "string" }, pairs: { type: "string" } },
  });
  const mode = values.mode === "full" ? "full" : "list";
  return { mode, customers: Number(values.customers ?? (mode === "full" ? 1_000 : 100_000)) };
}

/** What our sweep asks for. The first one of all also asks who the partners are. */
async function pathsOf(desk: BenchDesk, owner: Owner, mode: "list" | "full"): Promise<string[]> {
  await runSweep(desk, mode);
  await owner.forgetCustomers();
  await desk.simulator.clearRequests();
  await runSweep(desk, mode);
  const requests = await desk.simulator.requests({ method: "GET" });
  return requests.map(({ path }) => path);
}

interface Sides {
  desk: BenchDesk;
  owner: Owner;
  floor: Program;
  mode: "list" | "full";
  paths: string[];
}

type Side = () => Promise<{ ms: number }>;

function sidesOf({ desk, owner, floor, mode, paths }: Sides): { ours: Side; floor: Side } {
  return {
    async ours() {
      await owner.forgetCustomers();
      const startedAt = performance.now();
      await runSweep(desk, mode);
      return { ms: performance.now() - startedAt };
    },
    async floor() {
      await owner.forgetCustomers();
      return floor.ask<{ ms: number }>({ paths });
    },
  };
}

type Twins = DatabaseCost & ProcessUse & { calls: number };

/** What does not depend on how busy the machine is. */
async function twinsOf({ simulator }: BenchDesk, owner: Owner, pid: number, side: Side): Promise<Twins> {
  await simulator.clearStatistics();
  const { result, cost } = await owner.costOf(() => useOf(pid, side));
  const { calls } = await simulator.statistics();
  return { ...cost, ...result.use, calls };
}

function twinFigures(ours: Twins, floor: Twins, customers: number): Figure[] {
  const twin = (name: string, of: (twins: Twins) => number, unit?: string): Figure => ({
    name: `${name}, ours (floor ${of(floor).toPrecision(3)})`,
    value: of(ours),
    ...(unit && { unit }),
  });
  return [
    twin("CPU per customer", ({ cpuMs }) => (cpuMs * 1000) / customers, "us"),
    twin("statements per 1000 customers", ({ statements }) => (statements * 1000) / customers),
    twin("WAL per customer", ({ walBytes }) => walBytes / customers, "B"),
    twin("bytes sent per customer", ({ bytesWritten }) => bytesWritten / customers, "B"),
    twin("calls per 1000 customers", ({ calls }) => (calls * 1000) / customers),
  ];
}

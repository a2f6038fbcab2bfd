import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "../../scripts/child-process.ts";
import { freePort } from "../../scripts/ports.ts";
import { runProgram } from "../../scripts/shutdown.ts";
import { createApiCaller } from "../contract/api-caller.ts";
import { report } from "./support/report.ts";

const CUSTOMERS = 1_000_000;
const PAGE = 200;
const AT_ONCE = 8;
const MOST_MB = 300;
const START_TIMEOUT_MS = 60_000;

/** The memory of a simulated Dwolla of a million customers while all of them are listed. */
await runProgram(async (cleanup) => {
  const port = await freePort();
  const args = ["--import", "tsx", "simulator/main.ts", "--customers", String(CUSTOMERS), "--port", String(port)];
  const simulator = startChild({ name: "simulator", args, env: {}, logFile: ".data/log/bench/simulator.log" });
  cleanup.add(simulator.stop);
  const api = await callerOnceItAnswers(`http://127.0.0.1:${port}`);
  const offsets = Array.from({ length: CUSTOMERS / PAGE }, (_, page) => page * PAGE);
  let listed = 0;
  const list = async () => {
    for (let offset = offsets.pop(); offset !== undefined; offset = offsets.pop()) {
      const { body } = await api.get(`/customers?limit=${PAGE}&offset=${offset}`);
      listed += body._embedded.customers.length;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, list));
  if (listed !== CUSTOMERS) throw new Error(`${listed} of ${CUSTOMERS} customers were listed.`);
  await report("simulator", {
    figures: [
      { name: "peak resident memory", value: peakMegabytes(simulator.pid), unit: "MB", target: { most: MOST_MB } },
      { name: "customers listed a second", value: (CUSTOMERS / (performance.now() - began)) * 1000 },
    ],
    notes: [`${CUSTOMERS} customers in pages of ${PAGE}, ${AT_ONCE} at once.`],
  });
  return 0;
});

async function callerOnceItAnswers(url: string) {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const api = await createApiCaller(url).catch(() => null);
    if (api !== null) return api;
    if (Date.now() > giveUpAt) throw new Error("The simulator does not answer.");
    await sleep(50);
  }
}

/** NaN where there is no /proc. */
function peakMegabytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

import { Pool } from "undici";
import type { ExchangeId } from "#domain/ids.ts";
import { createDwollaClient } from "#dwolla/client.ts";
import { CUSTOMERS_PAGE_MAX } from "#dwolla/customers.ts";
import { DEFAULT_LIMITS } from "#dwolla/request.ts";
import { runProgram } from "../../scripts/shutdown.ts";
import { readPairs } from "./support/options.ts";
import { measurePairs, medianOf, type PairsResult, sameAgainstSame } from "./support/pairs.ts";
import { startProgram } from "./support/program.ts";
import { type Figure, report } from "./support/report.ts";

const AT_ONCE = DEFAULT_LIMITS.maxConnections;
const SMALL_CALLS = 12_000;
const LARGE_CALLS = 500;

/** Our client against a bare Pool.request and JSON.parse, from the same process to the same server in another one. */
await runProgram(async (cleanup) => {
  const { pairs } = readPairs();
  const server = await startProgram<{ port: number; exchangeId: ExchangeId }>(cleanup, "fixed-answers");
  const { port, exchangeId } = server.hello;
  const baseUrl = `http://127.0.0.1:${port}`;
  const pool = new Pool(baseUrl, { connections: AT_ONCE, pipelining: 1 });
  const client = createDwollaClient({ baseUrl, key: "key", secret: "secret" });
  cleanup.add(async () => void (await Promise.all([pool.destroy(), client.close()])));

  const headers = { authorization: "Bearer token", accept: "application/vnd.dwolla.v1.hal+json" };
  const bare = (path: string) => async () => {
    const { body } = await pool.request({ method: "GET", path, headers });
    return body.json();
  };
  const query = { limit: CUSTOMERS_PAGE_MAX, offset: 0 };
  const small = await compare({
    pairs,
    calls: SMALL_CALLS,
    ours: () => client.getExchange(exchangeId),
    floor: bare(`/exchanges/${exchangeId}`),
  });
  const large = await compare({
    pairs,
    calls: LARGE_CALLS,
    ours: () => client.listCustomers(query),
    floor: bare(`/customers?limit=${query.limit}&offset=${query.offset}`),
  });
  await report("client", {
    figures: [...figuresOf("150-byte answers", small, 0.92), ...figuresOf("289-KB answers", large, 0.98)],
    notes: [`${pairs} pairs of ${SMALL_CALLS} and ${LARGE_CALLS} calls, ${AT_ONCE} at once.`],
    details: { small, large },
  });
  return 0;
});

interface Comparison {
  rate: PairsResult;
  oursCpuUs: number;
  floorCpuUs: number;
}

async function compare({
  pairs,
  calls,
  ours,
  floor,
}: {
  pairs: number;
  calls: number;
  ours: () => Promise<unknown>;
  floor: () => Promise<unknown>;
}): Promise<Comparison> {
  const oursCpuUs: number[] = [];
  const floorCpuUs: number[] = [];
  const rate = await measurePairs({
    pairs,
    ours: () => rateOf(calls, ours, oursCpuUs),
    floor: () => rateOf(calls, floor, floorCpuUs),
  });
  return { rate, oursCpuUs: medianOf(oursCpuUs), floorCpuUs: medianOf(floorCpuUs) };
}

/** Calls per second; what a call cost the processor goes to `cpuUs`. */
async function rateOf(calls: number, call: () => Promise<unknown>, cpuUs: number[]): Promise<number> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let left = calls;
  const work = async () => {
    for (; left > 0; left -= 1) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  cpuUs.push((user + system) / calls);
  return calls / seconds;
}

function figuresOf(name: string, { rate, oursCpuUs, floorCpuUs }: Comparison, least: number): Figure[] {
  return [
    { name: `${name}: rate`, value: rate.median, interval: rate.interval, target: { least } },
    sameAgainstSame(`${name}: `, rate),
    { name: `${name}: CPU per call, the floor's share of ours`, value: floorCpuUs / oursCpuUs },
    { name: `${name}: CPU per call, ours`, value: oursCpuUs, unit: "us" },
    { name: `${name}: CPU per call, floor`, value: floorCpuUs, unit: "us" },
  ];
}

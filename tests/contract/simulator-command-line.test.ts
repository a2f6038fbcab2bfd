import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { readCommandLine } from "../../simulator/command-line.ts";
import { startTestSimulator } from "../support/simulator.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) if (child.exitCode === null) child.kill("SIGKILL");
});

function startCommand(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", "simulator/main.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  createInterface(child.stderr).on("line", (line) => errors.push(line));
  started.push(child);
  return { child, errors, lines: createInterface(child.stdout), ended: once(child, "close") };
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "starts, says where it is, and ends cleanly on %s though a request hangs",
  async (signal) => {
    const { child, lines, ended, errors } = startCommand("--port", "0", "--customers", "50");
    const [line] = await once(lines, "line");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
    expect(line).toContain("50 customers of seed 1");
    await fetch(`${url}/__simulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ path: "/token", fault: { kind: "hang" } }),
    });
    const hanging = fetch(`${url}/token`, { method: "POST" }).catch(() => "cut off");
    await expect.poll(async () => (await fetch(`${url}/__simulator/requests`)).text()).toContain("/token");
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(await hanging).toBe("cut off");
    expect(errors).toEqual([]);
  },
);

test("says in one line that its port is taken", async () => {
  const other = await startTestSimulator({ customers: 1 });
  const { ended, errors } = startCommand("--port", new URL(other.url).port);
  expect(await ended).toEqual([1, null]);
  await other.stop();
  expect(errors).toEqual([
    `Simulator: port ${new URL(other.url).port} is in use; choose another with --port or SIMULATOR_PORT.`,
  ]);
});

describe("the options", () => {
  test("have defaults, and the port may come from the environment", () => {
    expect(readCommandLine([], {})).toEqual({ customers: 2000, seed: 1, port: 4010 });
    expect(readCommandLine(["--customers", "1000000", "--seed=9"], { SIMULATOR_PORT: "4711" })).toEqual({
      customers: 1_000_000,
      seed: 9,
      port: 4711,
    });
    expect(readCommandLine(["--port", "4712"], { SIMULATOR_PORT: "4711" }).port).toBe(4712);
  });

  test("name the folder of scenarios, also from the environment", () => {
    const here = resolve("simulator/scenarios");
    expect(readCommandLine(["--scenarios", "simulator/scenarios"], {}).scenarios).toBe(here);
    expect(readCommandLine([], { SIMULATOR_SCENARIOS: "simulator/scenarios" }).scenarios).toBe(here);
    expect(readCommandLine([], { SIMULATOR_SCENARIOS: "" }).scenarios).toBeUndefined();
  });

  test.each([
    [["--customers", "0"], "--customers"],
    [["--customers", "1000001"], "--customers"],
    [["--customers", "many"], "--customers: must be a whole number from 1 to 1000000"],
    [["--seed", "-1"], "--seed"],
    [["--port", "70000"], "--port"],
    [["--colour", "red"], "--colour"],
    [["--scenarios", "simulator/nowhere"], "--scenarios: must be a folder that is there"],
    [["--scenarios", "package.json"], "--scenarios: must be a folder that is there"],
  ])("refuse %j by name", (args, message) => {
    expect(() => readCommandLine(args, {})).toThrow(message);
  });
});

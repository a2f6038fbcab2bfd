import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { send } from "./api-caller.ts";

const SCENARIO = { title: "A run worth keeping", steps: [{ title: "A look", act: { do: "check" } }] };

let folder: string;
let simulator: TestSimulator;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenario-files-"));
  simulator = await startTestSimulator({ customers: 1, scenarioFolder: folder });
});

afterEach(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

const scenarios = () => send(new URL("/__simulator/scenarios", simulator.url), { method: "GET" });
const put = (name: string, body: unknown = SCENARIO) =>
  send(new URL(`/__simulator/scenarios/${name}`, simulator.url), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("a scenario is kept as a file of the folder that was named, whole, and is listed from then on", async () => {
  const path = join(folder, "kept-1.json");
  expect(await put("kept-1")).toMatchObject({ status: 201, body: { name: "kept-1", path } });
  expect(await readFile(path, "utf8")).toBe(`${JSON.stringify(SCENARIO, null, 2)}\n`);
  expect(await readdir(folder)).toEqual(["kept-1.json"]);
  expect((await scenarios()).body).toEqual({ scenarios: [{ name: "kept-1", scenario: SCENARIO }] });
});

test.each([
  "..%2Foutside",
  "..%5Coutside",
  "%2Fetc%2Foutside",
  "%00",
  "UPPER",
  "a--b",
  "a.json",
  "a".repeat(81),
  "a".repeat(5_000),
])("nothing is written under the name %s", async (name) => {
  const message = "No scenario can have this name: small letters, digits and hyphens, at most 80.";
  expect(await put(name)).toMatchObject({ status: 404, body: { message } });
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ["an array", [SCENARIO]],
  ["a text", "scenario"],
  ["more than 200,000 characters", { title: "x".repeat(200_000) }],
])("nothing is written of %s", async (_what, body) => {
  expect(await put("refused", body)).toMatchObject({ status: 400, body: { code: "InvalidControl" } });
  expect(await readdir(folder)).toEqual([]);
});

test("of many that come under one name at once one is kept, and none is written over", async () => {
  const bodies = Array.from({ length: 12 }, (_, number) => ({ title: `Run ${number}`, text: "x".repeat(50_000) }));
  const answers = await Promise.all(bodies.map((body) => put("same", body)));
  const message = "There is a scenario of this name already.";
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 11 }, () => 409)]);
  expect(answers.find(({ status }) => status === 409)).toMatchObject({ body: { message } });
  const winner = bodies[answers.findIndex(({ status }) => status === 201)];
  expect(JSON.parse(await readFile(join(folder, "same.json"), "utf8"))).toEqual(winner);
  expect(await readdir(folder)).toEqual(["same.json"]);
});

describe("a folder that somebody spoilt", () => {
  test("is named where it is gone, with the reason", async () => {
    await rm(folder, { recursive: true });
    const says = (what: string) => ({
      status: 500,
      body: { message: `The folder of scenarios, ${folder}, cannot be ${what} (ENOENT).` },
    });
    expect(await put("kept")).toMatchObject(says("written to"));
    expect(await scenarios()).toMatchObject(says("read"));
  });

  test("gives every other scenario beside a file that is no JSON, and not what a write left that broke off", async () => {
    await put("good");
    await writeFile(join(folder, "half.json"), '{"title": "A ru');
    await writeFile(join(folder, "broken-off.json.0f1c.unfinished"), "{}");
    const { body } = await scenarios();
    expect(body.scenarios).toEqual([
      { name: "good", scenario: SCENARIO },
      { name: "half", scenario: null, problem: expect.stringMatching(/^No JSON: /) },
    ]);
  });
});

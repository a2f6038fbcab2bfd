import { readdir, readFile, writeFile } from "node:fs/promises";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { conflict, notFound, Problem } from "../http/problem.ts";
import { readControlBody } from "./control-body.ts";

const FOLDER = new URL("../scenarios/", import.meta.url);
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MOST_CHARACTERS = 200_000;

/** Scenario files are data for whoever runs them; what their words mean is not ours to say. */
export function registerScenarioControls(app: FastifyInstance): void {
  app.get("/scenarios", async () => {
    const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".json")).sort();
    return { scenarios: await Promise.all(files.map(readScenario)) };
  });

  app.put<{ Params: { name: string } }>("/scenarios/:name", async (request, reply) => {
    const { name } = request.params;
    if (!NAME.test(name) || name.length > 80)
      throw notFound("No scenario can have this name: small letters, digits and hyphens.");
    const scenario = readControlBody(z.record(z.string(), z.unknown()), request.body);
    const text = `${JSON.stringify(scenario, null, 2)}\n`;
    if (text.length > MOST_CHARACTERS) throw new Problem(400, "InvalidControl", "The scenario is too long.");
    await writeFile(new URL(`${name}.json`, FOLDER), text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? conflict("There is a scenario of this name already.") : error;
    });
    return reply.code(201).send({ name });
  });
}

async function readScenario(file: string) {
  return { name: file.slice(0, -".json".length), scenario: JSON.parse(await readFile(new URL(file, FOLDER), "utf8")) };
}

import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { conflict, notFound, Problem } from "../http/problem.ts";
import { readControlBody } from "./control-body.ts";

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_NAME = 80;
const MOST_CHARACTERS = 200_000;

/** Scenario files are data for whoever runs them; what their words mean is not ours to say. */
export function registerScenarioControls(app: FastifyInstance, folder: string): void {
  app.get("/scenarios", async () => {
    const files = await readdir(folder).catch((error) => {
      throw folderProblem("read", folder, error);
    });
    const names = files.filter((file) => file.endsWith(".json")).sort();
    return { scenarios: await Promise.all(names.map((file) => readScenario(folder, file))) };
  });

  app.put<{ Params: { name: string } }>("/scenarios/:name", async (request, reply) => {
    const { name } = request.params;
    if (!NAME.test(name) || name.length > LONGEST_NAME)
      throw notFound(`No scenario can have this name: small letters, digits and hyphens, at most ${LONGEST_NAME}.`);
    const scenario = readControlBody(z.record(z.string(), z.unknown()), request.body);
    const text = `${JSON.stringify(scenario, null, 2)}\n`;
    if (text.length > MOST_CHARACTERS) throw new Problem(400, "InvalidControl", "The scenario is too long.");
    const path = join(folder, `${name}.json`);
    await writeNew(path, text).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw conflict("There is a scenario of this name already.");
      throw folderProblem("written to", folder, error);
    });
    return reply.code(201).send({ name, path: shownPath(path) });
  });
}

/**
 * Whole or not at all, and never over another. Under its name the file appears with all that it holds: a rename would do that too,
 * but writes over what is there.
 */
async function writeNew(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.unfinished`;
  try {
    await writeFile(unfinished, text, { flag: "wx" });
    await link(unfinished, path);
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** As somebody would name it who stands where the simulator was started. */
function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") || isAbsolute(below) ? path : below;
}

function folderProblem(what: string, folder: string, { code }: NodeJS.ErrnoException): Problem {
  const message = `The folder of scenarios, ${shownPath(folder)}, cannot be ${what} (${code ?? "unknown"}).`;
  return new Problem(500, "ServerError", message);
}

/** One that nobody can read says so in its place: the others are as good as before. */
async function readScenario(folder: string, file: string) {
  const name = file.slice(0, -".json".length);
  try {
    return { name, scenario: JSON.parse(await readFile(join(folder, file), "utf8")) };
  } catch (error) {
    return {
      name,
      scenario: null,
      problem: error instanceof SyntaxError ? `No JSON: ${error.message}` : "Not readable.",
    };
  }
}

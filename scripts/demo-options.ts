import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { LocalPorts } from "./local-environment.ts";

const WORLD_FILE = ".data/demo-world.json";

const worldSchema = z.object({
  customers: z.coerce.number().int().min(1).max(1_000_000),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1),
});
const portSchema = z.coerce.number().int().min(1).max(65_535);

/** The simulator's customers: the same two numbers give the same customers, banks and broken links. */
export type World = z.infer<typeof worldSchema>;

/** Reads `--customers N --seed N --dev`. Throws an Error that names what is wrong. */
export function readDemoOptions(args: string[]): { world: World; isDev: boolean } {
  const { values } = parseArgs({
    args,
    options: {
      customers: { type: "string", default: "2000" },
      seed: { type: "string", default: "1" },
      dev: { type: "boolean", default: false },
    },
  });
  const world = worldSchema.safeParse(values);
  if (world.success) return { world: world.data, isDev: values.dev };
  throw new Error(world.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`).join("\n"));
}

export function readPorts(env: NodeJS.ProcessEnv): LocalPorts & { postgres: number } {
  return {
    web: readPort(env, "PORT", 3000),
    simulator: readPort(env, "SIMULATOR_PORT", 4010),
    identityProvider: readPort(env, "IDENTITY_PROVIDER_PORT", 4020),
    postgres: readPort(env, "POSTGRES_PORT", 54329),
  };
}

/** Whether the database was filled from another world, whose customers the simulator does not know now. */
export function worldHasChanged(world: World): boolean {
  if (!existsSync(WORLD_FILE)) return false;
  const last = worldSchema.safeParse(JSON.parse(readFileSync(WORLD_FILE, "utf8")));
  return last.data?.customers !== world.customers || last.data.seed !== world.seed;
}

export function rememberWorld(world: World): void {
  mkdirSync(".data", { recursive: true });
  writeFileSync(WORLD_FILE, JSON.stringify(world));
}

function readPort(env: NodeJS.ProcessEnv, variable: string, fallback: number): number {
  const port = portSchema.safeParse(env[variable] || fallback);
  if (port.success) return port.data;
  throw new Error(`${variable} must be a port between 1 and 65535.`);
}

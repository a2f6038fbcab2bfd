import { statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);

const folder = z
  .string()
  .transform((path) => resolve(path))
  .refine((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory(), {
    error: "must be a folder that is there",
  });

const options = z.object({
  customers: wholeNumber(1, 1_000_000).default(2000),
  seed: wholeNumber(0, 2 ** 32 - 1).default(1),
  port: wholeNumber(0, 65_535).default(4010),
  scenarios: folder.optional(),
});

type CommandLine = z.infer<typeof options>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `--customers`, `--seed`, `--port` (or SIMULATOR_PORT) and `--scenarios` (or SIMULATOR_SCENARIOS). Throws an Error whose message
 * says all that is wrong.
 */
export function readCommandLine(args: readonly string[], environment: Environment): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      customers: { type: "string" },
      seed: { type: "string" },
      port: { type: "string" },
      scenarios: { type: "string" },
    },
  });
  const parsed = options.safeParse({
    ...values,
    port: values.port ?? (environment.SIMULATOR_PORT || undefined),
    scenarios: values.scenarios ?? (environment.SIMULATOR_SCENARIOS || undefined),
  });
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`).join("; "));
}

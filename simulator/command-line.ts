import { parseArgs } from "node:util";
import { z } from "zod";

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);

const options = z.object({
  customers: wholeNumber(1, 1_000_000).default(2000),
  seed: wholeNumber(0, 2 ** 32 - 1).default(1),
  port: wholeNumber(0, 65_535).default(4010),
});

type CommandLine = z.infer<typeof options>;

/** Reads `--customers`, `--seed` and `--port` (or SIMULATOR_PORT). Throws an Error whose message says all that is wrong. */
export function readCommandLine(args: readonly string[], environmentPort: string | undefined): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: { customers: { type: "string" }, seed: { type: "string" }, port: { type: "string" } },
  });
  const parsed = options.safeParse({ ...values, port: values.port ?? (environmentPort || undefined) });
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`).join("; "));
}

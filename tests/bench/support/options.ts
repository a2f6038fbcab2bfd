import { parseArgs } from "node:util";
import { FEWEST_PAIRS } from "./pairs.ts";

/** `--pairs N` shortens a bench; with fewer than 15 its interval says little. Other options are the bench's own. */
export function readPairs(): { pairs: number } {
  const { values } = parseArgs({ options: { pairs: { type: "string" } }, strict: false });
  const pairs = Number(values.pairs ?? FEWEST_PAIRS);
  if (!Number.isInteger(pairs) || pairs < 1) throw new Error("--pairs must be a whole number from 1.");
  return { pairs };
}

import { existsSync, readFileSync } from "node:fs";

/** The end of a log, indented, to stand below the sentence that says what went wrong. */
export function lastLines(file: string, count: number): string {
  if (!existsSync(file)) return "  (no log)";
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-count);
  return lines.map((line) => `  ${line}`).join("\n");
}

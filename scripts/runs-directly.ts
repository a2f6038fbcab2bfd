import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Whether a file was started as the program, rather than imported by one. */
export function runsDirectly(moduleUrl: string): boolean {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl);
}

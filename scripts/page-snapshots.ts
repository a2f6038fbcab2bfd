import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const WRITTEN_BY_PLAYWRIGHT = "error-context.md";
const SNAPSHOT = /# Page snapshot\s+```yaml\n([\s\S]*?)\n```/;
const MOST_PAGES = 5;

/** What each page showed when its test failed, by the folder of that test. Where only the output is kept, as in a CI, no trace is left. */
export function readPageSnapshots(folder: string): { test: string; shown: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === WRITTEN_BY_PLAYWRIGHT)
    .slice(0, MOST_PAGES)
    .flatMap((file) => {
      const [, shown] = SNAPSHOT.exec(readFileSync(path.join(folder, file), "utf8")) ?? [];
      return shown === undefined ? [] : [{ test: path.dirname(file), shown }];
    });
}

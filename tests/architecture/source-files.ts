import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const GENERATED = "app/_platform/prisma-client";

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  path: string;
  name: string;
  text: string;
}

/** Our own TypeScript and JavaScript below the given folders. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|js|mjs)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.startsWith(GENERATED))
      .map((path) => ({ path, name: basename(path), text: readFileSync(path, "utf8") })),
  );
}

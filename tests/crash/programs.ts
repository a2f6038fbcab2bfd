import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Cleanup } from "../../scripts/shutdown.ts";

export interface Programs {
  agent: string;
  writer: string;
}

/**
 * The programs that are killed, each bundled to one file of plain JavaScript: hundreds of processes are started, and so they start
 * in a quarter of the time.
 */
export async function bundlePrograms(cleanup: Cleanup): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), "reconnect-desk-crash-"));
  cleanup.add(() => rm(folder, { recursive: true, force: true }));
  await build({
    entryPoints: { agent: "tests/crash/programs/mortal-agent.ts", writer: "tests/crash/programs/mortal-writer.ts" },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["react-server"],
    logLevel: "error",
    // Modules of the old kind ask for Node's own by `require`.
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
  });
  return { agent: join(folder, "agent.mjs"), writer: join(folder, "writer.mjs") };
}

import { join } from "node:path";
import { build } from "esbuild";

const SOURCES = {
  agent: "tests/crash/programs/mortal-agent.ts",
  writer: "tests/crash/programs/mortal-writer.ts",
  sealer: "app/_sealer/main.ts",
};
/** For node: Prisma's WebAssembly is not worth compiling well for a process that lives seconds. */
export const LAZY_WASM = "--liftoff-only";

export type Programs = typeof SOURCES;

/**
 * The programs that are killed, each bundled to one file of plain JavaScript in the folder: hundreds of processes are started, and so
 * they start in a quarter of the time.
 */
export async function bundlePrograms(folder: string): Promise<Programs> {
  await build({
    entryPoints: SOURCES,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    conditions: ["react-server"],
    logLevel: "error",
    // Modules of the old kind ask for Node's own by `require`.
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
  });
  const program = (name: keyof Programs) => join(folder, `${name}.mjs`);
  return { agent: program("agent"), writer: program("writer"), sealer: program("sealer") };
}

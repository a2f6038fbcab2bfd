import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, DriverAdapterError } from "@prisma/driver-adapter-utils";
import * as engineModule from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";

const schemaPath = new URL("./schema.prisma", import.meta.url);

/**
 * Prisma's own schema engine, in its WebAssembly build: nothing is downloaded, and `_prisma_migrations` carries
 * the same rows and checksums as `prisma migrate deploy` would write.
 * The caller ends it with `close()`, which also ends its connections.
 */
export async function openSchemaEngine(ownerUrl: string) {
  await instantiate();
  const schema = { path: "schema.prisma", content: await readFile(schemaPath, "utf8") };
  const factory = wholeScriptFactory(ownerUrl);
  const engine = await engineModule.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory.adapterFactory),
  );
  return {
    engine,
    schema,
    async close(): Promise<void> {
      engine.free();
      await factory.close();
    },
  };
}

let instantiated: Promise<void> | undefined;

function instantiate(): Promise<void> {
  instantiated ??= (async () => {
    const file = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const bytes = await readFile(file.replace(/\.js$/, ".wasm"));
    const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": engineImports() });
    engineModule.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
  })();
  return instantiated;
}

/** The engine leaves timers behind that would keep the process alive for ten seconds after its work is done. */
function engineImports(): WebAssembly.ModuleImports {
  const imports = Object.entries(engineModule as unknown as WebAssembly.ModuleImports).map(([name, value]) => {
    if (!name.startsWith("__wbg_setTimeout") || typeof value !== "function") return [name, value];
    return [name, (...args: unknown[]) => value(...args).unref()];
  });
  return Object.fromEntries(imports);
}

/** adapter-pg splits a script at every ";", which tears PL/pgSQL bodies apart: send the whole text in one query instead. */
function wholeScriptFactory(ownerUrl: string) {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  const adapterFactory = new PrismaPg(pool, { disposeExternalPool: false });
  const connect = adapterFactory.connect.bind(adapterFactory);
  adapterFactory.connect = async () => {
    const connection = await connect();
    connection.executeScript = async (script: string) => {
      await pool.query(script).catch(refuseInWords);
    };
    return connection;
  };
  return { adapterFactory, close: () => pool.end() };
}

/** Of any other error the engine says no more than that there was one. */
function refuseInWords(error: unknown): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  const { code = "", severity = "ERROR", message, detail, column, hint } = error;
  throw new DriverAdapterError({ kind: "postgres", code, severity, message, detail, column, hint });
}

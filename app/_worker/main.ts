import { existsSync } from "node:fs";

if (existsSync(".env")) process.loadEnvFile();

// Only now: these modules read the environment when they are loaded, and say all at once what is wrong with it.
const { refuseUnsafeStart } = await import("#platform/refuse-unsafe-start.ts");
await refuseUnsafeStart();
const { work } = await import("./work.ts");
await work();

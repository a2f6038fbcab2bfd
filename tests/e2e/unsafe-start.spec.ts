import { spawn } from "node:child_process";
import { once } from "node:events";
import { RUN_TYPESCRIPT } from "../../scripts/child-process.ts";
import { exampleEnvironment } from "../../scripts/local-environment.ts";
import { NEXT } from "../../scripts/next-build.ts";
import { freePort } from "../../scripts/ports.ts";
import { expect, test } from "./fixtures.ts";

const LOCAL_SETTINGS = [
  "NEXTAUTH_URL",
  "NEXTAUTH_SECRET",
  "OIDC_ISSUER",
  "OIDC_CLIENT_SECRET",
  "DWOLLA_KEY",
  "DWOLLA_WEBHOOK_SECRETS",
  "WEBHOOK_URL",
  "DATABASE_URL",
];

test("production refuses to serve with local settings, and names each of them", async () => {
  const port = String(await freePort());
  const { code, said } = await run([NEXT, "start", "--port", port], { RECONNECT_ENVIRONMENT: "production" });
  expect(code).toBe(1);
  for (const name of LOCAL_SETTINGS) expect(said).toContain(`  ${name}: `);
});

test("the worker refuses as the web app does", async () => {
  const { code, said } = await run([...RUN_TYPESCRIPT, "app/_worker/main.ts"], { RECONNECT_ENVIRONMENT: "production" });
  expect(code).toBe(1);
  for (const name of LOCAL_SETTINGS) expect(said).toContain(`  ${name}: `);
});

async function run(args: string[], changes: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, ...exampleEnvironment(), NODE_ENV: "production" as const, ...changes };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  return { code, said };
}

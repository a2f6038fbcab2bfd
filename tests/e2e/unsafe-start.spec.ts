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
  "DWOLLA_API_URL",
  "DWOLLA_SECRET",
  "AUDITOR_DATABASE_URL",
  "REAUTH_REDIRECTS",
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

test("the webhooks command refuses as the web app does", async () => {
  const args = [...RUN_TYPESCRIPT, "scripts/webhooks.ts", "show"];
  const { code, said } = await run(args, { RECONNECT_ENVIRONMENT: "production" });
  expect(code).toBe(1);
  for (const name of LOCAL_SETTINGS) expect(said).toContain(`  ${name}: `);
});

test("the sealer refuses a trail that is not this environment's, and the local password", async () => {
  const { code, said } = await run([...RUN_TYPESCRIPT, "app/_sealer/main.ts"], { RECONNECT_ENVIRONMENT: "production" });
  expect(code).toBe(1);
  for (const name of ["AUDIT_ORIGIN", "SEALER_DATABASE_URL"]) expect(said).toContain(`  ${name}: `);
});

test("a sandbox with production's address and the simulator's keys and redirects is refused, each by name", async () => {
  const port = String(await freePort());
  const mixed = { RECONNECT_ENVIRONMENT: "sandbox", DWOLLA_API_URL: "https://api.dwolla.com" };
  const { code, said } = await run([NEXT, "start", "--port", port], mixed);
  expect(code).toBe(1);
  for (const name of ["DWOLLA_API_URL", "DWOLLA_KEY", "DWOLLA_SECRET", "DWOLLA_WEBHOOK_SECRETS", "REAUTH_REDIRECTS"])
    expect(said).toContain(`  ${name}: `);
});

async function run(args: string[], changes: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, ...exampleEnvironment(), NODE_ENV: "production" as const, ...changes };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  return { code, said };
}

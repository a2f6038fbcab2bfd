import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { RUN_TYPESCRIPT } from "../../scripts/child-process.ts";
import { exampleEnvironment } from "../../scripts/local-environment.ts";
import type { DatabaseUrls } from "../../scripts/local-logins.ts";
import { NEXT } from "../../scripts/next-build.ts";
import { freePort } from "../../scripts/ports.ts";
import { queryAsOwner } from "../support/owner-query.ts";
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

const STARTS = [
  ["web", "reconnect_app", "DATABASE_URL", [NEXT, "start"]],
  ["worker", "reconnect_app", "DATABASE_URL", [...RUN_TYPESCRIPT, "app/_worker/main.ts"]],
  ["webhooks", "reconnect_app", "DATABASE_URL", [...RUN_TYPESCRIPT, "scripts/webhooks.ts", "show"]],
  [
    "export",
    "reconnect_auditor",
    "AUDITOR_DATABASE_URL",
    [...RUN_TYPESCRIPT, "scripts/audit-export.ts", "--out", ".data/unsafe-start.zip"],
  ],
  ["sealer", "reconnect_sealer", "SEALER_DATABASE_URL", [...RUN_TYPESCRIPT, "app/_sealer/main.ts"]],
] as const;

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

test("no process starts with a login that has one right too many, and each names it", async ({ world }) => {
  test.slow();
  const outcomes = await Promise.all(
    STARTS.map(async ([name, group, variable, args]) => {
      const loose = await looseLogin(world.database.ownerUrl, group);
      const outcome = await run([...args], {
        ...addresses(world.database),
        PORT: String(await freePort()),
        [variable]: loose.url,
      }).finally(loose.drop);
      return [name, outcome];
    }),
  );
  const refused = {
    code: 1,
    said: expect.stringContaining("not expected: this connection belongs to pg_read_all_data"),
  };
  expect(outcomes).toEqual(STARTS.map(([name]) => [name, refused]));
});

/** Nobody else's: what this world's own logins may do stays as it is, for its processes run on. */
async function looseLogin(ownerUrl: string, group: string) {
  const name = `loose_${randomUUID().replaceAll("-", "")}`;
  await queryAsOwner(ownerUrl, `CREATE ROLE ${name} LOGIN PASSWORD '${name}' IN ROLE ${group}, pg_read_all_data`);
  return {
    url: Object.assign(new URL(ownerUrl), { username: name, password: name }).href,
    drop: () => queryAsOwner(ownerUrl, `DROP ROLE ${name}`),
  };
}

function addresses({ appUrl, auditorUrl, sealerUrl }: DatabaseUrls) {
  return { DATABASE_URL: appUrl, AUDITOR_DATABASE_URL: auditorUrl, SEALER_DATABASE_URL: sealerUrl };
}

async function run(args: string[], changes: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const env = { ...process.env, ...exampleEnvironment(), NODE_ENV: "production" as const, ...changes };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  return { code, said };
}

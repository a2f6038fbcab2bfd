import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ENVIRONMENTS } from "#domain/permissions.ts";
import { callLogMode, envSchema, hasCallLog, readEnv, readSealerEnv } from "#platform/env.ts";
import { sealerEnvSchema } from "#platform/sealer-env.ts";

const exampleText = readFileSync(".env.example", "utf8");
const example = Object.fromEntries(
  exampleText
    .split("\n")
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
);
/** Read by the migration command or by the local scripts only, never by a process of the app. */
const OUTSIDE_THE_APP = ["MIGRATION_DATABASE_URL"];

const production = {
  RECONNECT_ENVIRONMENT: "production",
  NEXTAUTH_URL: "https://desk.company.test",
  NEXTAUTH_SECRET: "q7Xz0m1B9kV3tR8sYw2uLp5nDf6hGj4c",
  DATABASE_URL: "postgresql://reconnect_desk_app:Zk81hs0q@db.company.test/reconnect_desk",
  AUDITOR_DATABASE_URL: "postgresql://reconnect_desk_auditor:Yq11mz2w@db.company.test/reconnect_desk",
  DWOLLA_API_URL: "https://api.dwolla.com",
  DWOLLA_KEY: "k8sJ2",
  DWOLLA_SECRET: "s9wKq",
  OIDC_ISSUER: "https://login.company.test",
  OIDC_CLIENT_ID: "desk",
  OIDC_CLIENT_SECRET: "Vb5nM8xC2zL0kJ7hG4fD1sA9qW6eR3tY",
  DWOLLA_WEBHOOK_SECRETS: "9fD2kL7sQ4wE8rT1yU6iO3pA5sD0fG2h",
  WEBHOOK_URL: "https://desk.company.test/api/webhooks/dwolla",
  REAUTH_REDIRECTS: "https://pay.company.test/return",
};

describe(".env.example", () => {
  it("names every variable of the schema and no other", () => {
    const named = Object.keys(example).filter((name) => !OUTSIDE_THE_APP.includes(name));
    const known = new Set([...Object.keys(envSchema.shape), ...Object.keys(sealerEnvSchema.shape)]);
    expect(named.sort()).toEqual([...known].sort());
  });

  it("runs as it is against the simulator", () => {
    expect(readEnv(example)).toMatchObject({
      RECONNECT_ENVIRONMENT: "simulator",
      NEXTAUTH_URL: "http://localhost:3000",
    });
  });
});

describe("readEnv", () => {
  it("accepts a safe production environment", () => {
    expect(readEnv(production).RECONNECT_ENVIRONMENT).toBe("production");
  });

  it("names every missing variable in one error", () => {
    const missing = () => readEnv({ RECONNECT_ENVIRONMENT: "simulator" });
    for (const name of ["NEXTAUTH_URL", "NEXTAUTH_SECRET", "DATABASE_URL", "DWOLLA_KEY", "OIDC_ISSUER"]) {
      expect(missing).toThrow(`  ${name}: `);
    }
  });

  it("does not repeat a value in its error", () => {
    expect(() => readEnv({ ...production, NEXTAUTH_SECRET: "canary-short" })).toThrow(/^(?!.*canary-short)/s);
  });

  it.each([
    ["a local identity provider", { OIDC_ISSUER: "http://localhost:4020" }, "OIDC_ISSUER"],
    ["a plain http origin", { NEXTAUTH_URL: "http://desk.company.test" }, "NEXTAUTH_URL"],
    ["a short secret", { NEXTAUTH_SECRET: "short" }, "NEXTAUTH_SECRET"],
    ["the local secret", { NEXTAUTH_SECRET: example.NEXTAUTH_SECRET }, "NEXTAUTH_SECRET"],
    ["the simulator's key", { DWOLLA_KEY: "local-key" }, "DWOLLA_KEY"],
    ["the simulator's secret", { DWOLLA_SECRET: "local-secret" }, "DWOLLA_SECRET"],
    ["the sandbox's address", { DWOLLA_API_URL: "https://api-sandbox.dwolla.com" }, "DWOLLA_API_URL"],
    ["a look-alike of Dwolla's address", { DWOLLA_API_URL: "https://api.dwolla.com.evil.test" }, "DWOLLA_API_URL"],
    ["the local client secret", { OIDC_CLIENT_SECRET: example.OIDC_CLIENT_SECRET }, "OIDC_CLIENT_SECRET"],
    ["the local database password", { DATABASE_URL: example.DATABASE_URL }, "DATABASE_URL"],
    ["the local webhook secret", { DWOLLA_WEBHOOK_SECRETS: example.DWOLLA_WEBHOOK_SECRETS }, "DWOLLA_WEBHOOK_SECRETS"],
    [
      "the local webhook secret beside a good one",
      { DWOLLA_WEBHOOK_SECRETS: `${production.DWOLLA_WEBHOOK_SECRETS}, ${example.DWOLLA_WEBHOOK_SECRETS}` },
      "DWOLLA_WEBHOOK_SECRETS",
    ],
    ["a short webhook secret", { DWOLLA_WEBHOOK_SECRETS: "9fD2kL7sQ4wE8rT1yU6iO3pA5sD0fG2" }, "DWOLLA_WEBHOOK_SECRETS"],
    [
      "a good webhook secret and a short one",
      { DWOLLA_WEBHOOK_SECRETS: `${"k".repeat(40)},short` },
      "DWOLLA_WEBHOOK_SECRETS",
    ],
    [
      "a webhook secret that Dwolla would refuse",
      { DWOLLA_WEBHOOK_SECRETS: "k".repeat(129) },
      "DWOLLA_WEBHOOK_SECRETS",
    ],
    ["no webhook secret", { DWOLLA_WEBHOOK_SECRETS: " , ," }, "DWOLLA_WEBHOOK_SECRETS"],
    ["a plain http webhook address", { WEBHOOK_URL: "http://desk.company.test/api/webhooks/dwolla" }, "WEBHOOK_URL"],
    ["a webhook address on this machine", { WEBHOOK_URL: "https://localhost/api/webhooks/dwolla" }, "WEBHOOK_URL"],
    ["a redirect address of the simulator", { REAUTH_REDIRECTS: example.REAUTH_REDIRECTS }, "REAUTH_REDIRECTS"],
    ["a redirect address on this machine", { REAUTH_REDIRECTS: "https://localhost:3000/return" }, "REAUTH_REDIRECTS"],
    ["a path behind Dwolla's address", { DWOLLA_API_URL: "https://api.dwolla.com/v1" }, "DWOLLA_API_URL"],
    ["a password in Dwolla's address", { DWOLLA_API_URL: "https://a:b@api.dwolla.com" }, "DWOLLA_API_URL"],
    ["an http redirect address", { REAUTH_REDIRECTS: "http://pay.company.test/return" }, "REAUTH_REDIRECTS"],
  ])("refuses production with %s", (_, change, name) => {
    expect(() => readEnv({ ...production, ...change })).toThrow(`  ${name}: `);
  });

  it("takes two webhook secrets during a rotation", () => {
    const both = `${production.DWOLLA_WEBHOOK_SECRETS} , ${"n".repeat(32)}`;
    expect(readEnv({ ...production, DWOLLA_WEBHOOK_SECRETS: both }).DWOLLA_WEBHOOK_SECRETS).toEqual([
      production.DWOLLA_WEBHOOK_SECRETS,
      "n".repeat(32),
    ]);
  });

  it("refuses a sandbox without a webhook secret, and one whose webhooks anybody could sign", () => {
    const sandbox = {
      ...production,
      RECONNECT_ENVIRONMENT: "sandbox",
      DWOLLA_API_URL: "https://api-sandbox.dwolla.com",
    };
    expect(readEnv(sandbox).RECONNECT_ENVIRONMENT).toBe("sandbox");
    for (const secret of [",", example.DWOLLA_WEBHOOK_SECRETS]) {
      expect(() => readEnv({ ...sandbox, DWOLLA_WEBHOOK_SECRETS: secret })).toThrow("  DWOLLA_WEBHOOK_SECRETS: ");
    }
  });

  it("does not repeat a webhook secret in its error", () => {
    expect(() => readEnv({ ...production, DWOLLA_WEBHOOK_SECRETS: "canary-short" })).toThrow(/^(?!.*canary-short)/s);
  });

  it("refuses an address with a path for the simulator, which the client would refuse later", () => {
    expect(() => readEnv({ ...example, DWOLLA_API_URL: "http://127.0.0.1:4010/api" })).toThrow("  DWOLLA_API_URL: ");
  });

  it("keeps the bodies of calls everywhere but in production, where nothing is kept unless it is asked for", () => {
    const modeOf = (values: object) => callLogMode(readEnv({ ...values }));
    expect(modeOf({ ...example, DWOLLA_CALL_LOG: "" })).toBe("bodies");
    expect(modeOf(production)).toBe("off");
    expect(hasCallLog(readEnv(production))).toBe(false);
    expect(modeOf({ ...production, DWOLLA_CALL_LOG: "metadata" })).toBe("metadata");
    expect(hasCallLog(readEnv({ ...example, DWOLLA_CALL_LOG: "off" }))).toBe(true);
  });
});

describe("environment, host and keys", () => {
  const HOSTS = {
    production: "https://api.dwolla.com",
    sandbox: "https://api-sandbox.dwolla.com",
    simulator: "http://127.0.0.1:4010",
  };
  const KEYS = {
    real: { DWOLLA_KEY: "k8sJ2", DWOLLA_SECRET: "s9wKq" },
    local: { DWOLLA_KEY: "local-key", DWOLLA_SECRET: "local-secret" },
    "real with the local secret": { DWOLLA_KEY: "k8sJ2", DWOLLA_SECRET: "local-secret" },
    "local with a real secret": { DWOLLA_KEY: "local-key", DWOLLA_SECRET: "s9wKq" },
  };
  /** Environment, host of, keys, and every variable of Dwolla that is refused, none where all three agree. */
  const MATRIX = [
    ["production", "production", "real", ""],
    ["production", "production", "local", "DWOLLA_KEY DWOLLA_SECRET"],
    ["production", "production", "real with the local secret", "DWOLLA_SECRET"],
    ["production", "production", "local with a real secret", "DWOLLA_KEY"],
    ["production", "sandbox", "real", "DWOLLA_API_URL"],
    ["production", "sandbox", "local", "DWOLLA_API_URL DWOLLA_KEY DWOLLA_SECRET"],
    ["production", "simulator", "real", "DWOLLA_API_URL"],
    ["production", "simulator", "local", "DWOLLA_API_URL DWOLLA_KEY DWOLLA_SECRET"],
    ["sandbox", "production", "real", "DWOLLA_API_URL"],
    ["sandbox", "production", "local", "DWOLLA_API_URL DWOLLA_KEY DWOLLA_SECRET"],
    ["sandbox", "sandbox", "real", ""],
    ["sandbox", "sandbox", "local", "DWOLLA_KEY DWOLLA_SECRET"],
    ["sandbox", "sandbox", "real with the local secret", "DWOLLA_SECRET"],
    ["sandbox", "sandbox", "local with a real secret", "DWOLLA_KEY"],
    ["sandbox", "simulator", "real", "DWOLLA_API_URL"],
    ["sandbox", "simulator", "local", "DWOLLA_API_URL DWOLLA_KEY DWOLLA_SECRET"],
    ["simulator", "production", "real", "DWOLLA_API_URL DWOLLA_KEY DWOLLA_SECRET"],
    ["simulator", "production", "local", "DWOLLA_API_URL"],
    ["simulator", "sandbox", "real", "DWOLLA_API_URL DWOLLA_KEY DWOLLA_SECRET"],
    ["simulator", "sandbox", "local", "DWOLLA_API_URL"],
    ["simulator", "simulator", "real", "DWOLLA_KEY DWOLLA_SECRET"],
    ["simulator", "simulator", "real with the local secret", "DWOLLA_KEY"],
    ["simulator", "simulator", "local with a real secret", "DWOLLA_SECRET"],
    ["simulator", "simulator", "local", ""],
  ] as const;

  it.each(MATRIX)("%s at the host of %s with %s keys refuses: %s", (environment, host, keys, refused) => {
    const source = {
      ...production,
      RECONNECT_ENVIRONMENT: environment,
      DWOLLA_API_URL: HOSTS[host],
      ...KEYS[keys],
    };
    expect(refusedBy(source)).toBe(refused);
  });

  it("covers every environment with every host and both kinds of keys", () => {
    const covered = new Set(MATRIX.map(([environment, host, keys]) => `${environment} ${host} ${keys}`));
    for (const environment of ENVIRONMENTS)
      for (const host of ENVIRONMENTS)
        for (const keys of ["real", "local"]) expect(covered).toContain(`${environment} ${host} ${keys}`);
  });

  it.each([
    ["sandbox", "DWOLLA_WEBHOOK_SECRETS REAUTH_REDIRECTS"],
    [
      "production",
      "NEXTAUTH_URL OIDC_ISSUER WEBHOOK_URL DATABASE_URL AUDITOR_DATABASE_URL NEXTAUTH_SECRET OIDC_CLIENT_SECRET DWOLLA_WEBHOOK_SECRETS REAUTH_REDIRECTS",
    ],
  ] as const)("%s refuses every local setting that it must not have", (environment, refused) => {
    const { DWOLLA_API_URL: _, DWOLLA_KEY: __, DWOLLA_SECRET: ___, ...local } = example;
    const source = { ...production, ...local, RECONNECT_ENVIRONMENT: environment, DWOLLA_API_URL: HOSTS[environment] };
    expect(refusedBy(source).split(" ").sort()).toEqual(refused.split(" ").sort());
  });

  /** The names that the refusal says, once each. */
  function refusedBy(source: Record<string, string | undefined>): string {
    try {
      readEnv(source);
      return "";
    } catch (error) {
      const names = String(error).matchAll(/^ {2}([A-Z_]+): /gm);
      return [...new Set([...names].map(([, name]) => name))].join(" ");
    }
  }
});

describe("readSealerEnv", () => {
  const sealer = {
    RECONNECT_ENVIRONMENT: "production",
    SEALER_DATABASE_URL: "postgresql://reconnect_desk_sealer:Xw71mq0z@db.company.test/reconnect_desk",
    AUDIT_ORIGIN: "desk.company.test/audit/production",
    AUDIT_CHECKPOINT_DIRECTORY: "/mnt/worm/checkpoints",
  };

  it("runs as it is against the simulator, and safely in production", () => {
    expect(readSealerEnv(example).AUDIT_ORIGIN).toBe("reconnect-desk.local/audit/simulator");
    expect(readSealerEnv(sealer).AUDIT_ORIGIN).toBe("desk.company.test/audit/production");
  });

  it.each([
    ["AUDIT_ORIGIN", "desk.company.test/audit/sandbox"],
    ["AUDIT_ORIGIN", "reconnect-desk.local/audit/production"],
    ["AUDIT_ORIGIN", "a name/audit/production"],
    ["SEALER_DATABASE_URL", "postgresql://sealer:sealer@db.company.test/reconnect_desk"],
  ])("refuses %s=%s in production", (name, value) => {
    expect(() => readSealerEnv({ ...sealer, [name]: value })).toThrow(`  ${name}: `);
  });
});

import "server-only";
import { z } from "zod";
import { ENVIRONMENTS } from "#domain/permissions.ts";
import { CALL_LOGS, type CallLogMode } from "./call-log-mode.ts";
import { type SealerEnv, sealerEnvSchema } from "./sealer-env.ts";

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const DWOLLA_HOSTS = { sandbox: "api-sandbox.dwolla.com", production: "api.dwolla.com" } as const;
const MIN_SECRET_LENGTH = 32;
/** What the simulator takes, and nobody else. */
const LOCAL_CREDENTIALS = { DWOLLA_KEY: "local-key", DWOLLA_SECRET: "local-secret" } as const;
const LOCAL_REDIRECTS = ["https://app.example.test/bank-return", "com.example.app"];
/** Dwolla takes no longer one. */
const MAX_WEBHOOK_SECRET_LENGTH = 128;

const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean),
);
const webUrl = z.url({ protocol: /^https?$/ });

/** Every variable the processes read. `.env.example` lists the same names, and a test compares the two. */
export const envSchema = z
  .object({
    RECONNECT_ENVIRONMENT: z.enum(ENVIRONMENTS),
    NEXTAUTH_URL: webUrl.transform((url) => new URL(url).origin),
    NEXTAUTH_SECRET: z.string().min(MIN_SECRET_LENGTH),
    PORT: whole(1, 65_535).default(3000),
    DATABASE_URL: postgresUrl,
    AUDITOR_DATABASE_URL: postgresUrl,
    DWOLLA_API_URL: webUrl,
    DWOLLA_KEY: z.string().min(1),
    DWOLLA_SECRET: z.string().min(1),
    OIDC_ISSUER: webUrl,
    OIDC_CLIENT_ID: z.string().min(1),
    OIDC_CLIENT_SECRET: z.string().min(1),
    DWOLLA_CALLS_PER_SECOND: whole(1, 10_000).default(20),
    DWOLLA_WEBHOOK_SECRETS: list,
    WEBHOOK_URL: webUrl,
    WEBHOOK_SILENCE_MINUTES: whole(1, 43_200).default(1_440),
    CATCH_UP_INTERVAL_MINUTES: whole(1, 10_080).default(5),
    REAUTH_REDIRECTS: list,
    REAUTH_COOLDOWN_SECONDS: whole(0, 86_400).default(60),
    SWEEP_INTERVAL_MINUTES: whole(1, 10_080).default(60),
    SWEEP_EXCHANGES_INTERVAL_MINUTES: whole(0, 10_080).default(0),
    SWEEP_LIST_INTERVAL_MINUTES: whole(0, 10_080).default(15),
    SWEEP_CONCURRENCY: whole(1, 64).default(8),
    SWEEP_BALANCE_CHECKS: z.enum(["all", "suspected", "none"]).default("all"),
    DWOLLA_CALL_LOG: z.enum(CALL_LOGS).optional(),
    DWOLLA_CALL_LOG_DAYS: whole(1, 365).default(7),
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    COMMIT_SHA: z.string().default("unknown"),
    METRICS_TOKEN: z.string().min(MIN_SECRET_LENGTH).optional(),
  })
  .superRefine((env, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message });
    const isSimulator = env.RECONNECT_ENVIRONMENT === "simulator";
    refuseWrongHost(env, refuse);
    for (const name of ["DWOLLA_KEY", "DWOLLA_SECRET"] as const) {
      if ((env[name] === LOCAL_CREDENTIALS[name]) === isSimulator) continue;
      refuse(name, isSimulator ? "is not the simulator's; a real one has no business here" : "is the simulator's");
    }
    if (isSimulator) return;
    if (env.DWOLLA_WEBHOOK_SECRETS.length === 0) refuse("DWOLLA_WEBHOOK_SECRETS", "needs at least one");
    if (env.DWOLLA_WEBHOOK_SECRETS.some(isLocalSecret)) refuse("DWOLLA_WEBHOOK_SECRETS", "must not be the local one");
    if (env.REAUTH_REDIRECTS.some((address) => LOCAL_REDIRECTS.includes(address)))
      refuse("REAUTH_REDIRECTS", "names the simulator's; Dwolla takes only those registered with it");
    if (env.RECONNECT_ENVIRONMENT === "production") refuseUnsafeProduction(env, refuse);
  });

export type Env = z.infer<typeof envSchema>;

/** @throws Error naming every variable that is missing or wrong, all at once. Values are not repeated: some are secret. */
export function readEnv(source: Record<string, string | undefined>): Env {
  return parseEnv(envSchema, source);
}

/** The same for the sealer, which gets other variables than web and worker. */
export function readSealerEnv(source: Record<string, string | undefined>): SealerEnv {
  return parseEnv(sealerEnvSchema, source);
}

export function sealerEnv(): SealerEnv {
  return readSealerEnv(process.env);
}

function parseEnv<Schema extends z.ZodType>(
  schema: Schema,
  source: Record<string, string | undefined>,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The environment is not usable (.env.example explains every variable):\n${problems.join("\n")}`);
}

let cached: Env | undefined;

/** Read once, at the first use: so that building needs no secrets and starting without them fails at once. */
export function env(): Env {
  cached ??= readEnv(process.env);
  return cached;
}

/** In production nothing is kept of the calls unless somebody asked for it. */
export function callLogMode({ DWOLLA_CALL_LOG: chosen, RECONNECT_ENVIRONMENT: environment }: Env): CallLogMode {
  return chosen ?? (environment === "production" ? "off" : "bodies");
}

/** Whether there are pages of calls: outside production also where none are kept any more. */
export function hasCallLog(values: Env): boolean {
  return values.RECONNECT_ENVIRONMENT !== "production" || callLogMode(values) !== "off";
}

/** Known to everybody who knows this repository. */
function isLocalSecret(secret: string): boolean {
  return secret.startsWith("local-");
}

type Refuse = (name: string, message: string) => void;

/** An origin and nothing behind it: what the client would refuse at its first call is refused at the start. */
function refuseWrongHost(env: z.output<typeof envSchema>, refuse: Refuse): void {
  const url = new URL(env.DWOLLA_API_URL);
  if (env.RECONNECT_ENVIRONMENT !== "simulator") {
    const expected = `https://${DWOLLA_HOSTS[env.RECONNECT_ENVIRONMENT]}`;
    if (url.href !== `${expected}/`) refuse("DWOLLA_API_URL", `must be ${expected}`);
    return;
  }
  if (!LOOPBACK_HOSTS.includes(url.hostname)) refuse("DWOLLA_API_URL", "the simulator runs on this machine only");
  else if (url.href !== `${url.origin}/`) refuse("DWOLLA_API_URL", "must be an origin, such as http://127.0.0.1:4010");
}

function refuseUnsafeProduction(env: z.output<typeof envSchema>, refuse: Refuse): void {
  for (const name of ["NEXTAUTH_URL", "OIDC_ISSUER", "WEBHOOK_URL"] as const) {
    const url = new URL(env[name]);
    if (url.protocol !== "https:") refuse(name, "must be https in production");
    if (LOOPBACK_HOSTS.includes(url.hostname)) refuse(name, "must not be this machine in production");
  }
  for (const name of ["DATABASE_URL", "AUDITOR_DATABASE_URL"] as const) {
    const { username, password } = new URL(env[name]);
    if (password === username || password === "postgres") refuse(name, "has the local password");
  }
  if (/local|example|change/i.test(env.NEXTAUTH_SECRET)) refuse("NEXTAUTH_SECRET", "is the local one");
  if (env.OIDC_CLIENT_SECRET.length < MIN_SECRET_LENGTH || isLocalSecret(env.OIDC_CLIENT_SECRET)) {
    refuse("OIDC_CLIENT_SECRET", `needs ${MIN_SECRET_LENGTH} characters and must not be the local one`);
  }
  if (
    env.DWOLLA_WEBHOOK_SECRETS.some(({ length }) => length < MIN_SECRET_LENGTH || length > MAX_WEBHOOK_SECRET_LENGTH)
  ) {
    refuse("DWOLLA_WEBHOOK_SECRETS", `needs ${MIN_SECRET_LENGTH} to ${MAX_WEBHOOK_SECRET_LENGTH} characters each`);
  }
  if (env.REAUTH_REDIRECTS.some((address) => /^http:/i.test(address)))
    refuse("REAUTH_REDIRECTS", "must not name http addresses");
  if (
    env.REAUTH_REDIRECTS.some((address) => URL.canParse(address) && LOOPBACK_HOSTS.includes(new URL(address).hostname))
  )
    refuse("REAUTH_REDIRECTS", "must not name this machine");
}

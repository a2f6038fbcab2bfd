import { parseArgs } from "node:util";
import { isUuid } from "#domain/ids.ts";
import { CouldNotRun } from "./could-not-run.ts";

export const USAGE = `Compares every call that the desk makes with a Dwolla sandbox and with the simulator.

  npm run verify:sandbox                       with DWOLLA_KEY and DWOLLA_SECRET of a sandbox application, from the shell or .env;
                                               without them it asks a simulator that it starts, and says so
  npm run verify:sandbox -- --customer ID      walk with this customer, who has linked a bank, instead of a test customer of its own
  npm run verify:sandbox -- --json FILE        where the report goes (.data/verification.json)

It makes one marked test customer, one test bank and one webhook subscription, and puts away what Dwolla lets it.
With DATABASE_URL and RECONNECT_ENVIRONMENT the report is shown on /sandbox/verification.
Exit codes: 0 nothing differs, 1 something differs, 2 it could not run, or was broken off.`;

const SANDBOX_ORIGIN = "https://api-sandbox.dwolla.com";
const PRODUCTION_HOST = "api.dwolla.com";
const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const LOCAL = { key: "local-key", secret: "local-secret" };
/** The addresses of .env.example: registered with the simulator only. */
const EXAMPLE_REDIRECTS = ["https://app.example.test/bank-return", "com.example.app"];

export type CommandLine = { wantsHelp: boolean; customerId: string | null; jsonFile: string };

/** @throws CouldNotRun naming the option. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: "boolean" }, customer: { type: "string" }, json: { type: "string" } },
    });
    const customerId = values.customer?.toLowerCase() ?? null;
    if (customerId !== null && !isUuid(customerId)) throw new Error("--customer: must be the id of a customer");
    return { wantsHelp: values.help ?? false, customerId, jsonFile: values.json || ".data/verification.json" };
  } catch (error) {
    throw new CouldNotRun(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

export type Target =
  | { kind: "own simulator" }
  | { kind: "simulator" | "sandbox"; origin: string; key: string; secret: string; redirects: Redirects };
type Redirects = { ios: string | null; android: string | null };

/** Whom to ask, by the environment. @throws CouldNotRun naming the variable, never its value. */
export function readTarget(environment: Record<string, string | undefined>): Target {
  const { DWOLLA_KEY: key, DWOLLA_SECRET: secret, DWOLLA_API_URL, REAUTH_REDIRECTS } = environment;
  if (environment.RECONNECT_ENVIRONMENT === "production")
    throw new CouldNotRun(
      "RECONNECT_ENVIRONMENT: is production, and this makes test customers. Run it where the sandbox is.",
    );
  const origin = readOrigin(DWOLLA_API_URL || SANDBOX_ORIGIN);
  const isSandbox = origin === SANDBOX_ORIGIN;
  if (!key && !secret) {
    if (DWOLLA_API_URL && isSandbox)
      throw new CouldNotRun("DWOLLA_KEY: is missing, and DWOLLA_API_URL is the sandbox's.");
    refuseOtherEnvironment(environment.RECONNECT_ENVIRONMENT, "simulator");
    return { kind: "own simulator" };
  }
  if (!key) throw new CouldNotRun("DWOLLA_KEY: is missing; DWOLLA_SECRET alone is not enough.");
  if (!secret) throw new CouldNotRun("DWOLLA_SECRET: is missing; DWOLLA_KEY alone is not enough.");
  refuseMixed("DWOLLA_KEY", key === LOCAL.key, isSandbox);
  refuseMixed("DWOLLA_SECRET", secret === LOCAL.secret, isSandbox);
  const kind = isSandbox ? "sandbox" : "simulator";
  refuseOtherEnvironment(environment.RECONNECT_ENVIRONMENT, kind);
  const redirects = readRedirects(REAUTH_REDIRECTS ?? "", isSandbox);
  return { kind, origin, key, secret, redirects };
}

function readOrigin(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.hostname === PRODUCTION_HOST)
    throw new CouldNotRun("DWOLLA_API_URL: is Dwolla's production, which this never asks.");
  if (url && (url.origin === SANDBOX_ORIGIN || (url.protocol === "http:" && LOOPBACK_HOSTS.includes(url.hostname))))
    return url.origin;
  throw new CouldNotRun(`DWOLLA_API_URL: must be ${SANDBOX_ORIGIN}, or a simulator on this machine.`);
}

/** The report goes on the page, and on the audit trail, of the desk that is configured here. */
function refuseOtherEnvironment(environment: string | undefined, kind: string): void {
  if (environment && environment !== kind)
    throw new CouldNotRun(`RECONNECT_ENVIRONMENT: is ${environment}, and what is asked is a ${kind}.`);
}

/** A key that is sent to the wrong place is given away. */
function refuseMixed(name: string, isLocal: boolean, isSandbox: boolean): void {
  if (isLocal && isSandbox) throw new CouldNotRun(`${name}: is the simulator's, and DWOLLA_API_URL is the sandbox's.`);
  if (!isLocal && !isSandbox)
    throw new CouldNotRun(`${name}: is not the simulator's, and DWOLLA_API_URL is a simulator's.`);
}

function readRedirects(list: string, isSandbox: boolean): Redirects {
  const named = list.split(",").map((address) => address.trim());
  const registered = named.filter((address) => address !== "" && !(isSandbox && EXAMPLE_REDIRECTS.includes(address)));
  const isWeb = (address: string) => /^https:\/\//.test(address);
  return {
    ios: registered.find(isWeb) ?? null,
    android: registered.find((address) => !isWeb(address)) ?? null,
  };
}

/** Of a simulator that nobody has configured otherwise. */
export const LOCAL_SIDE = {
  ...LOCAL,
  isSimulator: true,
  redirects: { ios: "https://app.example.test/bank-return", android: "com.example.app" },
};

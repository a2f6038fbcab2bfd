import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlCommand } from "#features/dwolla-calls/components/curl-command.ts";
import {
  callsHref,
  causeHref,
  parseCallId,
  parseCallsAddress,
  placeOf,
  readPlace,
} from "#features/dwolla-calls/schema.ts";
import type { CallSubject } from "#platform/call-cause.ts";

const ID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";
const PLACE = "1764100000000_42";

describe("the address of /calls", () => {
  const all = {
    q: ID,
    answer: "failed",
    method: "GET",
    path: "/customers/{id}/exchanges",
    process: "worker",
    act: "reauth_session.requested",
    person: ID,
    period: "1h",
    from: "2026-11-25T08:00:00.000Z",
    until: "2026-11-25T09:00:00.000Z",
  } as const;

  it("comes back from its own link as it was, and a new filter begins at the newest page", () => {
    const readBack = (href: string) =>
      parseCallsAddress(Object.fromEntries(new URL(href, "http://desk.test").searchParams));
    expect(readBack(callsHref(all, { after: PLACE }))).toEqual({ address: { ...all, after: PLACE }, ignored: [] });
    expect(readBack(callsHref({ ...all, before: PLACE }))).toEqual({ address: all, ignored: [] });
    expect(callsHref({})).toBe("/calls");
  });

  it("reads ids with spaces around them and in any case", () => {
    expect(parseCallsAddress({ q: ` ${ID.toUpperCase()} ` }).address).toEqual({ q: ID });
  });

  it.each([
    ["q", "Ana Ferreira"],
    ["q", "a\u0000b"],
    ["q", "x".repeat(65)],
    ["q", ["1", "2"]],
    ["answer", "500 OR 1=1"],
    ["method", "TRACE"],
    ["path", "/customers?email=ana"],
    ["process", "sealer"],
    ["act", "' OR 1=1 --"],
    ["person", "1"],
    ["period", "1y"],
    ["from", "yesterday"],
    ["until", "+275760-09-13T00:00:00Z"],
    ["after", "1764100000000"],
    ["after", `99999999999999_1`],
    ["before", "1764100000000_99999999999999999999"],
  ])("leaves out %s=%j and names it, and keeps the rest", (name, value) => {
    const rest = name === "process" ? { method: "GET" } : { process: "web" };
    expect(parseCallsAddress({ ...rest, [name]: value })).toEqual({ address: rest, ignored: [name] });
  });

  it("overlooks empty and unknown parameters", () => {
    expect(parseCallsAddress({ q: "", page: "abc", constructor: "x" })).toEqual({ address: {}, ignored: [] });
  });

  it("names a call by its number, and a place by time and number", () => {
    expect(parseCallId("42")).toBe(42n);
    for (const text of ["", "0", "-1", "1.5", "9".repeat(19), "%00", ID]) expect(parseCallId(text)).toBeNull();
    const calledAt = new Date(1_764_100_000_000);
    expect(placeOf({ calledAt: calledAt.toISOString(), id: "42" })).toBe(PLACE);
    expect(readPlace(PLACE)).toEqual({ calledAt, id: 42n });
  });
});

describe("the way from a call to what it was made for", () => {
  const LINK = "7b1c0d52-3f0e-4a77-9c55-0a4f6a1f2b3c";

  const pages = {
    reauth_session: `/exchanges/${LINK}#session-${ID}`,
    event: `/webhooks/${ID}`,
    sweep: "/coverage",
    proof: `/exchanges/${LINK}#repair`,
    catch_up: "/webhooks",
    exchange: `/exchanges/${ID}`,
    customer: `/customers/${ID}`,
    webhook_subscription: "/webhooks",
  } satisfies Record<CallSubject["type"], string>;
  it.each(Object.entries(pages))("leads from a call for a %s to %s", (type, href) => {
    expect(causeHref({ type, id: ID, exchangeId: LINK })).toBe(href);
  });

  it("leads nowhere from the session or proof of a link that the desk does not know, nor from what it has no word for", () => {
    for (const type of ["reauth_session", "proof", "else"])
      expect(causeHref({ type, id: ID, exchangeId: null })).toBeNull();
  });
});

describe("copy as curl", () => {
  const API = "https://api-sandbox.dwolla.com";
  const call = { method: "GET", pathTemplate: "/exchanges/{id}", path: `/exchanges/${ID}`, query: "", sentBody: null };

  /** What a real shell makes of it: a stand-in for curl prints its arguments, one a line. */
  function argumentsOf(command: string): string[] {
    const script = `curl() { printf '%s\\n' "$@"; }\n${command}`;
    const env = { ...process.env, DWOLLA_TOKEN: "t0ken", DWOLLA_KEY: "key", DWOLLA_SECRET: "secret" };
    return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", env }).trimEnd().split("\n");
  }

  it("takes the token from the shell", () => {
    const command = curlCommand(call, API);
    expect(command).toContain("$DWOLLA_TOKEN");
    expect(argumentsOf(command)).toEqual([
      ...["-X", "GET", `${API}/exchanges/${ID}`],
      ...["-H", "Authorization: Bearer t0ken", "-H", "Accept: application/vnd.dwolla.v1.hal+json"],
    ]);
  });

  it("takes key and secret from the shell where the token itself is asked for", () => {
    const token = { ...call, method: "POST", pathTemplate: "/token", path: "/token", sentBody: "{}" };
    expect(argumentsOf(curlCommand(token, API))).toEqual([
      ...["-X", "POST", `${API}/token`, "-u", "key:secret", "-d", "grant_type=client_credentials"],
    ]);
  });

  it.each([`'; touch /tmp/x; '`, "$(id)", "`id`", '"$HOME"', "a\\'b", "!!", "'"])(
    "lets %s be nothing but text",
    (text) => {
      const body = JSON.stringify({ text });
      const hostile = { ...call, method: "POST", query: `?a=${text}`, sentBody: body };
      const given = argumentsOf(curlCommand(hostile, API));
      expect(given[2]).toBe(`${API}/exchanges/${ID}?a=${text}`);
      expect(given.at(-1)).toBe(body);
    },
  );
});

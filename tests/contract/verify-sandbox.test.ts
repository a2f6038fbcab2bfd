import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDwollaClient } from "#dwolla/client.ts";
import { type VerificationReport, verificationReportSchema } from "#features/sandbox-verification/schema.ts";
import { CouldNotRun } from "../../scripts/verify-sandbox/could-not-run.ts";
import { MARKED_BANK, MARKED_WEBHOOK_URL } from "../../scripts/verify-sandbox/ground.ts";
import { LOCAL_SIDE } from "../../scripts/verify-sandbox/options.ts";
import { reportLines } from "../../scripts/verify-sandbox/report-table.ts";
import { STEPS, type VerifyOptions, verify } from "../../scripts/verify-sandbox/verify.ts";
import { startTestSimulator, type TestSimulator } from "../support/simulator.ts";
import { createApiCaller, idOf } from "./api-caller.ts";

/** Other worlds, so that nothing is equal but the shape of the answers. */
let target: TestSimulator;
let twin: TestSimulator;

beforeAll(async () => {
  target = await startTestSimulator({ customers: 600, seed: 2 });
  twin = await startTestSimulator({ customers: 600, seed: 1 });
});

beforeEach(async () => {
  await target.reset();
  await twin.reset();
});

afterAll(() => Promise.all([target.stop(), twin.stop()]));

function run(changes: Partial<VerifyOptions> = {}): Promise<VerificationReport> {
  return verify({
    target: { ...LOCAL_SIDE, origin: target.url },
    simulator: { ...LOCAL_SIDE, origin: twin.url },
    customerId: null,
    signal: new AbortController().signal,
    ...changes,
  });
}

const stepOf = (report: VerificationReport, id: string) => report.steps.find((step) => step.id === id);
const differing = ({ steps }: VerificationReport) => steps.filter(({ verdict }) => verdict === "differs");

describe("the walk over a simulator", () => {
  it("proves every step, with nothing that differs, and settles no question about Dwolla", async () => {
    const report = await run();
    expect(report.steps.filter(({ verdict }) => verdict !== "proven")).toEqual([]);
    expect(report.target.kind).toBe("simulator");
    expect(report.questions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(report.questions.filter(({ isSettled }) => isSettled)).toEqual([]);
    expect(verificationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it("makes every call that the client offers", async () => {
    const client = createDwollaClient({ baseUrl: target.url, ...LOCAL_SIDE });
    await client.close();
    // These ask Dwolla nothing.
    const asksNothing = ["close", "parseEvent", "withPriority"];
    const offered = Object.keys(client).filter((name) => !asksNothing.includes(name));
    expect([...new Set(STEPS.flatMap(({ calls }) => calls))].sort()).toEqual(offered.sort());
  });

  it("says which calls it makes, and makes them", async () => {
    await run();
    const asked = (await target.requests()).map(({ method, path }) => `${method} ${path.split("?")[0]}`);
    for (const part of ["/retries", "/balance", "/exchange-sessions", "/webhooks", "/events", "/exchange-partners"])
      expect(asked.some((line) => line.endsWith(part))).toBe(true);
  });

  it("finds its customer again, and leaves one customer and nothing else behind", async () => {
    const first = await run();
    const again = await run();
    expect([first.customer.origin, again.customer.origin]).toEqual(["made", "found again"]);
    expect(again.customer.id).toBe(first.customer.id);
    expect(differing(again)).toEqual([]);
    await expectPutAway(first.customer.id);
    expect((await (await createApiCaller(target.url)).get("/customers?limit=1")).body.total).toBe(601);
  });

  it("puts away what it made when it is broken off, and what an earlier run could not put away", async () => {
    const interrupted = new AbortController();
    const onStep = (title: string) => title.startsWith("List the webhooks") && interrupted.abort();
    const broken = run({ signal: interrupted.signal, onStep });
    await expect(broken).rejects.toThrow(CouldNotRun);
    await expect(broken).rejects.toThrow(/Interrupted\..*Cleaned up: the webhook subscription\./s);
    const api = await createApiCaller(target.url);
    await api.post("/webhook-subscriptions", { url: MARKED_WEBHOOK_URL, secret: "left by a killed run" });
    const { customer } = await run();
    await expectPutAway(customer.id);
  });

  it("changes nothing at a customer that is named, but for sessions, and takes a link that is broken there for one", async () => {
    const { broken } = await target.truth();
    const found = broken.find(({ partner, cause }) => partner === "Plaid" && cause === "UpdateCredentials");
    const customerId = found?.customerId ?? "";
    const api = await createApiCaller(target.url);
    const before = await Promise.all(standingOf(api, customerId));
    const report = await run({ customerId });
    expect(report.customer).toEqual({ id: customerId, origin: "given" });
    expect(differing(report)).toEqual([]);
    expect(stepOf(report, "broken.balance")?.verdict).toBe("proven");
    for (const id of ["balance.by-hand", "repaired.balance"]) expect(stepOf(report, id)?.verdict).toBe("not_provable");
    expect(await Promise.all(standingOf(api, customerId))).toEqual(before);
    expect(await target.truth()).toEqual({ broken, warned: expect.anything() });
  });

  it("does not run with credentials that are refused, and names the variables", async () => {
    const stranger = run({ target: { ...LOCAL_SIDE, origin: target.url, secret: "canary-secret" } });
    await expect(stranger).rejects.toThrow(/DWOLLA_KEY and DWOLLA_SECRET: it answered 401 invalid_client/);
    await expect(stranger).rejects.toThrow(/^(?!.*canary-secret)/s);
  });

  it("says that nobody answers, and not that the credentials are wrong, where nobody answers", async () => {
    const nowhere = run({ target: { ...LOCAL_SIDE, origin: "http://127.0.0.1:1" } });
    await expect(nowhere).rejects.toThrow(CouldNotRun);
    await expect(nowhere).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:1 could not be asked: no answer came \(network\)\. Nothing was made/,
    );
  });

  it("does not run with a customer of nobody, and does not take an error of Dwolla for one", async () => {
    const customerId = "00000000-0000-4000-8000-000000000000";
    await expect(run({ customerId })).rejects.toThrow(/^--customer: there is no such customer/);
    await target.fault({ method: "GET", path: "/customers/*", fault: { kind: "status", status: 403 } });
    await expect(run({ customerId })).rejects.toThrow(/^The customer to walk with could not be had/);
  });

  it("says of what Dwolla does not take back that it is still there, and takes it back the next time", async () => {
    await target.fault({ method: "POST", path: "/funding-sources/*", fault: { kind: "status", status: 403 } });
    const { cleaning, customer } = await run();
    expect(cleaning).toContain("Not cleaned up, the next run tries again: the test bank.");
    await run();
    await expectPutAway(customer.id);
  });

  function standingOf(api: Awaited<ReturnType<typeof createApiCaller>>, customerId: string) {
    return ["exchanges", "funding-sources"].map(
      async (list) => (await api.get(`/customers/${customerId}/${list}`)).body,
    );
  }

  async function expectPutAway(customerId: string | null): Promise<void> {
    const api = await createApiCaller(target.url);
    expect((await api.get("/webhook-subscriptions")).body.total).toBe(0);
    const { body } = await api.get(`/customers/${customerId}/funding-sources?removed=false`);
    const names = body._embedded["funding-sources"].map(({ name }: { name: string }) => name);
    expect(names).not.toContain(MARKED_BANK);
    const truth = await target.truth();
    expect(truth.broken.map((each) => each.customerId)).not.toContain(customerId);
  }
});

describe("the walk over what has no controls, as the real sandbox", () => {
  const sandbox = () => ({ ...LOCAL_SIDE, origin: target.url, isSimulator: false });

  it("proves what needs no linked bank, says how to link one, and breaks nothing", async () => {
    const report = await run({ target: sandbox() });
    expect(report.target.kind).toBe("sandbox");
    expect(differing(report)).toEqual([]);
    const open = report.steps.filter(({ verdict }) => verdict === "not_provable");
    expect(open.map(({ id }) => id.split(".")[0])).not.toContain("subscriptions");
    expect(stepOf(report, "exchanges.list")?.remarks[0]).toContain("the list is empty");
    for (const id of ["exchanges.read.plaid", "balance.linked", "sessions.create.plaid"])
      expect(stepOf(report, id)?.remarks[0]).toContain(`link a bank to customer ${report.customer.id}`);
    expect(stepOf(report, "broken.balance")?.remarks[0]).toContain("no way to break an exchange");
    expect(report.questions.filter(({ isSettled }) => isSettled).map(({ number }) => number)).toEqual([4, 5]);
  });

  it("settles what a linked bank can settle, and with one that refuses by itself also what a broken link looks like", async () => {
    const customerId = (await run({ target: sandbox() })).customer.id;
    const exchangeId = await linkBank(customerId ?? "");
    const linked = await run({ target: sandbox() });
    expect(differing(linked)).toEqual([]);
    expect(stepOf(linked, "sessions.create.plaid")?.verdict).toBe("proven");
    expect(linked.questions.find(({ number }) => number === 7)).toMatchObject({
      isSettled: true,
      answer: "The same key twice gives the same session (201).",
    });
    await target.break(exchangeId, "UpdateCredentials");
    const refusing = await run({ target: sandbox() });
    expect(differing(refusing)).toEqual([]);
    for (const id of ["broken.balance", "broken.exchange", "broken.session"])
      expect(stepOf(refusing, id)?.verdict).toBe("proven");
    expect(refusing.questions.find(({ number }) => number === 1)).toMatchObject({
      isSettled: true,
      answer: "While a balance says UpdateCredentials, the exchange's status is active.",
    });
    expect((await target.truth()).broken.map((each) => each.exchangeId)).toContain(exchangeId);
  });

  async function linkBank(customerId: string): Promise<string> {
    const api = await createApiCaller(target.url);
    const partners = (await api.get("/exchange-partners")).body._embedded["exchange-partners"];
    const { id } = partners.find(({ name }: { name: string }) => name === "Plaid");
    const partner = { href: `${target.url}/exchange-partners/${id}` };
    const made = await api.post(`/customers/${customerId}/exchanges`, {
      _links: { "exchange-partner": partner },
      token: "t",
    });
    const exchange = { href: made.headers.get("location") };
    await api.post(`/customers/${customerId}/funding-sources`, { _links: { exchange }, name: "Linked by hand" });
    return idOf(exchange.href);
  }
});

describe("a Dwolla that answers otherwise", () => {
  const EXCHANGE = { method: "GET", path: "/exchanges/*" };

  it("differs by another status, in words that name the step", async () => {
    const fault = { kind: "status", status: 403 } as const;
    await target.fault({ method: "POST", path: "/exchanges/*/exchange-sessions", fault });
    const report = await run();
    expect(stepOf(report, "sessions.create.plaid")).toMatchObject({
      title: "Make a re-auth session for an exchange of Plaid that is not broken",
      verdict: "differs",
      answer: "403 Forbidden",
      remarks: ["answers 403 Forbidden, the simulator 201"],
    });
    const line = reportLines(report).findIndex((each) => each.startsWith("DIFFERS"));
    expect(reportLines(report)[line + 1]).toContain("answers 403 Forbidden, the simulator 201");
  });

  it("differs by a field that is missing, one of another type, and one that is new", async () => {
    const id = "e0000000-0000-4000-8000-000000000001";
    const link = { href: `${target.url}/exchanges/${id}` };
    const body = { _links: { self: link }, id, created: "yesterday", mood: "fine" };
    await target.fault({ ...EXCHANGE, fault: { kind: "status", status: 200, body } });
    const remarks = stepOf(await run(), "exchanges.read.plaid")?.remarks ?? [];
    expect(remarks).toContain("lacks status, which the simulator gives");
    expect(remarks).toContain("lacks _links.customer, which the simulator gives");
    expect(remarks).toContain("created is text, in the simulator time");
    expect(remarks).toContain("also gives mood, which the simulator does not");
  });

  it("differs by what our schemas cannot read, and goes on with the other steps", async () => {
    await target.fault({ ...EXCHANGE, fault: { kind: "status", status: 200, body: { _links: {} } } });
    await target.fault({ method: "POST", path: "/webhook-subscriptions", times: 2, fault: { kind: "no-location" } });
    const report = await run();
    expect(stepOf(report, "exchanges.read.plaid")?.remarks[0]).toMatch(/^does not fit our wire schema: id: /);
    expect(stepOf(report, "subscriptions.create")?.verdict).toBe("differs");
    expect(stepOf(report, "exchanges.read.mx")?.verdict).toBe("proven");
  });

  it("cannot be proven where a scope is missing or no answer comes", async () => {
    const fault = { kind: "status", status: 401, code: "InvalidScopes" } as const;
    await target.fault({ method: "GET", path: "/exchanges/*", fault });
    await target.fault({ method: "POST", path: "/exchanges/*/exchange-sessions", fault: { kind: "reset" } });
    const report = await run();
    expect(stepOf(report, "exchanges.read.plaid")).toMatchObject({
      verdict: "not_provable",
      remarks: ["this application lacks the scope (401 InvalidScopes)"],
    });
    expect(stepOf(report, "sessions.create.plaid")).toMatchObject({
      verdict: "not_provable",
      remarks: ["no whole answer came (network)"],
    });
  });

  it("puts nothing into a report that it answered: no token, name, e-mail or field that could be one", async () => {
    const canary = "canary-link-sandbox-0b4f9d21";
    const body = {
      code: canary,
      message: canary,
      [canary]: canary,
      _embedded: { errors: [{ path: canary, code: canary }] },
    };
    for (const path of ["/exchanges/*", "/customers/*", "/exchange-sessions/*", "/webhook-subscriptions"])
      await target.fault({
        path,
        times: 3,
        fault: { kind: "status", status: 400, body, headers: { "x-request-id": canary } },
      });
    const spoiled = await run().catch((error: Error) => error.message);
    await target.clearFaults();
    const clean = await run();
    const api = await createApiCaller(target.url);
    const people = (await api.get("/customers?limit=200")).body._embedded.customers;
    const secrets = [
      canary,
      ...(await target.secrets()),
      ...(await target.accessTokens()),
      ...people.flatMap(({ email, firstName, lastName }: Record<string, string>) => [
        email,
        `${firstName} ${lastName}`,
      ]),
      "reconnect-desk-verification@",
    ];
    const said = [spoiled, clean].map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n");
    for (const secret of secrets) expect(said).not.toContain(secret);
    expect(reportLines(clean).join("\n")).toContain(clean.customer.id);
  });
});

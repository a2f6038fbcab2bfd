import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { labLine as lineOf, MOST_SHOWN } from "#features/break-lab/components/lab-line.ts";
import { adviceFor, agreementOf, type Standing, standingOf } from "#features/break-lab/components/next-step.ts";
import type { LabLink } from "#features/break-lab/loaders.ts";
import { labAddressSchema } from "#features/break-lab/schema.ts";
import { BREAKS, PARTNER_BREAKS, SIMULATED_PARTNERS } from "#features/simulator-controls/schema.ts";
import * as simulated from "../../simulator/world/breaks.ts";
import { PARTNER_NAMES } from "../../simulator/world/partners.ts";

const ID = "036c8a60-fa45-45d4-8f5d-181d348c6ec8";
const START = "2026-11-25T14:00:00.000Z";
const at = (seconds: number) => new Date(Date.parse(START) + seconds * 1_000);

const labLine = (lab: LabLink) => lineOf(lab, (action) => action);

describe("the line of what happened", () => {
  it("merges what the bank, Dwolla, the wire and the desk did, newest first, and leaves out what was before the run", () => {
    const line = labLine(
      lab({
        acts: [
          { at: at(-60), method: "POST", path: `/exchanges/${ID}/repair`, body: {}, isRefused: false },
          { at: at(1), method: "POST", path: `/exchanges/${ID}/break`, body: { as: "deactivated" }, isRefused: false },
          { at: at(2), method: "POST", path: "/exchanges/another/break", body: { as: "removed" }, isRefused: false },
          { at: at(3), method: "POST", path: "/outage", body: { as: "down" }, isRefused: false },
        ],
        calls: [call(at(5))],
        changes: [signal(at(6))],
        trail: [auditRow(at(7))],
      }),
    );
    expect(line.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
      "audit: exchange.checked",
      "signal: Dwolla lists the link as deactivated",
      "call: GET /exchanges/{id}",
      "simulator: Dwolla cuts every connection off",
      "simulator: Dwolla switches the link off",
    ]);
  });

  it("has words for a control that came without sense and was refused", () => {
    const paths = [
      `/exchanges/${ID}/break`,
      "/clock",
      "/faults",
      "/partners/Plaid/break",
      "/settings",
      "/webhooks/mischief",
    ];
    const acts = paths.map((path, second) => ({ at: at(second), method: "POST", path, body: null, isRefused: true }));
    const titles = labLine(lab({ acts })).map(({ title }) => title);
    expect(titles).toHaveLength(paths.length);
    for (const title of titles) expect(title).not.toMatch(/undefined|NaN|null/);
  });

  it("tells a webhook from its making to its effect, also where it is lost or held", () => {
    const webhook = { id: "w", eventId: "e", topic: "customer_exchange_reauth_required", nextAttemptAt: null };
    const line = labLine(
      lab({
        webhooks: [
          { ...webhook, id: "w1", created: at(1), isLost: true, isHeld: false, attempts: [] },
          { ...webhook, id: "w2", created: at(2), isLost: false, isHeld: true, attempts: [] },
          {
            ...webhook,
            created: at(3),
            isLost: false,
            isHeld: false,
            attempts: [
              { at: at(4), status: 500, isOver: true },
              { at: at(6), status: 200, isOver: true },
            ],
          },
        ],
        events: [
          { id: "e", topic: webhook.topic, receivedAt: at(7), readAt: null, processedAt: at(8), effect: "read" },
        ],
      }),
    );
    expect(line.map(({ title }) => title).reverse()).toEqual([
      "Dwolla’s webhook is lost",
      "Dwolla’s webhook is held",
      "Dwolla sends a webhook",
      "Dwolla sends a webhook again",
      "The desk takes the webhook",
      "The desk is done with the event: read",
    ]);
  });

  it("says by whose press or which job something came, and leads there", () => {
    const event = randomUUID();
    const webhook = { id: "w", eventId: event, topic: "customer_exchange_reauth_required", nextAttemptAt: null };
    const pressed = { action: "simulator.exchange_broken", operationId: "o1" };
    const line = labLine(
      lab({
        acts: [{ at: at(1), method: "POST", path: `/exchanges/${ID}/break`, body: { as: "warned" }, isRefused: false }],
        webhooks: [
          {
            ...webhook,
            created: at(1),
            isLost: false,
            isHeld: false,
            attempts: [{ at: at(2), status: 200, isOver: true }],
          },
        ],
        events: [{ id: event, topic: webhook.topic, receivedAt: at(2), readAt: null, processedAt: null, effect: null }],
        calls: [
          { ...call(at(3)), act: "dwolla_event.process", concernsType: "event", concernsId: event },
          { ...call(at(4), "2"), act: "exchange.checked", staffName: "Engineer Example", causeRequestId: "r" },
          { ...call(at(5), "3"), act: "proof.probe", concernsType: "proof", concernsId: "p", exchangeId: ID },
          { ...call(at(6), "4"), act: "proof.probe", concernsType: "proof", concernsId: "of another link" },
        ],
        trail: [
          { ...auditRow(at(1.5)), ...pressed, eventId: "e2", phase: "outcome" },
          { ...auditRow(at(0.5)), ...pressed, eventId: "e1", phase: "intent" },
        ],
      }),
    );
    const causes = line.flatMap(({ title, cause }) => (cause ? [`${title} | ${cause.words} | ${cause.href}`] : []));
    const press = "Engineer Example: simulator.exchange_broken | /audit/e2";
    expect(causes.reverse()).toEqual([
      `Broken: warned | ${press}`,
      `Dwolla sends a webhook | ${press}`,
      `GET /exchanges/{id} | dwolla_event.process | /webhooks/${event}`,
      expect.stringMatching(/^GET \/exchanges\/\{id\} \| Engineer Example: exchange\.checked \| \/audit\?/),
      `GET /exchanges/{id} | proof.probe | /exchanges/${ID}#repair`,
      "GET /exchanges/{id} | proof.probe | null",
    ]);
    expect(line.find(({ title }) => title === "Dwolla sends a webhook")?.href).toBe(`/webhooks/${event}`);
  });

  it("shows the newest of many and no more", () => {
    const calls = Array.from({ length: MOST_SHOWN + 50 }, (_, place) => call(at(place), String(place)));
    const line = labLine(lab({ calls }));
    expect(line).toHaveLength(MOST_SHOWN);
    expect(line[0]?.at).toBe(at(MOST_SHOWN + 49).toISOString());
  });

  it("puts the cause before its effect where both bear the same time", () => {
    const acts = [{ at: at(1), method: "POST", path: `/exchanges/${ID}/repair`, body: {}, isRefused: false }];
    const line = labLine(lab({ acts, calls: [call(at(1))] }));
    expect(line.map(({ kind }) => kind)).toEqual(["call", "simulator"]);
  });
});

describe("what to do next", () => {
  const standing: Standing = {
    partner: "Plaid",
    condition: "healthy",
    bank: "answers",
    isDwollaAway: false,
    health: "healthy",
    openCase: null,
    session: null,
    isSessionOpenAtBank: false,
    webhook: null,
    hasRepaired: false,
    hasBegun: false,
  };
  const broken = { condition: "UpdateCredentials", health: "broken", openCase: "open" } as const;
  const created = { state: "created", isRevealed: false };

  it.each<[string, Partial<Standing>, readonly string[]]>([
    ["a link that works is there to be broken", {}, ["break"]],
    ["one not seen to work may be checked first", { health: "unknown" }, ["break", "check"]],
    ["one that the desk has not read needs a sweep", { health: null }, ["sweep"]],
    ["a silent break is found by a check", { condition: "UpdateCredentials" }, ["check", "wait"]],
    ["a lost warning is found by a catch-up", { condition: "warned", webhook: "lost" }, ["catch_up", "send_webhook"]],
    ["a held one can be sent", { condition: "warned", webhook: "held" }, ["send_webhook", "catch_up"]],
    ["one on its way is waited for", { condition: "warned", webhook: "on_its_way" }, ["wait", "check"]],
    ["what is found needs a session", broken, ["create_session"]],
    ["a session is revealed", { ...broken, session: created }, ["reveal", "finish"]],
    [
      "then the customer is on",
      { ...broken, session: { ...created, isRevealed: true }, isSessionOpenAtBank: true },
      ["finish"],
    ],
    ["who left gets another", { ...broken, session: { ...created, isRevealed: true } }, ["create_session"]],
    [
      "a refused session is made again",
      { ...broken, session: { state: "failed", isRevealed: false } },
      ["create_session"],
    ],
    ["a repair wants its proof", { ...broken, condition: "healthy", session: created }, ["check", "wait"]],
    ["what is proven is kept", { hasRepaired: true, hasBegun: true }, ["keep"]],
    ["where there are no sessions the link is mended here", { ...broken, partner: "Finicity" }, ["repair", "keep"]],
    ["what is removed can only be kept", { condition: "removed", health: "removed" }, ["keep"]],
    ["an outage is ended first", { isDwollaAway: true, ...broken }, ["clear"]],
    ["a bank that is away must not look broken", { bank: "down" }, ["check", "repair"]],
  ])("%s", (_, changes, steps) => {
    const { says, steps: advised } = adviceFor({ ...standing, ...changes });
    expect(advised).toEqual(steps);
    expect(says).not.toBe("");
  });

  it("says whether the desk believes what is true", () => {
    expect(agreementOf({ condition: "deactivated", health: "broken" })).toBe("agree");
    expect(agreementOf({ condition: "warned", health: "healthy" })).toBe("differ");
    expect(agreementOf({ condition: "healthy", health: "broken" })).toBe("differ");
    expect(agreementOf({ condition: "healthy", health: "unknown" })).toBe("unproven");
    expect(agreementOf({ condition: "removed", health: null })).toBe("not_read");
  });

  it("is read off a loaded run", () => {
    const acts = [{ at: at(1), method: "POST", path: `/exchanges/${ID}/break`, body: {}, isRefused: false }];
    expect(standingOf(lab({ acts }))).toMatchObject({
      partner: "Plaid",
      condition: "healthy",
      health: null,
      webhook: null,
    });
  });
});

describe("what the lab offers", () => {
  it("is what the simulator knows, each once", () => {
    const { BREAKS: known, PARTNER_BREAKS: ofPartners } = simulated;
    // `warned` is another name of pending-disconnect.
    expect([...BREAKS].sort()).toEqual(known.filter((way) => way !== "warned").sort());
    expect([...PARTNER_BREAKS]).toEqual([...ofPartners]);
    expect([...SIMULATED_PARTNERS].sort()).toEqual([...PARTNER_NAMES].sort());
  });

  it("reads any address, and takes what makes no sense for absent", () => {
    expect(
      labAddressSchema.parse({ exchange: "x", since: "yesterday", show: "all", q: ["a", "b"], partner: 1 }),
    ).toEqual({
      exchange: undefined,
      since: undefined,
      show: undefined,
      q: "a",
      partner: undefined,
    });
  });
});

type Parts = Partial<
  Pick<LabLink, "calls" | "changes" | "events" | "trail"> &
    Pick<LabLink["simulated"], "acts"> &
    Pick<LabLink["simulated"]["truth"], "webhooks">
>;

function lab({ acts = [], webhooks = [], ...parts }: Parts): LabLink {
  const truth = {
    now: at(100),
    partner: "Plaid",
    condition: "healthy",
    isBroken: false,
    since: at(-1_000),
    bank: "answers",
    customerId: "c",
    sessions: [],
    events: [],
    webhooks,
  };
  const mischief = { lose: 0, loseShare: 0, duplicateShare: 0, reorder: false, delaySeconds: 0, hold: [] };
  const conditions = { aheadSeconds: 0, outage: "none", latencyMs: 0, mischief, faults: [], partners: [] } as const;
  const limits = { callsPerSecond: null, tokenLifetimeSeconds: 3_600 };
  return {
    state: "there",
    exchangeId: ID,
    since: START,
    bankPage: "http://127.0.0.1:4010/__simulator/bank",
    simulated: {
      truth,
      acts,
      conditions: { ...conditions, ...limits, mischief: { ...mischief, hold: [] }, faults: [], partners: [] },
    },
    exchange: null,
    evidence: [],
    changes: [],
    sessions: [],
    proof: null,
    events: [],
    calls: [],
    trail: [],
    now: at(100).toISOString(),
    ...parts,
  };
}

function call(calledAt: Date, id = "1"): LabLink["calls"][number] {
  const what = { process: "worker", method: "GET", pathTemplate: "/exchanges/{id}", status: 200, errorKind: null };
  const cause = { staffName: null, act: null, causeRequestId: null, concernsType: null, concernsId: null };
  const link = { exchangeId: null };
  return { id, calledAt, durationMs: 3, ...what, ...cause, ...link };
}

function signal(observedAt: Date): LabLink["changes"][number] {
  const when = { observedAt: observedAt.toISOString(), speaksOfAt: observedAt.toISOString() };
  return { id: "s", kind: "exchange_status", value: "deactivated", source: "check", upstreamRequestId: null, ...when };
}

function auditRow(recordedAt: Date): LabLink["trail"][number] {
  const row = { action: "exchange.checked", phase: "single", outcome: "succeeded", by: "Engineer Example" };
  return { eventId: "e", operationId: "o", at: recordedAt, ...row };
}

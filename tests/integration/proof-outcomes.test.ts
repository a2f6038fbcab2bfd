import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ExchangeId } from "#domain/ids.ts";
import { getExchange, listOtherTroubledLinks } from "#features/exchanges/data.ts";
import { checkExchange } from "#features/exchanges/mutations.ts";
import { getLatestProof } from "#features/proofs/data.ts";
import { keepProving, startProof } from "#features/proofs/mutations.ts";
import { listReauthSessionsOfExchange } from "#features/reauth-sessions/data.ts";
import { type ProofDesk, startProofDesk } from "../support/proof-desk.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

let desk: ProofDesk;

beforeEach(async () => {
  desk = await startProofDesk({ customers: 150 });
});

afterEach(() => desk.stop());

test("a proof whose job is lost is taken up, once, and proves what it can", async () => {
  const exchangeId = await desk.brokenExchange();
  await desk.simulator.completeSession(await desk.revealSession(exchangeId));
  await desk.worker.db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await keepProving({ ctx: desk.worker });
  await desk.elapse(2 * HOUR);
  expect(await getLatestProof(desk.worker.db, exchangeId)).toMatchObject({ state: "running", probes: 0 });
  await Promise.all([keepProving({ ctx: desk.worker }), keepProving({ ctx: desk.worker })]);
  await desk.elapse(1);
  expect(await getLatestProof(desk.worker.db, exchangeId)).toMatchObject({ state: "proven", probes: 1 });
});

describe("the page of a link says", () => {
  test("that the customer did not finish: the session is out, its time is over, and the bank still refuses", async () => {
    const exchangeId = await desk.brokenExchange();
    await desk.simulator.abandonSession(await desk.revealSession(exchangeId));
    await desk.elapse(31 * MINUTE);
    const { exchange, proof, sessions } = await pageOf(exchangeId);
    expect(exchange).toMatchObject({ health: "broken", cause: "UpdateCredentials" });
    expect(openCaseOf(exchange)).toMatchObject({ state: "session_created", hasSession: true, provenBy: null });
    expect(proof).toMatchObject({ state: "running", trigger: "reveal", lastFinding: "still_broken", probes: 1 });
    expect(sessions).toMatchObject([{ state: "created", revealedAt: expect.any(String) }]);
  });

  test("that another bank account is broken too, and the session mends its own link only", async () => {
    const [first, second] = await customerWithTwoBrokenLinks();
    const dwollaSessionId = await desk.revealSession(first);
    await desk.simulator.completeSession(dwollaSessionId);
    await desk.elapse(MINUTE);
    const mended = await pageOf(first);
    expect(mended.exchange).toMatchObject({ health: "healthy", cases: [{ state: "verified", hasSession: true }] });
    expect(mended.otherLinks).toMatchObject([{ exchangeId: second, health: "broken" }]);
    const other = await pageOf(second);
    expect(openCaseOf(other.exchange)).toMatchObject({ state: "open", cause: "UpdateCredentials", hasSession: false });
    expect(other.proof).toBeNull();
    expect(other.otherLinks).toEqual([]);
  });

  test("that the customer signed in to another link than the one that was meant: this one stays broken", async () => {
    const [meant, other] = await customerWithTwoBrokenLinks();
    await desk.revealSession(meant);
    await desk.simulator.repair(other);
    await desk.elapse(MINUTE);
    const { exchange, proof, otherLinks } = await pageOf(meant);
    expect(exchange).toMatchObject({ health: "broken" });
    expect(openCaseOf(exchange)).toMatchObject({ state: "session_created" });
    expect(proof).toMatchObject({ state: "running", lastFinding: "still_broken" });
    expect(otherLinks).toMatchObject([{ exchangeId: other }]);
    await desk.sweep();
    expect((await pageOf(other)).exchange).toMatchObject({ health: "healthy", cases: [{ state: "verified" }] });
    expect((await pageOf(meant)).otherLinks).toEqual([]);
  });

  test("that the link was removed meanwhile: the case is not repairable, and the proof has ended with just that", async () => {
    const exchangeId = await desk.brokenExchange();
    await desk.revealSession(exchangeId);
    await desk.simulator.break(exchangeId, "removed");
    await desk.elapse(MINUTE);
    const { exchange, proof } = await pageOf(exchangeId);
    expect(exchange).toMatchObject({ status: "removed", health: "removed", cause: "removed" });
    expect(exchange.cases[0]).toMatchObject({ state: "not_repairable", closedAt: expect.any(String), provenBy: null });
    expect(proof).toMatchObject({ state: "given_up", lastFinding: "removed", probes: 1, nextProbeAt: null });
    expect(proof?.endedAt).not.toBeNull();
  });

  test("the same where the customer was removed as a whole", async () => {
    const exchangeId = await desk.brokenExchange();
    await desk.revealSession(exchangeId);
    const { customerId } = await desk.worker.db.exchange.findUniqueOrThrow({ where: { id: exchangeId } });
    await desk.simulator.removeCustomer(customerId);
    await desk.elapse(MINUTE);
    expect((await pageOf(exchangeId)).proof).toMatchObject({ state: "given_up", lastFinding: "gone", probes: 1 });
    await desk.sweep();
    const { exchange } = await pageOf(exchangeId);
    expect(exchange).toMatchObject({ health: "removed", cases: [{ state: "not_repairable" }] });
  });

  test("after how many looks it was proven, the one that proved it among them", async () => {
    const exchangeId = await desk.brokenExchange();
    const dwollaSessionId = await desk.revealSession(exchangeId);
    await desk.elapse(MINUTE);
    await desk.simulator.completeSession(dwollaSessionId);
    await desk.elapse(MINUTE);
    const { exchange, proof } = await pageOf(exchangeId);
    expect(exchange.cases[0]).toMatchObject({ state: "verified", provenBy: { source: "proof", value: "answered" } });
    expect(proof).toMatchObject({ state: "proven", lastFinding: "proven", probes: 2, nextProbeAt: null });
  });
});

describe("while a session is good", () => {
  test("a press of “Check now” and a webhook take nothing from the watch over it", async () => {
    const exchangeId = await desk.brokenExchange();
    const dwollaSessionId = await desk.revealSession(exchangeId);
    for (let probe = 0; probe < 8; probe += 1) await elapseToNextProbe(exchangeId);
    const before = await getLatestProof(desk.worker.db, exchangeId);
    await checkExchange({ ctx: desk.agent, input: { exchangeId } });
    await begin(exchangeId, "event");
    expect(await getLatestProof(desk.worker.db, exchangeId)).toEqual(before);
    await desk.simulator.completeSession(dwollaSessionId);
    await desk.elapse(2 * MINUTE + 1);
    expect((await pageOf(exchangeId)).exchange.cases[0]).toMatchObject({ state: "verified" });
  });

  test("and when it is good no more, a webhook makes the desk look at once", async () => {
    const exchangeId = await desk.brokenExchange();
    await desk.revealSession(exchangeId);
    await desk.elapse(31 * MINUTE);
    await desk.elapse(2 * MINUTE);
    await desk.elapse(2 * MINUTE);
    await desk.elapse(2 * HOUR);
    await begin(exchangeId, "event");
    const begun = await getLatestProof(desk.worker.db, exchangeId);
    expect(begun).toMatchObject({ trigger: "event", probes: 0, lastFinding: null, state: "running" });
  });

  test("a second reveal watches anew", async () => {
    const exchangeId = await desk.brokenExchange();
    await desk.revealSession(exchangeId);
    await desk.elapse(MINUTE);
    await desk.revealSession(exchangeId);
    expect(await getLatestProof(desk.worker.db, exchangeId)).toMatchObject({
      trigger: "reveal",
      probes: 0,
      lastFinding: null,
    });
    expect(await desk.worker.db.proof.count({ where: { exchangeId } })).toBe(1);
  });
});

/** What the page of a link is made of. */
async function pageOf(exchangeId: string) {
  const { db } = desk.worker;
  const [exchange, proof, sessions, otherLinks] = await Promise.all([
    getExchange(db, exchangeId),
    getLatestProof(db, exchangeId),
    listReauthSessionsOfExchange(db, exchangeId),
    listOtherTroubledLinks(db, exchangeId),
  ]);
  if (!exchange) throw new Error("the link is not known");
  return { exchange, proof, sessions, otherLinks };
}

function openCaseOf({ cases }: Awaited<ReturnType<typeof pageOf>>["exchange"]) {
  return cases.find(({ closedAt }) => closedAt === null);
}

/** Of one partner whose banks can be asked, each with an account of its own, known to the desk. */
async function customerWithTwoBrokenLinks(): Promise<[ExchangeId, ExchangeId]> {
  const links = await desk.worker.db.exchange.findMany({
    where: { health: { in: ["healthy", "unknown"] }, status: "active", partner: { name: { in: ["Plaid", "MX"] } } },
    orderBy: { id: "asc" },
  });
  for (const { customerId } of links) {
    const own = links.filter((link) => link.customerId === customerId).map(({ id }) => id as ExchangeId);
    const [first, second] = own;
    if (own.length !== 2 || !first || !second || !(await isSessionable(first))) continue;
    try {
      for (const id of own) await desk.simulator.break(id, "UpdateCredentials");
    } catch {
      continue;
    }
    await desk.sweep();
    return [first, second];
  }
  throw new Error("nobody has two links that can break");
}

async function isSessionable(id: string): Promise<boolean> {
  return (await desk.worker.db.exchange.count({ where: { id, partner: { name: "Plaid" } } })) === 1;
}

async function elapseToNextProbe(exchangeId: string): Promise<void> {
  const proof = await getLatestProof(desk.worker.db, exchangeId);
  const waitMs = Date.parse(proof?.nextProbeAt ?? "") - desk.now().getTime();
  await desk.elapse(Math.max(0, waitMs / 1000) + 1);
}

function begin(exchangeId: ExchangeId, trigger: "event" | "check"): Promise<void> {
  return desk.worker.db.$transaction((tx) => startProof(tx, { exchangeId, trigger, now: desk.now() }));
}

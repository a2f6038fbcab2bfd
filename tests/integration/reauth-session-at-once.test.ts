import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import type { CreateReauthSessionResult } from "#features/reauth-sessions/schema.ts";
import { NO_COOLDOWN, press, type ReauthDesk, startReauthDesk } from "../support/reauth-desk.ts";

type Agent = Awaited<ReturnType<ReauthDesk["signIn"]>>;

let desk: ReauthDesk;
beforeAll(async () => {
  desk = await startReauthDesk();
});
afterAll(() => desk.stop());

const TWENTY = Array.from({ length: 20 }, (_, index) => index);

/** One person in four processes, each with its own connections, so that presses wait for one another and not for a connection. */
async function inFourProcesses(): Promise<Agent[]> {
  const first = await desk.signIn();
  const others = await Promise.all([1, 2, 3].map(() => desk.signIn({ actor: first.actor })));
  return [first, ...others];
}

describe("presses that arrive at once", () => {
  it("makes one session of 20 presses by two agents and tells the others who has it", async () => {
    const agents = [...(await inFourProcesses()), ...(await inFourProcesses())];
    const { exchangeId } = await desk.takeExchange();

    const results = await Promise.all(
      TWENTY.flatMap((index) => agents[index % agents.length] ?? []).map((ctx) =>
        createReauthSession({ ctx, input: press(exchangeId) }),
      ),
    );

    expect(await desk.posts(exchangeId)).toBe(1);
    const [winner, ...others] = results.filter((result) => result.ok);
    expect(others).toEqual([]);
    const refused = results.filter((result) => !result.ok);
    expect(refused).toHaveLength(19);
    const audit = await desk.auditOf(exchangeId);
    const intent = audit.find(({ phase }) => phase === "intent");
    const by = agents.find(({ actor }) => actor.id === intent?.actor_id)?.actor.name;
    for (const result of refused) {
      expect(result).toMatchObject({ reason: expect.stringMatching(/^(in_flight|cooling_down)$/), by });
    }
    expect(countByOutcome(audit)).toEqual({ pending: 1, succeeded: 1, denied: 19 });
    expect(winner).toMatchObject({ sessionId: intent?.operation_id });
  });

  it("keeps one session when the same press arrives 20 times", async () => {
    const processes = await inFourProcesses();
    const { exchangeId } = await desk.takeExchange();
    const input = press(exchangeId);

    const results = await Promise.all(
      TWENTY.flatMap((index) => processes[index % processes.length] ?? []).map((ctx) =>
        createReauthSession({ ctx, input }),
      ),
    );

    expect(await desk.posts(exchangeId)).toBe(1);
    const words = new Set(results.map(word));
    words.delete("in_flight");
    expect([...words]).toEqual(["created"]);
    expect(countByOutcome(await desk.auditOf(exchangeId))).toEqual({ pending: 1, succeeded: 1 });
    const [ctx] = processes;
    expect(ctx && (await createReauthSession({ ctx, input }))).toEqual(results.find((result) => result.ok));
    expect(await desk.posts(exchangeId)).toBe(1);
  });

  it("gives one attempt's id to one of two exchanges pressed at the same time", async () => {
    const ctx = await desk.signIn();
    const exchanges = [await desk.takeExchange(), await desk.takeExchange()];
    const attemptId = randomUUID();

    const results = await Promise.all(
      exchanges.map(({ exchangeId }) => createReauthSession({ ctx, input: press(exchangeId, { attemptId }) })),
    );

    expect(results.map(word).sort()).toEqual(["attempt_conflict", "created"]);
    const posts = await Promise.all(exchanges.map(({ exchangeId }) => desk.posts(exchangeId)));
    expect(posts.sort()).toEqual([0, 1]);
  });

  it("tells another person nothing about the attempt whose id they sent", async () => {
    const [first, second] = await Promise.all([
      desk.signIn({ settings: NO_COOLDOWN }),
      desk.signIn({ settings: NO_COOLDOWN }),
    ]);
    const { exchangeId } = await desk.takeExchange();
    const input = press(exchangeId);
    await createReauthSession({ ctx: first, input });
    expect(await createReauthSession({ ctx: second, input })).toEqual({ ok: false, reason: "attempt_conflict" });
    expect(await desk.posts(exchangeId)).toBe(1);
  });
});

function word(result: CreateReauthSessionResult): string {
  return result.ok ? "created" : result.reason;
}

function countByOutcome(audit: { outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of audit) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

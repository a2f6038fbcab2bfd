import { randomUUID } from "node:crypto";
import type { StaffActor } from "#domain/actor.ts";
import type { ExchangeId } from "#domain/ids.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import { staffActor, type TestContext, testContext } from "./context.ts";
import { createTestDatabase } from "./database.ts";
import { runJobs, sweepAll } from "./jobs.ts";
import { startTestSimulator } from "./simulator.ts";

export type ProofDesk = Awaited<ReturnType<typeof startProofDesk>>;

/** A swept world in which hours pass at a word: for Dwolla, for the desk, and for the jobs that wait. */
export async function startProofDesk(options: { customers: number }) {
  const [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator(options)]);
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const common = { appUrl: database.appUrl, simulatorUrl: simulator.url, now };
  const worker = await testContext(common);
  const agent: TestContext<StaffActor> = await testContext({
    ...common,
    actor: staffActor("agent"),
    settings: { reauthCooldownSeconds: 0 },
  });
  const sweep = () => sweepAll({ appUrl: database.appUrl, ctx: worker });
  await sweep();

  return {
    database,
    simulator,
    worker,
    agent,
    now,
    sweep,
    /** Then all that is due happens. */
    async elapse(seconds: number): Promise<void> {
      aheadMs += seconds * 1000;
      await simulator.advanceClock(seconds);
      await worker.db.$executeRaw`
        UPDATE graphile_worker._private_jobs SET run_at = now()
        WHERE run_at <= now() + ${aheadMs} * interval '1 millisecond'`;
      await runJobs({ appUrl: database.appUrl, ctx: worker });
    },
    /** Creates a session for the open case of a link and reveals it. @returns Dwolla's id of it. */
    async revealSession(exchangeId: string): Promise<string> {
      const input = {
        attemptId: randomUUID(),
        exchangeId,
        channel: "web",
        redirectAddress: null,
        ticket: null,
      } as const;
      const created = await createReauthSession({ ctx: agent, input: { ...input, reason: "the customer called" } });
      if (!created.ok) throw new Error(`no session: ${created.reason}`);
      const { sessionId } = created;
      const revealed = await revealReauthSession({ ctx: agent, input: { sessionId } });
      if (!revealed.ok) throw new Error(`not revealed: ${revealed.reason}`);
      const session = await worker.db.reauthSession.findUniqueOrThrow({ where: { id: sessionId } });
      return session.dwollaSessionId ?? "";
    },
    async brokenExchange(): Promise<ExchangeId> {
      const { exchangeId } = await worker.db.repairCase.findFirstOrThrow({
        where: { closedAt: null, cause: "UpdateCredentials", exchange: { partner: { name: "Plaid" } } },
      });
      return exchangeId as ExchangeId;
    },
    async stop(): Promise<void> {
      await Promise.all([worker.close(), agent.close()]);
      await Promise.all([database.drop(), simulator.stop()]);
    },
  };
}

import { randomUUID } from "node:crypto";
import pg from "pg";
import type { StaffActor } from "#domain/actor.ts";
import type { Role } from "#domain/permissions.ts";
import type { CreateReauthSessionInput } from "#features/reauth-sessions/schema.ts";
import { insertCase } from "./broken-exchange.ts";
import { staffActor, type TestContext, type TestContextOptions, testContext } from "./context.ts";
import { createTestDatabase } from "./database.ts";
import { startTestSimulator } from "./simulator.ts";

export type ReauthDesk = Awaited<ReturnType<typeof startReauthDesk>>;
export type AgentOptions = Partial<TestContextOptions<StaffActor>> & { role?: Role };
type Partner = "Plaid" | "MX" | "Finicity";

export const NO_COOLDOWN = { reauthCooldownSeconds: 0 };

export interface AuditRow {
  operation_id: string;
  action: string;
  phase: string;
  outcome: string;
  actor_type: string;
  actor_id: string;
  target_id: string;
  customer_id: string | null;
  upstream_status: number | null;
  upstream_code: string | null;
  reason: string | null;
  ticket: string | null;
  details: Record<string, unknown>;
}

/** A simulated Dwolla with broken exchanges, a database of its own, and people who sign in with their own connections. */
export async function startReauthDesk() {
  const [database, simulator] = await Promise.all([createTestDatabase(), startTestSimulator({ customers: 3000 })]);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const { broken } = await simulator.truth();
  const contexts: TestContext<StaffActor>[] = [];
  const keeper = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url });

  return {
    database,
    simulator,
    owner,
    /** Somebody with a role, an agent unless told otherwise. */
    async signIn({ role = "agent", ...options }: AgentOptions = {}): Promise<TestContext<StaffActor>> {
      const actor = { ...staffActor(role), name: `${role} ${contexts.length + 1}` };
      const ctx = await testContext({ appUrl: database.appUrl, simulatorUrl: simulator.url, actor, ...options });
      contexts.push(ctx);
      return ctx;
    },
    /** Another broken exchange each time, known to the desk and with an open case. */
    async takeExchange(partner: Partner = "Plaid") {
      const index = broken.findIndex((row) => row.partner === partner);
      const [row] = index < 0 ? [] : broken.splice(index, 1);
      if (!row) throw new Error(`the simulated world has no more broken exchanges of ${partner}`);
      return insertCase(keeper.db, row);
    },
    posts: async (exchangeId: string) => {
      const path = `/exchanges/${exchangeId}/exchange-sessions`;
      return (await simulator.requests({ method: "POST", path })).length;
    },
    /** The audit trail of one exchange, in the order of recording. */
    async auditOf(exchangeId: string): Promise<AuditRow[]> {
      const { rows } = await owner.query<AuditRow & { body: string }>(
        "SELECT * FROM audit.event WHERE target_id = $1 ORDER BY recorded_at, event_id",
        [exchangeId],
      );
      return rows.map(({ body, ...row }) => ({ ...row, details: JSON.parse(body).details }));
    },
    async stop() {
      await Promise.all([keeper.close(), owner.end(), ...contexts.map((ctx) => ctx.close())]);
      await Promise.all([simulator.stop(), database.drop()]);
    },
  };
}

/** What the dialog sends for the web, with changes. */
export function press(exchangeId: string, changes: Partial<CreateReauthSessionInput> = {}): CreateReauthSessionInput {
  return {
    attemptId: randomUUID(),
    exchangeId,
    channel: "web",
    redirectAddress: null,
    reason: "The customer called because a payment failed.",
    ticket: "SUP-1",
    ...changes,
  };
}

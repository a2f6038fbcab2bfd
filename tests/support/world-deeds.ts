import { randomUUID } from "node:crypto";
import type { ExchangeId } from "#domain/ids.ts";
import { recordClaim } from "#features/claims/mutations.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import type { SimulatedDesk } from "./simulated-desk.ts";
import type { Link, WorldMemory } from "./world-memory.ts";

type Deed = { desk: SimulatedDesk; memory: WorldMemory; links: readonly Link[] };

export async function breakLinks(
  { desk, memory, links }: Deed,
  as: "UpdateCredentials" | "deactivated",
): Promise<void> {
  for (const { id } of links) {
    memory.noteBreak(id);
    await desk.simulator.break(id, as);
    memory.tell(id, as);
  }
}

export async function warnOf({ desk, memory, links }: Deed): Promise<void> {
  for (const { id } of links) {
    memory.noteWarning(id);
    memory.tell(id, "warned");
  }
  // All at once, so that they wait together and can overtake each other.
  await Promise.all(links.map(({ id }) => desk.simulator.break(id, "warned")));
}

export async function repairAtTheBank({ desk, memory, links }: Deed): Promise<void> {
  for (const { id } of links) {
    await desk.simulator.repair(id);
    memory.noteRepair(id);
    memory.tell(id, "repaired at the bank");
  }
}

/** Of links that were warned of, and still work. */
export async function signInSilently(deed: Deed): Promise<void> {
  await repairAtTheBank(deed);
  for (const link of deed.links) deed.memory.noteSilence(link);
}

/** As an agent and a customer do it, where the link is on the list. Only customers who were warned have to say that they have finished. */
export async function goThroughSession(
  { desk, memory, links }: Deed,
  end: "complete" | "abandon" | "complete and say so",
): Promise<void> {
  for (const { id } of links) {
    if ((await desk.ctx.db.repairCase.count({ where: { exchangeId: id, closedAt: null } })) === 0) continue;
    const dwollaSessionId = await openSession(desk, id);
    if (end === "abandon") await desk.simulator.abandonSession(dwollaSessionId);
    else {
      await desk.simulator.completeSession(dwollaSessionId);
      memory.noteRepair(id);
    }
    memory.tell(id, `session: ${end}`);
    if (end !== "complete and say so") continue;
    await recordClaim({ ctx: desk.agent, input: { exchangeId: id as ExchangeId, word: "finished" } });
  }
}

/** @returns Dwolla's id of a session that was handed over. */
async function openSession({ ctx, agent }: SimulatedDesk, exchangeId: string): Promise<string> {
  const reason = "The customer called because a payment failed.";
  const press = { attemptId: randomUUID(), exchangeId, channel: "web", redirectAddress: null, reason, ticket: null };
  const created = await createReauthSession({ ctx: agent, input: { ...press, channel: "web" } });
  if (!created.ok) throw new Error(`no session: ${JSON.stringify(created)}`);
  await revealReauthSession({ ctx: agent, input: { sessionId: created.sessionId } });
  const session = await ctx.db.reauthSession.findUniqueOrThrow({ where: { id: created.sessionId } });
  return session.dwollaSessionId ?? "";
}

export async function removeLinks({ desk, memory, links }: Deed): Promise<void> {
  for (const { id } of links) {
    await desk.simulator.break(id, "removed");
    memory.noteRemoval(id);
    memory.tell(id, "removed");
  }
}

/** The customers of these links leave. */
export async function deleteCustomers({ desk, memory, links }: Deed): Promise<void> {
  for (const customerId of new Set(links.filter(memory.isThere).map((link) => link.customerId))) {
    await desk.simulator.removeCustomer(customerId);
    memory.goneCustomers.add(customerId);
  }
}

/** Events of no consequence. */
export async function makeNoise(desk: SimulatedDesk, customerIds: readonly string[]): Promise<void> {
  for (const [index, customerId] of customerIds.entries()) {
    const topic = index % 2 === 0 ? "customer_funding_source_updated" : "customer_topic_of_tomorrow";
    await desk.simulator.event({ topic, customerId, resource: { path: "customers", id: customerId } });
  }
}

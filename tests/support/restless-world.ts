import { randomUUID } from "node:crypto";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { WARNING_NOTICE_MS } from "#domain/exchange-health.ts";
import type { ExchangeId, WebhookId } from "#domain/ids.ts";
import { recordClaim } from "#features/claims/mutations.ts";
import { createReauthSession } from "#features/reauth-sessions/mutations.ts";
import { revealReauthSession } from "#features/reveals/mutations.ts";
import type { Truth } from "../../simulator/world/truth.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedDesk } from "./simulated-desk.ts";

export type RestlessWorld = ReturnType<typeof restlessWorld>;
export interface Onset {
  exchangeId: string;
  kind: "warning" | "break";
  at: Date;
}

type Link = { id: string; customerId: string; partner: string };

const BALANCE_PARTNERS = new Set(["Plaid", "MX"]);

/** Things happen to links and customers at Dwolla and at the banks, chosen by chance; and what of it nobody could know. */
export function restlessWorld(desk: SimulatedDesk, random: SeededRandom) {
  const { simulator, ctx, agent } = desk;
  /** When each link was warned of last. */
  const warnedAt = new Map<string, number>();
  /** Links whose customer signed in at the bank before the announced end, without a word to us. */
  const settledQuietly = new Map<string, Link>();
  /** Warned of, broken, and not looked at yet. */
  const unseenBreaks = new Set<string>();
  const gone = new Set<string>();
  const onsets: Onset[] = [];
  const stories = new Map<string, string[]>();

  function note(id: string, what: string): void {
    stories.set(id, [...(stories.get(id) ?? []), `${desk.now().toISOString()} ${what}`]);
  }

  async function readLinks() {
    const [stored, { broken, warned }] = await Promise.all([
      ctx.db.exchange.findMany({ include: { partner: true }, orderBy: { id: "asc" } }),
      simulator.truth(),
    ]);
    const troubled = new Set([...broken, ...warned].map(({ exchangeId }) => exchangeId));
    const toLink = (row: Truth["broken"][number]): Link => ({ ...row, id: row.exchangeId });
    return {
      healthy: stored
        .filter(({ id, status }) => status !== "removed" && !troubled.has(id))
        .map(({ id, customerId, partner }) => ({ id, customerId, partner: partner.name }))
        .filter(isThere),
      broken: broken.map(toLink).sort(byId),
      warned: warned.map(toLink).sort(byId),
    };
  }

  function isThere({ id, customerId }: Link): boolean {
    return !gone.has(id) && !gone.has(customerId);
  }

  async function breakLinks(links: readonly Link[], as: "UpdateCredentials" | "deactivated"): Promise<void> {
    for (const { id } of links) {
      onsets.push({ exchangeId: id, kind: "break", at: desk.now() });
      await simulator.break(id, as);
      note(id, as);
      settledQuietly.delete(id);
      if (isNoticeRunning(id)) unseenBreaks.add(id);
    }
  }

  function isNoticeRunning(id: string): boolean {
    return desk.now().getTime() - (warnedAt.get(id) ?? Number.NEGATIVE_INFINITY) <= WARNING_NOTICE_MS;
  }

  async function warn(links: readonly Link[]): Promise<void> {
    for (const { id } of links) {
      warnedAt.set(id, desk.now().getTime());
      onsets.push({ exchangeId: id, kind: "warning", at: desk.now() });
      settledQuietly.delete(id);
      note(id, "warned");
    }
    // All at once, so that they wait together and can overtake each other.
    await Promise.all(links.map(({ id }) => simulator.break(id, "warned")));
  }

  async function repairAtTheBank(links: readonly Link[]): Promise<void> {
    for (const { id } of links) {
      await simulator.repair(id);
      note(id, "repaired at the bank");
    }
  }

  async function signInQuietly(links: readonly Link[]): Promise<void> {
    await repairAtTheBank(links);
    for (const link of links) settledQuietly.set(link.id, link);
  }

  /** As an agent and a customer do it; only the customers who were warned have to say that they have finished. */
  async function throughSession(links: readonly Link[], end: "complete" | "abandon" | "complete and say so") {
    for (const { id } of links) {
      if ((await ctx.db.repairCase.count({ where: { exchangeId: id, closedAt: null } })) === 0) continue;
      const created = await createReauthSession({ ctx: agent, input: pressFor(id) });
      if (!created.ok) throw new Error(`no session: ${JSON.stringify(created)}`);
      await revealReauthSession({ ctx: agent, input: { sessionId: created.sessionId } });
      const session = await ctx.db.reauthSession.findUniqueOrThrow({ where: { id: created.sessionId } });
      const dwollaSessionId = session.dwollaSessionId ?? "";
      note(id, `session: ${end}`);
      if (end === "abandon") await simulator.abandonSession(dwollaSessionId);
      else await simulator.completeSession(dwollaSessionId);
      if (end === "complete and say so")
        await recordClaim({ ctx: agent, input: { exchangeId: id as ExchangeId, word: "finished" } });
    }
  }

  async function remove(links: readonly Link[]): Promise<void> {
    for (const { id } of links) {
      await simulator.break(id, "removed");
      note(id, "removed");
      gone.add(id);
    }
  }

  async function deleteCustomers(links: readonly Link[]): Promise<void> {
    for (const { customerId } of links) {
      if (gone.has(customerId)) continue;
      await simulator.removeCustomer(customerId);
      gone.add(customerId);
    }
  }

  /** Of no consequence, and for some of them the customer is gone. */
  async function makeNoise(links: readonly Link[]): Promise<void> {
    const ids = [...links.map(({ customerId }) => customerId), ...random.take([...gone], 1)];
    for (const customerId of ids) {
      const resource = { path: "customers", id: customerId } as const;
      const topic = random.happens(0.5) ? "customer_funding_source_updated" : "customer_topic_of_tomorrow";
      await simulator.event({ topic, customerId, resource });
    }
  }

  /** No link is touched twice. */
  async function stir({ silently = true }: { silently?: boolean } = {}): Promise<void> {
    const { healthy, broken, warned } = await readLinks();
    const banks = healthy.filter(({ partner }) => BALANCE_PARTNERS.has(partner));
    const plaid = banks.filter(({ partner }) => partner === "Plaid");
    const sessions = broken.filter(({ id, partner }) => BALANCE_PARTNERS.has(partner) && !unseenBreaks.has(id));
    const repairable = broken.filter(({ id }) => !unseenBreaks.has(id));
    const used = new Set<string>();
    const take = (links: Link[], most: number) => {
      const free = links.filter(({ id, customerId }) => !used.has(id) && !used.has(customerId));
      const taken = random.take(free, random.between(0, most));
      for (const { id, customerId } of taken) used.add(id).add(customerId);
      return taken;
    };
    await breakLinks(take(banks, 12), "UpdateCredentials");
    await breakLinks(take(healthy, 8), "deactivated");
    await breakLinks(take(warned, 3), random.happens(0.5) ? "UpdateCredentials" : "deactivated");
    await throughSession(take(sessions, 3), "complete");
    await throughSession(take(sessions, 2), "abandon");
    await throughSession(take(warned, 2), "complete and say so");
    await repairAtTheBank(take(repairable, 8));
    if (silently) await signInQuietly(take(warned, 5));
    await makeNoise(take(healthy, 4));
    await warn([...take(plaid, 16), ...take(warned, 2)]);
    await remove(take([...healthy, ...broken, ...warned], 3));
    await comeAndGo();
  }

  async function comeAndGo(): Promise<void> {
    const { healthy, broken, warned } = await readLinks();
    await deleteCustomers(random.take([...healthy, ...broken, ...warned], random.between(0, 3)));
    await deleteCustomers(random.take([...broken, ...warned], random.between(0, 1)));
    await simulator.addCustomers(random.between(1, 6));
  }

  return {
    stir,
    /** What cannot make this sweep miss what it should have seen; the webhooks are processed beside it. */
    async stirWhileSwept(): Promise<void> {
      const { healthy } = await readLinks();
      const [plaid, others] = [healthy.filter(({ partner }) => partner === "Plaid"), healthy];
      await warn(random.take(plaid, 10));
      await breakLinks(
        random.take(
          others.filter(({ id }) => !isNoticeRunning(id)),
          6,
        ),
        "deactivated",
      );
      await comeAndGo();
    },
    async warnOne(): Promise<void> {
      const { healthy } = await readLinks();
      await warn(
        random.take(
          healthy.filter(({ partner }) => partner === "Plaid"),
          1,
        ),
      );
    },
    /** Dwolla sends some that were lost or failed once more, as somebody asked it to. */
    async sendLostOnes(most: number): Promise<void> {
      const lost = (await simulator.webhooks()).filter(({ isLost, attempts }) => isLost && attempts.length === 0);
      for (const { id } of random.take(lost, most)) await ctx.dwolla.retryWebhook(id as WebhookId);
    },
    /** Takes over what was warned of before the simulation began. */
    async rememberOldWarnings(): Promise<void> {
      const events = await ctx.db.dwollaEvent.findMany({
        where: { topic: REAUTH_REQUIRED },
        orderBy: { createdAt: "asc" },
      });
      for (const { resourceId, createdAt } of events) warnedAt.set(resourceId ?? "", createdAt.getTime());
    },
    onsets: () => onsets,
    /** For whoever has to find out why the list is wrong. */
    async tellStory(exchangeId: string): Promise<object> {
      const where = { exchangeId };
      const [signals, cases] = await Promise.all([
        ctx.db.signal.findMany({ where, orderBy: { observedAt: "asc" } }),
        ctx.db.repairCase.findMany({ where, orderBy: { openedAt: "asc" } }),
      ]);
      return {
        exchangeId,
        happened: stories.get(exchangeId) ?? [],
        seen: signals.map(
          ({ observedAt, source, kind, value }) => `${observedAt.toISOString()} ${source} ${kind} ${value}`,
        ),
        cases: cases.map(({ state, cause, openedAt, closedAt }) => ({ state, cause, openedAt, closedAt })),
      };
    },
    /** Everything that is broken now has been looked at. */
    brokenLinksWereSeen: () => unseenBreaks.clear(),
    /**
     * Links that work and whose customers have signed in, but of which nothing but the warning is known: Dwolla has no event for a
     * repair, a bank that answers answered before, and nobody said anything. Until the notice is over they stay on the list.
     */
    knownToNobody: (): string[] =>
      [...settledQuietly.values()].filter((link) => isThere(link) && isNoticeRunning(link.id)).map(({ id }) => id),
  };
}

function byId(a: Link, b: Link): number {
  return a.id < b.id ? -1 : 1;
}

function pressFor(exchangeId: string) {
  const reason = "The customer called because a payment failed.";
  return { attemptId: randomUUID(), exchangeId, channel: "web", redirectAddress: null, reason, ticket: null } as const;
}

import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { WebhookId } from "#domain/ids.ts";
import type { Truth } from "../../simulator/world/truth.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedDesk } from "./simulated-desk.ts";
import {
  breakLinks,
  deleteCustomers,
  goThroughSession,
  makeNoise,
  removeLinks,
  repairAtTheBank,
  signInSilently,
  warnOf,
} from "./world-deeds.ts";
import { type Link, type WorldMemory, worldMemory } from "./world-memory.ts";

export type RestlessWorld = ReturnType<typeof restlessWorld>;
type World = { desk: SimulatedDesk; random: SeededRandom; memory: WorldMemory };

/** Things happen to links and customers at Dwolla and at the banks, chosen by chance. */
export function restlessWorld(desk: SimulatedDesk, random: SeededRandom) {
  const memory = worldMemory(desk.now);
  const world = { desk, random, memory };
  return {
    memory,
    stir: (options: Stirring = {}) => stir(world, options),
    stirWhileSwept: () => stirWhileSwept(world),
    async warnOne(): Promise<void> {
      const { healthy } = await readLinks(world);
      await warnOf({ desk, memory, links: random.take(healthy.filter(isOfPlaid), 1) });
    },
    /** Dwolla sends some that were lost once more, as somebody asked it to. */
    async sendLostOnes(most: number): Promise<void> {
      const lost = (await desk.simulator.webhooks()).filter(({ isLost, attempts }) => isLost && attempts.length === 0);
      for (const { id } of random.take(lost, most)) await desk.ctx.dwolla.retryWebhook(id as WebhookId);
    },
    /** What was warned of before the simulation began. */
    async rememberOldWarnings(): Promise<void> {
      const where = { topic: REAUTH_REQUIRED };
      const events = await desk.ctx.db.dwollaEvent.findMany({ where, orderBy: { createdAt: "asc" } });
      for (const { resourceId, createdAt } of events) memory.noteOldWarning(resourceId ?? "", createdAt);
    },
    /** For whoever has to find out why the list is wrong. */
    async tellStory(exchangeId: string): Promise<object> {
      const where = { exchangeId };
      const [signals, cases] = await Promise.all([
        desk.ctx.db.signal.findMany({ where, orderBy: { observedAt: "asc" } }),
        desk.ctx.db.repairCase.findMany({ where, orderBy: { openedAt: "asc" } }),
      ]);
      const seen = signals.map((each) => [each.observedAt.toISOString(), each.source, each.kind, each.value].join(" "));
      const listed = cases.map(({ state, cause, openedAt, closedAt }) => ({ state, cause, openedAt, closedAt }));
      return { exchangeId, happened: memory.storyOf(exchangeId), seen, listed };
    },
  };
}

interface Stirring {
  /** Whether some customers sign in at their bank and nobody tells. */
  silently?: boolean;
  /** What happens while webhooks are on their way. */
  inTheBurst?: () => Promise<void>;
}

/** No link and no customer is touched twice. */
async function stir(world: World, { silently = true, inTheBurst }: Stirring): Promise<void> {
  const { desk, random, memory } = world;
  const { healthy, broken, warned } = await readLinks(world);
  const banks = healthy.filter(hasBalance);
  const repairable = broken.filter((link) => !memory.isUnseen(link));
  const renewable = repairable.filter(hasBalance);
  const used = new Set<string>();
  const some = (links: readonly Link[], most: number) => {
    const free = links.filter(({ id, customerId }) => !used.has(id) && !used.has(customerId));
    const taken = random.take(free, random.between(0, most));
    for (const { id, customerId } of taken) used.add(id).add(customerId);
    return { desk, memory, links: taken };
  };
  await breakLinks(some(banks, 12), "UpdateCredentials");
  await breakLinks(some(healthy, 8), "deactivated");
  await breakLinks(some(warned, 3), random.happens(0.5) ? "UpdateCredentials" : "deactivated");
  await goThroughSession(some(renewable, 3), "complete");
  await goThroughSession(some(renewable, 2), "abandon");
  await goThroughSession(some(warned, 2), "complete and say so");
  await repairAtTheBank(some(repairable, 8));
  if (silently) await signInSilently(some(warned, 5));
  const noisy = some(healthy, 4).links.map(({ customerId }) => customerId);
  await makeNoise(desk, [...noisy, ...random.take([...memory.goneCustomers], 1)]);
  await warnOf(some([...banks.filter(isOfPlaid), ...warned], 16));
  await inTheBurst?.();
  await removeLinks(some([...healthy, ...broken, ...warned], 3));
  await comeAndGo(world);
}

/** What cannot make the sweep miss what it has to see; the webhooks are processed beside it. */
async function stirWhileSwept(world: World): Promise<void> {
  const { desk, random, memory } = world;
  const { healthy } = await readLinks(world);
  await warnOf({ desk, memory, links: random.take(healthy.filter(isOfPlaid), 10) });
  const others = healthy.filter(({ id }) => !memory.isNoticeRunning(id));
  await breakLinks({ desk, memory, links: random.take(others, 6) }, "deactivated");
  await comeAndGo(world);
}

async function comeAndGo(world: World): Promise<void> {
  const { desk, random, memory } = world;
  const { healthy, broken, warned } = await readLinks(world);
  const leaving = random.take([...healthy, ...broken, ...warned], random.between(0, 3));
  const leavingInTrouble = random.take([...broken, ...warned], random.between(0, 1));
  await deleteCustomers({ desk, memory, links: [...leaving, ...leavingInTrouble] });
  await desk.simulator.addCustomers(random.between(1, 6));
  const { warned: warnedNow } = await desk.simulator.truth();
  for (const { exchangeId } of warnedNow) if (!memory.wasWarnedOf(exchangeId)) memory.noteWarning(exchangeId);
}

/** In an order that does not depend on chance. */
async function readLinks({ desk, memory }: World): Promise<Record<"healthy" | "broken" | "warned", Link[]>> {
  const [known, { broken, warned }] = await Promise.all([
    desk.ctx.db.exchange.findMany({ where: { status: { not: "removed" } }, include: { partner: true } }),
    desk.simulator.truth(),
  ]);
  const troubled = new Set([...broken, ...warned].map(({ exchangeId }) => exchangeId));
  const links = known.map(({ id, customerId, partner }) => ({ id, customerId, partner: partner.name }));
  const toLinks = (rows: Truth["broken"]) =>
    rows.map(({ exchangeId, customerId, partner }) => ({ id: exchangeId, customerId, partner })).sort(byId);
  const healthy = links.filter((link) => !troubled.has(link.id) && memory.isThere(link)).sort(byId);
  return { healthy, broken: toLinks(broken), warned: toLinks(warned) };
}

function byId(a: Link, b: Link): number {
  return a.id < b.id ? -1 : 1;
}

function hasBalance({ partner }: Link): boolean {
  return partner === "Plaid" || partner === "MX";
}

function isOfPlaid({ partner }: Link): boolean {
  return partner === "Plaid";
}

import { afterAll, beforeAll, expect, test } from "vitest";
import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import { accuracyOf, delayTable, readDetections, readWorklist, trueFindings } from "../support/detection-report.ts";
import { type RestlessWorld, restlessWorld } from "../support/restless-world.ts";
import { type SeededRandom, seededRandom } from "../support/seeded-random.ts";
import { type SimulatedDesk, startSimulatedDesk } from "../support/simulated-desk.ts";

/** About 10,000 exchanges. */
const CUSTOMERS = Number(process.env.DETECTION_CUSTOMERS ?? 9_350);
const SEED = Number(process.env.DETECTION_SEED ?? 20_261_124);
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS_PER_DAY = 4;

let desk: SimulatedDesk;
let random: SeededRandom;
let world: RestlessWorld;

beforeAll(async () => {
  desk = await startSimulatedDesk({ customers: CUSTOMERS, seed: SEED });
  random = seededRandom(SEED);
  world = restlessWorld(desk, random);
}, 120_000);

afterAll(() => desk.stop());

test(`the list equals the truth, whatever is lost, doubled, late or cut off (seed ${SEED})`, async () => {
  await desk.sweep("full");
  await desk.catchUp();
  await listEqualsTruth([]);
  await world.knowOldWarnings();
  await desk.subscribe();

  for (let step = 0; step < STEPS_PER_DAY; step += 1) await troubledStep(step);
  await desk.sweep("exchanges", {
    afterPages: random.between(2, CUSTOMERS / 100),
    async meanwhile() {
      await world.breakSome();
      await world.comeAndGo();
    },
  });
  for (let step = 0; step < STEPS_PER_DAY; step += 1) await troubledStep(step);
  await desk.catchUp();
  await desk.sweep("full", { afterPages: random.between(2, CUSTOMERS / 100) });
  world.seen();
  await listEqualsTruth(world.knownToNobody());

  await desk.elapse(4 * DAY);
  await desk.elapse(4 * DAY);
  await world.stir({ keepsWarnings: true });
  await desk.elapse(MINUTE);
  await desk.catchUp();
  await desk.sweep("full");
  expect(world.knownToNobody()).toEqual([]);
  await listEqualsTruth([]);
  await everyLossIsKnown();
  console.log(delayTable(await readDetections(desk.ctx.db, world.onsets())));
}, 900_000);

/** Six hours in which things happen, and some of it is told badly or not at all. */
async function troubledStep(step: number): Promise<void> {
  const lose = random.between(0, 4);
  await desk.simulator.mischief({ lose, duplicateShare: 0.3, reorder: true });
  const trouble = ["none", "receiver restarts", "receiver is down", "paused"][(step + random.between(0, 1)) % 4];
  if (trouble === "receiver is down") await desk.stopReceiver();
  if (trouble === "paused") await desk.pauseWebhooks(true);
  const stirred = world.stir();
  if (trouble === "receiver restarts") {
    await desk.stopReceiver();
    await desk.startReceiver();
  }
  await stirred;
  await desk.elapse(random.between(1, 5) * MINUTE);
  if (step % 2 === 1) await desk.catchUp();
  await desk.startReceiver();
  if (trouble === "paused") await desk.pauseWebhooks(false);
  await world.sendLostOnes(1);
  await desk.elapse(random.between(1, 2) * HOUR);
  if (step % 2 === 0) await desk.catchUp();
  await desk.elapse(random.between(3, 4) * HOUR);
  expect(await desk.jobErrors()).toEqual([]);
}

async function listEqualsTruth(knownToNobody: string[]): Promise<void> {
  const truth = new Map(trueFindings(await desk.simulator.truth()));
  for (const id of knownToNobody) truth.set(id, REAUTH_REQUIRED);
  const { precision, recall, wrong } = accuracyOf(await readWorklist(desk.ctx.db), truth);
  console.log(`${truth.size} true (${knownToNobody.length} known to nobody): precision ${precision}, recall ${recall}`);
  const stories = Object.values(wrong).flatMap((ids) => (ids ?? []).map((id) => [id, world.storyOf(id)]));
  expect({ wrong, stories }).toEqual({ wrong: {}, stories: [] });
  expect([precision, recall]).toEqual([1, 1]);
}

async function everyLossIsKnown(): Promise<void> {
  const webhooks = await desk.simulator.webhooks();
  const arrived = (attempts: { status: number | null }[]) => attempts.some(({ status }) => status === 200);
  const lost = webhooks.filter(({ attempts }) => !arrived(attempts)).map(({ eventId }) => eventId);
  const events = await desk.ctx.db.dwollaEvent.findMany({
    where: { id: { in: webhooks.map(({ eventId }) => eventId) } },
  });
  expect(events).toHaveLength(webhooks.length);
  expect(
    events
      .filter(({ receivedAt }) => receivedAt === null)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(lost.sort());
  expect(events.filter(({ processedAt, effect }) => processedAt === null || effect === "failed")).toEqual([]);
}

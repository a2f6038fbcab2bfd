import { isDwollaError } from "#dwolla/errors.ts";
import type { VerificationReport } from "#features/sandbox-verification/schema.ts";
import { CouldNotRun } from "./could-not-run.ts";
import { MARK, planOf, prepareGround } from "./ground.ts";
import { judge } from "./judge.ts";
import { notProvable, type Observation, type Step } from "./observation.ts";
import { answerQuestions } from "./questions.ts";
import { openSide, type Side, type SideOptions } from "./side.ts";
import {
  ACCESS_STEPS,
  BALANCE_STEPS,
  CUSTOMER_STEPS,
  EXCHANGE_STEPS,
  PARTNER_STEPS,
  UNKNOWN_SESSION_STEP,
} from "./steps-reading.ts";
import { BROKEN_STEPS, SESSION_STEPS } from "./steps-sessions.ts";
import { EVENT_STEPS, WEBHOOK_STEPS } from "./steps-webhooks.ts";

/** Those that need no customer, then the rest, in the order in which they stand on each other. */
export const STEPS: readonly Step[] = [
  ...ACCESS_STEPS,
  ...PARTNER_STEPS,
  ...CUSTOMER_STEPS,
  ...EXCHANGE_STEPS,
  ...BALANCE_STEPS,
  ...SESSION_STEPS,
  UNKNOWN_SESSION_STEP,
  ...BROKEN_STEPS,
  ...WEBHOOK_STEPS,
  ...EVENT_STEPS,
];

export type VerifyOptions = {
  target: SideOptions;
  /** A simulator that nobody else uses: what every answer is compared with. */
  simulator: SideOptions;
  customerId: string | null;
  signal: AbortSignal;
  /** Told of each step as it begins. */
  onStep?: (title: string) => void;
};

/**
 * Walks all calls at the target and the same ones at the simulator, and compares the answers. What it made at the target is put
 * away also when it is broken off.
 * @throws CouldNotRun where the credentials are refused, no customer can be had, or the signal fired.
 */
export async function verify(options: VerifyOptions): Promise<VerificationReport> {
  const startedAt = new Date().toISOString();
  const target = openSide(options.target);
  const simulator = openSide(options.simulator);
  try {
    const walked = await walkBoth(target, simulator, options).catch(async (error: unknown) => {
      const said = await putAway(target);
      throw error instanceof CouldNotRun ? new CouldNotRun([error.message, ...said].join("\n")) : error;
    });
    const cleaning = await putAway(target);
    return {
      version: 1,
      startedAt,
      finishedAt: new Date().toISOString(),
      target: { kind: target.isSimulator ? "simulator" : "sandbox", host: new URL(target.origin).host },
      customer: { id: target.ground.customerId, origin: target.ground.customerOrigin },
      steps: STEPS.map((step) => judge(step, foundBy(walked.found, step), foundBy(walked.simulated, step))),
      questions: answerQuestions(walked.found, target.isSimulator),
      cleaning,
    };
  } finally {
    await Promise.all([target.close(), simulator.close()]);
  }
}

async function walkBoth(target: Side, simulator: Side, { customerId, signal, onStep }: VerifyOptions) {
  const found = new Map<string, Observation>();
  await walk(target, ACCESS_STEPS, found, { signal, onStep });
  requireAccess(target, found);
  await prepareGround(target, { customerId, customerType: "unverified", isMarked: customerId === null }).catch(explain);
  const plan = planOf(target);
  const rest = STEPS.slice(ACCESS_STEPS.length);
  await walk(target, rest, found, { signal, onStep });
  const simulated = new Map<string, Observation>();
  await walk(simulator, ACCESS_STEPS, simulated, { signal });
  await prepareGround(simulator, plan);
  await walk(simulator, rest, simulated, { signal });
  return { found, simulated };
}

async function walk(
  side: Side,
  steps: readonly Step[],
  found: Map<string, Observation>,
  { signal, onStep }: Pick<VerifyOptions, "signal" | "onStep">,
): Promise<void> {
  for (const step of steps) {
    if (signal.aborted) throw new CouldNotRun("Interrupted. Running it again is safe.");
    onStep?.(step.title);
    found.set(step.id, await step.run(side).catch(toObservation));
  }
}

/** A step that breaks down is one that could not be proven; the others go on. */
function toObservation(error: unknown): Observation {
  if (isDwollaError(error)) return notProvable(`a call before it failed: ${error.message}`);
  const reason = error instanceof Error ? error.name : "an unknown reason";
  return notProvable(`it broke down (${reason})`);
}

function requireAccess({ origin }: Side, found: ReadonlyMap<string, Observation>): void {
  for (const id of ["token", "root"]) {
    const observation = found.get(id);
    if (observation?.kind === "answered" && observation.answer.status === 200) continue;
    const answer =
      observation?.kind === "answered" ? `${observation.answer.status} ${observation.answer.code ?? ""}` : "";
    if (observation?.kind === "not_provable")
      throw new CouldNotRun(`${origin} could not be asked: ${observation.why}. Nothing was made; try again later.`);
    throw new CouldNotRun(`${origin} did not take DWOLLA_KEY and DWOLLA_SECRET: it answered ${answer.trim()}.`);
  }
}

function explain(error: unknown): never {
  if (isDwollaError(error)) throw new CouldNotRun(`The customer to walk with could not be had: ${error.message}.`);
  throw error;
}

/** The latest first. What cannot be undone is said, and does not keep the rest from being. */
async function putAway({ undo, ground }: Side): Promise<string[]> {
  const said: string[] = [];
  for (const { what, run } of undo.reverse()) {
    said.push(
      await run().then(
        () => `Cleaned up: ${what}.`,
        () => `Not cleaned up, the next run tries again: ${what}.`,
      ),
    );
  }
  if (ground.customerOrigin === "made" || ground.customerOrigin === "found again")
    said.push(
      `The test customer stays, marked ${MARK}: Dwolla cannot delete customers, and the next run uses it again.`,
    );
  if (Object.values(ground.sessions).some(Boolean))
    said.push("The exchange sessions lapse by themselves within 30 minutes.");
  return said;
}

function foundBy(found: ReadonlyMap<string, Observation>, { id }: Step): Observation {
  return found.get(id) ?? notProvable("it was not reached");
}

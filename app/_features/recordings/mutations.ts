import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { MOST_STEPS } from "#features/scenarios/schema.ts";
import { controlSimulator, ForgottenBySimulator, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { operate } from "#features/simulator-controls/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { recordScenario, UnsayableRun, type WhyUnsayable } from "./data.ts";
import type { keepRunSchema } from "./schema.ts";

export interface Recorder extends Context<StaffActor> {
  /** The connection that may read the audit trail. */
  auditor: Database;
}

const UNSAYABLE: Record<WhyUnsayable, string> = {
  no_words:
    "This run cannot be told as a scenario: none can say latency, a limit of calls, held webhooks, or answers that hang or are broken.",
  nothing_happened: "This run cannot be told as a scenario: nothing that one can say has happened.",
  too_long: `This run cannot be told as a scenario: it has more than ${MOST_STEPS} steps. Begin a new run.`,
};
const FORGOTTEN =
  "This run cannot be told whole: the simulator has dropped calls of its time, because it keeps the newest 100,000. Begin a new run and do it again, in a smaller world or while no sweep runs.";

/** What the person can do something about is refused in words; all else stays what it is. */
function inWords(error: unknown): unknown {
  if (error instanceof UnsayableRun) return new SimulatorRefusal(409, UNSAYABLE[error.why]);
  return error instanceof ForgottenBySimulator ? new SimulatorRefusal(409, FORGOTTEN) : error;
}

/** Tells what happened to a link since then as a scenario, and writes it as a new file where that is wanted. */
export function keepRun({ ctx, input }: { ctx: Recorder; input: z.output<typeof keepRunSchema> }) {
  const { exchangeId, since, name, isWritten } = input;
  return operate<{ file: string; steps: number; path: string | null }>(ctx, {
    action: "simulator.scenario_kept",
    target: { type: "exchange", id: exchangeId },
    details: { name, isWritten },
    run: async () => {
      const isKnown = (await ctx.db.exchange.count({ where: { id: exchangeId } })) === 1;
      if (!isKnown) throw new SimulatorRefusal(404, "The desk has not read this link yet.");
      const recording = { ctx, auditor: ctx.auditor, exchangeIds: [exchangeId], since: new Date(since) };
      const file = await recordScenario(recording).catch((error: unknown) => {
        throw inWords(error);
      });
      const control = `/scenarios/${encodeURIComponent(name)}`;
      const { path } = isWritten
        ? await controlSimulator<{ path: string }>(ctx.settings.dwollaApiUrl, "PUT", control, file)
        : { path: null };
      return { file: `${JSON.stringify(file, null, 2)}\n`, steps: file.steps.length, path };
    },
  });
}

import type { z } from "zod";
import type { StaffActor } from "#domain/actor.ts";
import { controlSimulator, ForgottenBySimulator, SimulatorRefusal } from "#features/simulator-controls/data.ts";
import { operate } from "#features/simulator-controls/mutations.ts";
import type { Context } from "#platform/context.ts";
import type { Database } from "#platform/database-client.ts";
import { recordScenario, UnsayableRun } from "./data.ts";
import type { keepRunSchema } from "./schema.ts";

export interface Recorder extends Context<StaffActor> {
  /** The connection that may read the audit trail. */
  auditor: Database;
}

const NOTHING_TO_SAY = "This run cannot be told as a scenario: nothing that one can say has happened.";
const UNSAYABLE =
  "This run cannot be told as a scenario: none can say latency, a limit of calls, held webhooks, or answers that hang or are broken.";
const FORGOTTEN =
  "This run cannot be told whole: the simulator has dropped calls of its time, because it keeps the newest 100,000. Begin a new run and do it again, in a smaller world or while no sweep runs.";

function refusalOf(error: unknown): string {
  if (error instanceof UnsayableRun) return UNSAYABLE;
  return error instanceof ForgottenBySimulator ? FORGOTTEN : NOTHING_TO_SAY;
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
      const { auditor } = ctx;
      const file = await recordScenario({ ctx, auditor, exchangeIds: [exchangeId], since: new Date(since) }).catch(
        (error: unknown) => {
          ctx.warn(
            { exchangeId, reason: error instanceof Error ? error.name : "unknown" },
            "a run could not be told as a scenario",
          );
          throw new SimulatorRefusal(409, refusalOf(error));
        },
      );
      const control = `/scenarios/${encodeURIComponent(name)}`;
      const { path } = isWritten
        ? await controlSimulator<{ path: string }>(ctx.settings.dwollaApiUrl, "PUT", control, file)
        : { path: null };
      return { file: `${JSON.stringify(file, null, 2)}\n`, steps: file.steps.length, path };
    },
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const POLL_MS = 500;
const START_TIMEOUT_MS = 60_000;

const readySchema = z.object({
  lastSweep: z.object({ state: z.string(), pagesDone: z.number(), pagesTotal: z.number().nullable() }).nullable(),
});

export type SweepProgress = NonNullable<z.infer<typeof readySchema>["lastSweep"]>;

/** Resolves when the newest sweep has finished. Tells of each step on the way. */
export async function sweepFinished(webUrl: string, onProgress: (sweep: SweepProgress) => void): Promise<void> {
  const startedAt = Date.now();
  for (;;) {
    const sweep = await readLastSweep(webUrl);
    if (sweep) onProgress(sweep);
    else if (Date.now() - startedAt > START_TIMEOUT_MS) {
      throw new Error("No sweep has started within a minute; the worker's log says why.");
    }
    if (sweep?.state === "finished") return;
    if (sweep?.state === "failed") throw new Error("The first sweep failed; the worker's log says why.");
    await sleep(POLL_MS);
  }
}

/** While something is missing the health page answers 503, with the same body. */
async function readLastSweep(webUrl: string): Promise<SweepProgress | null> {
  const url = `${webUrl}/api/health/ready`;
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  return response && readySchema.parse(await response.json()).lastSweep;
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { startSweep } from "#features/sweeps/mutations.ts";
import { createDatabaseClient } from "#platform/database-client.ts";

const POLL_MS = 500;
const START_TIMEOUT_MS = 60_000;

const readySchema = z.object({
  lastSweep: z
    .object({
      state: z.string(),
      phase: z.enum(["list", "detail"]),
      pagesDone: z.number(),
      pagesTotal: z.number().nullable(),
      customersTotal: z.number().nullable(),
    })
    .nullable(),
});

export type SweepProgress = NonNullable<z.infer<typeof readySchema>["lastSweep"]>;

/** The simulator forgets at each start what was done to it: an older sweep says nothing about the world of now. */
export async function requestSweep(appUrl: string): Promise<void> {
  const db = createDatabaseClient({ url: appUrl, maxConnections: 1 });
  const origin = { requestId: randomUUID(), ip: null, userAgent: null };
  try {
    const actor = { type: "system", job: "demo" } as const;
    await startSweep({
      ctx: { actor, environment: "simulator", origin, now: () => new Date(), db },
      input: { mode: "full" },
    });
  } finally {
    await db.$disconnect();
  }
}

/** Above this a first sweep takes so long that nobody should have to wait for its end: after these seconds there is enough to look at. */
const WAITED_FOR_CUSTOMERS = 10_000;
const ENOUGH_AFTER_MS = 20_000;

/** Resolves when the newest sweep has finished, in a large world soon after it began. Tells of each step on the way. */
export async function firstSweepDone(webUrl: string, onProgress: (sweep: SweepProgress) => void): Promise<void> {
  const startedAt = Date.now();
  for (;;) {
    const sweep = await readLastSweep(webUrl);
    if (sweep) onProgress(sweep);
    else if (Date.now() - startedAt > START_TIMEOUT_MS) {
      throw new Error("No sweep has started within a minute; the worker's log says why.");
    }
    if (sweep?.state === "finished") return;
    if ((sweep?.customersTotal ?? 0) > WAITED_FOR_CUSTOMERS && Date.now() - startedAt > ENOUGH_AFTER_MS) return;
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

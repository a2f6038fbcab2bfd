import "server-only";
import type { CallPriority } from "#dwolla/call-budget.ts";
import { createDwollaClient, type DwollaClient } from "#dwolla/client.ts";
import { createSharedBudget } from "./call-budget.ts";
import type { CallingProcess } from "./call-log-mode.ts";
import { db } from "./db.ts";
import { createDwollaCallLog } from "./dwolla-call-log.ts";
import { createReachability } from "./dwolla-reachability.ts";
import { callLogMode, env } from "./env.ts";
import { logger } from "./logger.ts";

type SharedClient = ReturnType<typeof createDwollaClient> & { flushCallLog: () => Promise<void> };

const shared = globalThis as typeof globalThis & { reconnectDwolla?: SharedClient };

/** One client, and so one token and one breaker, for the whole process; one budget of calls for all processes. */
export function dwolla(priority: CallPriority = "person"): DwollaClient {
  shared.reconnectDwolla ??= open();
  return shared.reconnectDwolla.withPriority(priority);
}

/** Lets calls under way end, and the call log have them all. Before the database is let go. */
export async function closeDwolla(): Promise<void> {
  await shared.reconnectDwolla?.close();
  await shared.reconnectDwolla?.flushCallLog();
}

function open(): SharedClient {
  const { DWOLLA_API_URL, DWOLLA_KEY, DWOLLA_SECRET, SWEEP_CONCURRENCY, DWOLLA_CALLS_PER_SECOND } = env();
  const warn = (facts: object, message: string) => logger.warn(facts, message);
  const callLog = createDwollaCallLog({ db: db(), keeps: callLogMode(env()), process: processName(), warn });
  const noteAnswer = createReachability({ db: db(), warn });
  const client = createDwollaClient({
    baseUrl: DWOLLA_API_URL,
    key: DWOLLA_KEY,
    secret: DWOLLA_SECRET,
    // A check and the token's renewal must not wait for the sweep's calls.
    limits: { maxConnections: SWEEP_CONCURRENCY + 4 },
    budget: createSharedBudget({ db: db(), callsPerSecond: DWOLLA_CALLS_PER_SECOND, warn }),
    onCall: (call) => {
      noteAnswer(call);
      logger.debug(call, "dwolla call");
      callLog.add(call);
    },
  });
  return { ...client, flushCallLog: callLog.flush };
}

/** As the file says that it was started with. */
function processName(): CallingProcess {
  const [, file = ""] = process.argv;
  if (file.includes("_worker")) return "worker";
  return /[/\\]scripts[/\\]/.test(file) ? "command" : "web";
}

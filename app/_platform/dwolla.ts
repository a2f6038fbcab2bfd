import "server-only";
import { createDwollaClient, type DwollaClient } from "#dwolla/client.ts";
import { createDwollaCallLog } from "./dwolla-call-log.ts";
import { env } from "./env.ts";
import { logger } from "./logger.ts";

const shared = globalThis as typeof globalThis & { reconnectDwolla?: DwollaClient };

/** One client, and so one token and one breaker, for the whole process. */
export function dwolla(): DwollaClient {
  shared.reconnectDwolla ??= open();
  return shared.reconnectDwolla;
}

function open(): DwollaClient {
  const { DWOLLA_API_URL, DWOLLA_KEY, DWOLLA_SECRET, SWEEP_CONCURRENCY } = env();
  const callLog = createDwollaCallLog();
  return createDwollaClient({
    baseUrl: DWOLLA_API_URL,
    key: DWOLLA_KEY,
    secret: DWOLLA_SECRET,
    // A check and the token's renewal must not wait for the sweep's calls.
    limits: { maxConnections: SWEEP_CONCURRENCY + 4 },
    onCall: (call) => {
      logger.debug(call, "dwolla call");
      callLog.add(call);
    },
  });
}

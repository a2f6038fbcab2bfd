import { assertAuditTrailIsProtected } from "#platform/audit-self-check.ts";
import { createDatabaseClient } from "#platform/database-client.ts";
import { isDatabaseOutage } from "#platform/is-database-outage.ts";
import { TrailAlarm } from "./trail-alarm.ts";

/** What `audit.alarm` holds. */
const LONGEST_SENTENCE = 1_000;

/** The check that let this process start, again from time to time: rights and triggers can be loosened behind its back. */
export class ProtectionWatch {
  readonly #sealerUrl: string;
  readonly #everyMs: number;
  #nextAt: number;

  constructor(sealerUrl: string, everyMs: number) {
    this.#sealerUrl = sealerUrl;
    this.#everyMs = everyMs;
    this.#nextAt = Date.now() + everyMs;
  }

  /** @throws TrailAlarm naming each difference; the next step then looks again at once. */
  async step(): Promise<void> {
    if (Date.now() < this.#nextAt) return;
    const db = createDatabaseClient({ url: this.#sealerUrl, maxConnections: 1, onIdleError: () => undefined });
    try {
      await assertAuditTrailIsProtected(db, "reconnect_sealer");
    } catch (error) {
      // A database that does not answer says nothing about its rights.
      if (isDatabaseOutage(error)) return;
      throw new TrailAlarm(
        "loose_protection",
        String(error instanceof Error ? error.message : error).slice(0, LONGEST_SENTENCE),
      );
    } finally {
      await db.$disconnect();
    }
    this.#nextAt = Date.now() + this.#everyMs;
  }
}

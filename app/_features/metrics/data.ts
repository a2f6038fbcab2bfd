import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { countUnsealed, getLatestCheckpoint, getSealerStatus, listOpenAlarms } from "#features/checkpoints/data.ts";
import type { Database } from "#platform/database-client.ts";

/** Counting stops here: it says that something is wrong, and costs no more. */
const MOST_UNSEALED = 100_000;

/** What is asked of the seal of the audit trail when the metrics are read; null where it cannot be told. */
export interface SealFigures {
  /** Events that have a number. */
  sealed: number | null;
  unsealed: number | null;
  /** Since the sealer's last sign of life. */
  silentSeconds: number | null;
  checkpointSize: number | null;
  openAlarms: number | null;
}

export async function getSealFigures(auditorDb: Database): Promise<SealFigures> {
  const [status, waiting, checkpoint, alarms] = await Promise.all([
    getSealerStatus(auditorDb),
    countUnsealed(auditorDb, MOST_UNSEALED),
    getLatestCheckpoint(auditorDb),
    listOpenAlarms(auditorDb),
  ]);
  return {
    sealed: status?.size ?? null,
    unsealed: waiting.unsealed,
    silentSeconds: status && status.silentMs / 1000,
    checkpointSize: checkpoint?.size ?? 0,
    openAlarms: alarms.length,
  };
}

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const gauge = (name: string, help: string) =>
  new Gauge({ name: `reconnect_audit_${name}`, help, registers: [registry] });
const GAUGES: Record<keyof SealFigures, Gauge> = {
  sealed: gauge("sealed_events", "Audit events that have a number"),
  unsealed: gauge("unsealed_events", "Audit events that wait for a number"),
  silentSeconds: gauge("sealer_silent_seconds", "Seconds since the sealer's last sign of life"),
  checkpointSize: gauge("checkpoint_size", "Events that the newest signed checkpoint covers"),
  openAlarms: gauge("open_alarms", "What the sealer found wrong and has not found right again"),
};

/** In the text format of Prometheus. A figure that cannot be told is NaN there, and not an old one. */
export async function renderMetrics(figures: SealFigures): Promise<{ text: string; contentType: string }> {
  for (const [name, one] of Object.entries(GAUGES)) one.set(figures[name as keyof SealFigures] ?? Number.NaN);
  return { text: await registry.metrics(), contentType: registry.contentType };
}

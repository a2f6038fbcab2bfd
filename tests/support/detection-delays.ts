import { REAUTH_REQUIRED } from "#domain/event-topic.ts";
import type { Database } from "#platform/database-client.ts";
import type { Onset } from "./world-memory.ts";

type Detection = { route: string; delayMs: number };

/** By which way each onset was seen first, and how long after. What was over before anything could see it is left out. */
export async function readDetections(db: Database, onsets: readonly Onset[]): Promise<Detection[]> {
  const rows = await db.$queryRaw<{ source: string; kind: string; delayMs: number }[]>`
    SELECT seen.source::text, seen.kind::text, extract(epoch FROM seen."observedAt" - onset.at)::float8 * 1000 AS "delayMs"
    FROM jsonb_to_recordset(${JSON.stringify(onsets)}::jsonb) AS onset ("exchangeId" uuid, kind text, at timestamptz,
      until timestamptz)
    CROSS JOIN LATERAL (
      SELECT source, kind, "observedAt" FROM "Signal" WHERE "exchangeId" = onset."exchangeId" AND "observedAt" >= onset.at
        AND "observedAt" < coalesce(onset.until, 'infinity')
        AND value = ANY(CASE WHEN onset.kind = 'warning' THEN ARRAY[${REAUTH_REQUIRED}]
          ELSE ARRAY['deactivated', 'update_credentials'] END)
      ORDER BY "observedAt" LIMIT 1) AS seen`;
  return rows.map(({ source, kind, delayMs }) => ({ route: routeOf(source, kind), delayMs }));
}

function routeOf(source: string, kind: string): string {
  if (source === "sweep") return kind === "exchange_status" ? "exchange status sweep" : "balance sweep";
  return { webhook: "webhook", catch_up: "catch-up", proof: "probe of a proof" }[source] ?? source;
}

export function delayTable(detections: readonly Detection[]): string {
  const routes = [...new Set(detections.map(({ route }) => route))].sort();
  const lines = routes.map((route) => {
    const delays = detections.filter((each) => each.route === route).map(({ delayMs }) => delayMs);
    delays.sort((a, b) => a - b);
    const at = (share: number) => span(delays[Math.ceil(delays.length * share) - 1] ?? 0);
    return [route, String(delays.length), at(0.5), at(0.95), at(1)];
  });
  const rows = [["found first by", "count", "median", "p95", "max"], ...lines];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(column === 0 ? 24 : 10)).join("")).join("\n");
}

/** In the unit that fits. */
function span(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

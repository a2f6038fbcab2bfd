import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import { auditorDb } from "#platform/db.ts";
import { env } from "#platform/env.ts";
import { logger } from "#platform/logger.ts";
import { getSealFigures, renderMetrics, type SealFigures } from "./data.ts";

const UNKNOWN: SealFigures = {
  sealed: null,
  unsealed: null,
  silentSeconds: null,
  checkpointSize: null,
  openAlarms: null,
};

/** Null for who does not bring METRICS_TOKEN; without one there are no metrics. A database that does not answer leaves those of the process. */
export async function loadMetrics(authorization: string | null): Promise<{ text: string; contentType: string } | null> {
  const { METRICS_TOKEN: token } = env();
  if (!token || !isSame(authorization ?? "", `Bearer ${token}`)) return null;
  const figures = await getSealFigures(auditorDb()).catch((error: unknown) => {
    logger.warn({ reason: String(error) }, "metrics without the audit trail");
    return UNKNOWN;
  });
  return renderMetrics(figures);
}

/** Takes the same time wherever the two differ. */
function isSame(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}

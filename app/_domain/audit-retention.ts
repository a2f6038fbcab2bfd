/** How long every audit event stays, whoever asks: a year and the month in which it is reviewed. The database keeps to the same. */
export const KEEP_AUDIT_MONTHS = 13;

/** The newest day (UTC, "2025-10-25") before which events may be purged. Months count as in Postgres: a day that the month lacks is its last. */
export function newestPurgeDay(now: Date): string {
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - KEEP_AUDIT_MONTHS + 1, 0));
  month.setUTCDate(Math.min(now.getUTCDate(), month.getUTCDate()));
  return month.toISOString().slice(0, 10);
}

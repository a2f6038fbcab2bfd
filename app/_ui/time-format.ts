/** Instants as words. All functions take ISO 8601 text, or a count of milliseconds since 1970 for "now". */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** An instant of another clock may lie so far ahead of ours and be now. */
const CLOCK_DIFFERENCE_MS = 2_000;
/** Past this age a date says more than a count of days. */
const RELATIVE_LIMIT_MS = 60 * DAY_MS;

const utcDate = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const utcTime = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZone: "UTC",
});
const utcDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const utcClock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** "23 Nov 2026, 01:12:19 UTC" */
export function formatUtc(iso: string): string {
  const instant = new Date(iso);
  return `${utcDate.format(instant)}, ${utcTime.format(instant)} UTC`;
}

/** "13:12 UTC", and "23 Nov, 13:12 UTC" on another day: for a sentence in which seconds say nothing. */
export function formatUtcClock(iso: string, now: string): string {
  const time = `${utcClock.format(new Date(iso))} UTC`;
  const isSameDay = new Date(iso).toISOString().slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return isSameDay ? time : `${utcDay.format(new Date(iso))}, ${time}`;
}

/** "just now", "in under a minute", "3 min ago", "in 2 h", "12 d ago", and "4 Jan 2026" when it is further away than 60 days. */
export function formatRelative(iso: string, nowMs: number): string {
  const distanceMs = Date.parse(iso) - nowMs;
  const sizeMs = Math.abs(distanceMs);
  if (sizeMs < MINUTE_MS) return distanceMs > CLOCK_DIFFERENCE_MS ? "in under a minute" : "just now";
  if (isShownAsDate(iso, nowMs)) return utcDate.format(new Date(iso));
  const size = formatSize(sizeMs);
  return distanceMs < 0 ? `${size} ago` : `in ${size}`;
}

export function isShownAsDate(iso: string, nowMs: number): boolean {
  return Math.abs(Date.parse(iso) - nowMs) >= RELATIVE_LIMIT_MS;
}

/** "29:07", or "1:04:00" from an hour on; "0:00" once it is over. */
export function formatRemaining(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / 1_000));
  const clock = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
  const hours = Math.floor(seconds / 3_600);
  return hours > 0 ? `${hours}:${clock}` : clock.replace(/^0(?=\d:)/, "");
}

/** "350 ms", "4 s", "12 min", "3 h", "2 d": the size alone, rounded. */
export function formatDuration(sizeMs: number): string {
  if (sizeMs < 1_000) return `${Math.round(sizeMs)} ms`;
  if (sizeMs < 1.5 * MINUTE_MS) return `${Math.round(sizeMs / 1_000)} s`;
  if (sizeMs < 1.5 * HOUR_MS) return `${Math.round(sizeMs / MINUTE_MS)} min`;
  if (sizeMs < 2 * DAY_MS) return `${Math.round(sizeMs / HOUR_MS)} h`;
  return `${Math.round(sizeMs / DAY_MS)} d`;
}

function formatSize(sizeMs: number): string {
  if (sizeMs < HOUR_MS) return `${Math.floor(sizeMs / MINUTE_MS)} min`;
  if (sizeMs < DAY_MS) return `${Math.floor(sizeMs / HOUR_MS)} h`;
  return `${Math.floor(sizeMs / DAY_MS)} d`;
}

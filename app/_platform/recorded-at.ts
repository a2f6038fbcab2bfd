/** The time of recording of a row `e` of `audit.event`, UTC to the microsecond: as its leaf takes it, as the pages show it. */
export const RECORDED_AT = `to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

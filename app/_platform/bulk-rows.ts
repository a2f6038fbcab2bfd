/**
 * Rows as one parameter of a single statement: `FROM jsonb_to_recordset(${bulkRows(rows)}::jsonb) AS given (id uuid, name text)`.
 * Dates become ISO text. Half a surrogate pair, which Postgres refuses in JSON, becomes the replacement character.
 */
export function bulkRows(rows: readonly object[]): string {
  return JSON.stringify(rows, (_key, value) =>
    typeof value === "string" ? value.replace(/\p{Surrogate}/gu, "\uFFFD") : value,
  );
}

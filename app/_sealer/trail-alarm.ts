import type pg from "pg";

/** Kinds as the table `audit.alarm` knows them. `differing_columns` tells people and stops nothing. */
export type AlarmKind =
  | "smaller_tree"
  | "inconsistent_tree"
  | "altered_row"
  | "unknown_key"
  | "unknown_past"
  | "differing_columns"
  | "loose_protection";

/** Why nothing is sealed or signed until somebody has looked. The message is a sentence for people. */
export class TrailAlarm extends Error {
  readonly kind: AlarmKind;
  /** The event that it is about, where one can be named. */
  readonly number: number | null;

  constructor(kind: AlarmKind, sentence: string, number: number | null = null) {
    super(sentence);
    this.kind = kind;
    this.number = number;
  }
}

/** Keeps an alarm in the database, once for as long as it lasts. */
export async function keepAlarm(client: pg.Client, { kind, number, message }: TrailAlarm): Promise<void> {
  await client.query(
    `INSERT INTO audit.alarm (kind, number, sentence) SELECT $1, $2, $3
     WHERE NOT EXISTS (SELECT FROM audit.alarm WHERE ended_at IS NULL AND kind = $1 AND number IS NOT DISTINCT FROM $2)`,
    [kind, number, message],
  );
}

/** What was wrong is right again; the alarm stays on record with its end. */
export async function endAlarms(client: pg.Client, which: "blocking" | "differing_columns"): Promise<void> {
  const kinds = which === "blocking" ? "kind <> 'differing_columns'" : "kind = 'differing_columns'";
  await client.query(`UPDATE audit.alarm SET ended_at = clock_timestamp() WHERE ended_at IS NULL AND ${kinds}`);
}

export async function listAlarmedNumbers(client: pg.Client): Promise<number[]> {
  const { rows } = await client.query<{ number: string }>(
    "SELECT DISTINCT number FROM audit.alarm WHERE ended_at IS NULL AND number IS NOT NULL AND kind <> 'differing_columns' ORDER BY number",
  );
  return rows.map(({ number }) => Number(number));
}

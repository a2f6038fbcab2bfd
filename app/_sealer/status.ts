import type pg from "pg";

export interface SealerState {
  leaderSince: Date;
  size: number;
  signedSize: number;
  patrolledTo: number;
  patrolRoundAt: Date | null;
}

/** The sign of life that the screens and the metrics show. Without sizes (an alarm) those of before stay. */
export async function writeStatus(
  client: pg.Client,
  { leaderSince, ...sizes }: Pick<SealerState, "leaderSince"> & Partial<SealerState>,
): Promise<void> {
  const { size = null, signedSize = null, patrolledTo = null, patrolRoundAt = null } = sizes;
  await client.query(
    `INSERT INTO audit.sealer_status AS s
       (beat_at, leader_since, size, checkpoint_size, patrolled_to, patrol_round_at)
     VALUES (clock_timestamp(), $1, coalesce($2::bigint, 0), coalesce($3::bigint, 0), coalesce($4::bigint, 0), $5)
     ON CONFLICT (only_row) DO UPDATE SET beat_at = excluded.beat_at, leader_since = excluded.leader_since,
       size = coalesce($2::bigint, s.size), checkpoint_size = coalesce($3::bigint, s.checkpoint_size),
       patrolled_to = coalesce($4::bigint, s.patrolled_to), patrol_round_at = coalesce($5, s.patrol_round_at)`,
    [leaderSince, size, signedSize, patrolledTo, patrolRoundAt],
  );
}

import { queryAsOwner } from "../support/owner-query.ts";
import { expect } from "./fixtures.ts";

/** Rows with a time in the past are none that a sealer expects: it finds them when it looks through the whole trail, at its start. */
export async function untilPastIsSealed(ownerUrl: string): Promise<void> {
  await queryAsOwner(
    ownerUrl,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'reconnect_desk_sealer'",
  );
  const unsealed = `SELECT FROM audit.event e WHERE recorded_at < now() - interval '1 day'
    AND NOT EXISTS (SELECT FROM audit.sealed_event s WHERE s.event_id = e.event_id)`;
  await expect.poll(async () => (await queryAsOwner(ownerUrl, unsealed)).length).toBe(0);
}

/** A desk that has just begun has no checkpoint for a minute, unless somebody wishes for one. */
export async function untilSigned(ownerUrl: string): Promise<void> {
  await expect
    .poll(async () => {
      await queryAsOwner(ownerUrl, "SELECT pg_notify('audit_checkpoint_wanted', '')");
      return (await queryAsOwner(ownerUrl, "SELECT FROM audit.checkpoint LIMIT 1")).length;
    })
    .toBe(1);
}

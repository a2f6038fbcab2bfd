import { queryAsOwner } from "./owner-query.ts";

/** As a superuser can, past the triggers; so that the tests of a file need one database. */
export async function emptyTrail(ownerUrl: string): Promise<void> {
  const forEachTrigger = (state: string) => `
    FOR t IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'audit.%'
    LOOP EXECUTE format('ALTER TABLE %s ${state} TRIGGER %I', t.place, t.tgname); END LOOP;`;
  await queryAsOwner(
    ownerUrl,
    `DO $$ DECLARE t record; BEGIN
       ${forEachTrigger("DISABLE")}
       TRUNCATE audit.purge, audit.purge_decision, audit.purge_request, audit.checkpoint, audit.sealed_event,
         audit.event_private, audit.event, audit.tree_node, audit.signing_key, audit.alarm, audit.sealer_status;
       ${forEachTrigger("ENABLE ALWAYS")}
     END $$`,
  );
}

/**
 * Events as they were years ago: `count` of them a minute apart from `from` on, numbered from 1 and covered by a
 * checkpoint, each with its personal data beside it. Hashes and note are none that a verifier would take.
 */
export async function insertSealedEvents(
  ownerUrl: string,
  { count, from }: { count: number; from: Date },
): Promise<void> {
  await queryAsOwner(
    ownerUrl,
    `WITH old AS (
       INSERT INTO audit.event (event_id, operation_id, phase, occurred_at, recorded_at, schema_version, environment, actor_type,
         actor_id, action, decision, outcome, request_id, body)
       SELECT gen_random_uuid(), gen_random_uuid(), 'single', at, at, 1, 'simulator', 'system', 'test', 'sweep.requested', 'allow',
         'succeeded', 'request', '{}'
       FROM generate_series(0, $1::int - 1) n CROSS JOIN LATERAL (SELECT $2::timestamptz + n * interval '1 minute' AS at) times
       RETURNING event_id
     ), private AS (
       INSERT INTO audit.event_private (event_id, salt, ip) SELECT event_id, '\\x00', '127.0.0.1' FROM old
     )
     SELECT count(*) FROM old`,
    [count, from],
  );
  await queryAsOwner(
    ownerUrl,
    `INSERT INTO audit.sealed_event (number, event_id, leaf, hash)
     SELECT row_number() OVER (ORDER BY recorded_at, event_id), event_id, sha256('leaf'), sha256('hash') FROM audit.event`,
  );
  await queryAsOwner(
    ownerUrl,
    "INSERT INTO audit.checkpoint (size, root, note, key_id) SELECT max(number), sha256('root'), 'note', 'key' FROM audit.sealed_event",
  );
}

-- What the sealer needs beside numbers and checkpoints: the inner nodes of the tree, its keys, its sign of life, its alarms.
SET LOCAL ROLE audit_owner;

-- Complete subtrees from level 8 (256 leaves) upwards; those below are computed from the leaves. A checkpoint costs the new
-- rows, an inclusion proof one run of leaves and the logarithm of the rest.
CREATE TABLE audit.tree_node (
  level smallint NOT NULL CHECK (level BETWEEN 8 AND 52),
  index bigint   NOT NULL CHECK (index >= 0),
  hash  bytea    NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, index)
);

-- The public keys, in order; each but the first with the statement that old and new key have signed.
CREATE TABLE audit.signing_key (
  key_id     text PRIMARY KEY CHECK (key_id ~ '^[0-9a-f]{8}$'),
  vkey       text NOT NULL,
  statement  text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What the sealer found wrong. One row stays for each; ended_at is set when a later check found it right again.
CREATE TABLE audit.alarm (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind      text NOT NULL CHECK (kind IN ('smaller_tree', 'inconsistent_tree', 'altered_row', 'unknown_key', 'unknown_past',
    'differing_columns')),
  number    bigint,
  sentence  text NOT NULL CHECK (length(sentence) BETWEEN 1 AND 1000),
  raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at  timestamptz
);

-- One row, written every second. Nothing rests on it: it only tells people.
CREATE TABLE audit.sealer_status (
  only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  beat_at         timestamptz NOT NULL,
  leader_since    timestamptz NOT NULL,
  size            bigint NOT NULL,
  checkpoint_size bigint NOT NULL,
  patrolled_to    bigint NOT NULL,
  patrol_round_at timestamptz
);

CREATE TRIGGER tree_node_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.tree_node
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER signing_key_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.signing_key
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER alarm_append_only BEFORE UPDATE OF id, kind, number, sentence, raised_at OR DELETE OR TRUNCATE ON audit.alarm
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.tree_node ENABLE ALWAYS TRIGGER tree_node_append_only;
ALTER TABLE audit.signing_key ENABLE ALWAYS TRIGGER signing_key_append_only;
ALTER TABLE audit.alarm ENABLE ALWAYS TRIGGER alarm_append_only;

GRANT SELECT ON audit.tree_node, audit.signing_key, audit.alarm, audit.sealer_status TO reconnect_auditor, reconnect_sealer;
GRANT INSERT ON audit.tree_node, audit.signing_key, audit.sealer_status TO reconnect_sealer;
GRANT INSERT (kind, number, sentence), UPDATE (ended_at) ON audit.alarm TO reconnect_sealer;
GRANT UPDATE ON audit.sealer_status TO reconnect_sealer;

RESET ROLE;

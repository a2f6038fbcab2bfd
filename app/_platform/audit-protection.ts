import type { Database } from "./database-client.ts";

/** One sentence about what protects the audit trail, such as "reconnect_app may INSERT on audit.event_private". */
export type AuditProtectionFact = string;

/** Groups that sign nobody in; the processes' logins belong to one of them each. */
const ROLES = ["audit_owner", "reconnect_app", "reconnect_auditor", "reconnect_sealer"];

/**
 * Reads Postgres' catalogues, which every role may. What is dangerous in itself (a rule, a disabled constraint, an event trigger)
 * is a sentence only when it is there; what this connection can do, by whatever way, always is.
 */
export async function readAuditProtection(db: Database): Promise<AuditProtectionFact[]> {
  const facts = await Promise.all([
    ...[readRoles(db), readObjects(db), readFunctions(db), readRules(db), readGrants(db)],
    ...[readTriggers(db), readOwnReach(db)],
  ]);
  return facts.flat();
}

async function readRoles(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT rolname || CASE WHEN rolcanlogin OR rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls
        THEN ' may sign in or has rights over the server' ELSE ' may not sign in' END AS fact
      FROM pg_roles WHERE rolname = ANY(${ROLES})
    UNION ALL
    SELECT format('%s belongs to %s', pg_get_userbyid(member), pg_get_userbyid(roleid))
      FROM pg_auth_members WHERE pg_get_userbyid(member) = ANY(${ROLES})`;
  return rows.map(({ fact }) => fact);
}

async function readObjects(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT format('schema %s belongs to %s', nspname, pg_get_userbyid(nspowner)) AS fact FROM pg_namespace WHERE nspname = 'audit'
    UNION ALL
    SELECT format('%s audit.%s belongs to %s', CASE WHEN relkind = 'r' AND relpersistence = 'p' THEN 'table' ELSE 'odd object' END,
        relname, pg_get_userbyid(relowner)) || CASE WHEN relrowsecurity THEN ', with row security' ELSE '' END
        || CASE WHEN EXISTS (SELECT FROM pg_inherits WHERE oid IN (inhparent, inhrelid)) THEN ', in parts' ELSE '' END
      FROM pg_class WHERE relnamespace = to_regnamespace('audit') AND relkind NOT IN ('i', 'I', 't')`;
  return rows.map(({ fact }) => fact);
}

async function readFunctions(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT format('function %s(%s) belongs to %s, %s, %s, %s, %s, text %s', p.oid::regproc, pg_get_function_identity_arguments(p.oid),
        pg_get_userbyid(p.proowner), l.lanname, CASE WHEN p.prosecdef THEN 'as definer' ELSE 'as invoker' END,
        CASE p.provolatile WHEN 'v' THEN 'volatile' ELSE 'not volatile' END,
        array_to_string(p.proconfig, ','), encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex')) AS fact
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE p.pronamespace = to_regnamespace('audit') OR p.proowner = to_regrole('audit_owner')`;
  return rows.map(({ fact }) => fact);
}

/** The times that the database gives, and what holds a purge back. */
async function readRules(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT format('audit.%s.%s defaults to %s', c.relname, attname, pg_get_expr(adbin, adrelid)) AS fact
      FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum JOIN pg_class c ON c.oid = d.adrelid
      WHERE c.relnamespace = to_regnamespace('audit')
        AND (c.relname, attname) IN (('event', 'recorded_at'), ('purge_request', 'requested_at'), ('purge', 'transaction_id'))
    UNION ALL
    SELECT format('audit.%s: %s', c.relname, pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      WHERE c.relnamespace = to_regnamespace('audit')
        AND conname IN ('purge_request_keeps_13_months', 'purge_decision_of_two_people', 'purge_decision_request_id_requested_by_fkey')`;
  return rows.map(({ fact }) => fact);
}

async function readTriggers(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT CASE tgenabled WHEN 'A' THEN 'always: ' WHEN 'D' THEN 'disabled: ' ELSE 'not always: ' END || pg_get_triggerdef(t.oid) AS fact
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE c.relnamespace = to_regnamespace('audit') AND (NOT t.tgisinternal OR t.tgenabled <> 'O')
    UNION ALL
    SELECT 'a rule rewrites statements: ' || pg_get_ruledef(r.oid)
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE c.relnamespace = to_regnamespace('audit')
    UNION ALL
    SELECT format('an event trigger runs: %s calls %s on %s', evtname, evtfoid::regproc, evtevent)
      FROM pg_event_trigger WHERE evtenabled <> 'D'`;
  return rows.map(({ fact }) => fact);
}

/** What is granted to anybody but the owner. PUBLIC's oid is 0. */
async function readGrants(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    WITH granted AS (
      SELECT 'schema ' || nspname AS place, nspowner AS owner, coalesce(nspacl, acldefault('n', nspowner)) AS acl
        FROM pg_namespace WHERE nspname = 'audit'
      UNION ALL
      SELECT 'audit.' || relname, relowner, coalesce(relacl, acldefault('r', relowner))
        FROM pg_class WHERE relnamespace = to_regnamespace('audit') AND relkind NOT IN ('i', 'I', 't')
      UNION ALL
      SELECT format('audit.%s.%s', relname, attname), relowner, attacl
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE c.relnamespace = to_regnamespace('audit') AND attacl IS NOT NULL
      UNION ALL
      SELECT 'function ' || oid::regproc, proowner, coalesce(proacl, acldefault('f', proowner))
        FROM pg_proc WHERE pronamespace = to_regnamespace('audit')
    )
    SELECT format('%s may %s on %s', CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END,
        g.privilege_type, place) || CASE WHEN g.is_grantable THEN ', and pass it on' ELSE '' END AS fact
      FROM granted CROSS JOIN LATERAL aclexplode(acl) g WHERE g.grantee <> owner`;
  return rows.map(({ fact }) => fact);
}

/** What this connection can do, by grants, memberships, predefined roles or attributes; and all that it belongs to. */
async function readOwnReach(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT format('this connection may %s on audit.%s', privilege, relname) AS fact
      FROM pg_class CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
      WHERE relnamespace = to_regnamespace('audit') AND relkind = 'r'
        AND (has_table_privilege(oid, privilege) OR (privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
          AND has_any_column_privilege(oid, privilege)))
    UNION ALL
    SELECT 'this connection may make objects in schema audit' WHERE has_schema_privilege(to_regnamespace('audit'), 'CREATE')
    UNION ALL
    SELECT 'this connection is a superuser, may make roles, replicate or pass row security' FROM pg_roles
      WHERE rolname = current_user AND (rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls)
    UNION ALL
    SELECT 'this connection belongs to ' || rolname FROM pg_roles
      WHERE rolname <> current_user AND pg_has_role(oid, 'MEMBER')
    UNION ALL
    SELECT 'this connection may switch triggers off (session_replication_role)'
      WHERE has_parameter_privilege('session_replication_role', 'SET')`;
  return rows.map(({ fact }) => fact);
}

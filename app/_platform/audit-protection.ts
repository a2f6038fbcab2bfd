import type { Database } from "./database-client.ts";

/** One sentence about what protects the audit trail, such as "reconnect_app may INSERT on audit.event_private". */
export type AuditProtectionFact = string;

/**
 * Reads Postgres' catalogues, which every role may. What is dangerous in itself (a rule, a disabled constraint, a right
 * of this connection that it must not have) is a sentence only when it is there.
 */
export async function readAuditProtection(db: Database): Promise<AuditProtectionFact[]> {
  const facts = await Promise.all([readObjects(db), readTriggers(db), readGrants(db), readOwnReach(db)]);
  return facts.flat();
}

async function readObjects(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT rolname || CASE WHEN rolcanlogin OR rolsuper THEN ' may sign in or is a superuser' ELSE ' may not sign in' END AS fact
      FROM pg_roles WHERE rolname = 'audit_owner'
    UNION ALL
    SELECT format('schema %s belongs to %s', nspname, pg_get_userbyid(nspowner)) FROM pg_namespace WHERE nspname = 'audit'
    UNION ALL
    SELECT format('%s audit.%s belongs to %s', CASE WHEN relkind = 'r' AND relpersistence = 'p' THEN 'table' ELSE 'odd object' END,
        relname, pg_get_userbyid(relowner)) || CASE WHEN relrowsecurity THEN ', with row security' ELSE '' END
      FROM pg_class WHERE relnamespace = to_regnamespace('audit') AND relkind NOT IN ('i', 'I', 't')
    UNION ALL
    SELECT format('function %s(%s) belongs to %s, %s, %s, %s, text %s', p.oid::regproc, pg_get_function_identity_arguments(p.oid),
        pg_get_userbyid(p.proowner), l.lanname, CASE WHEN p.prosecdef THEN 'as definer' ELSE 'as invoker' END,
        array_to_string(p.proconfig, ','), encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'))
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE p.pronamespace = to_regnamespace('audit') OR p.proowner = to_regrole('audit_owner')
    UNION ALL
    SELECT format('audit.event.recorded_at defaults to %s', pg_get_expr(adbin, adrelid))
      FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE d.adrelid = to_regclass('audit.event') AND a.attname = 'recorded_at'`;
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
      WHERE c.relnamespace = to_regnamespace('audit')`;
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

/** What this connection could do beyond its grants: by memberships, predefined roles or attributes. All of it is too much. */
async function readOwnReach(db: Database): Promise<AuditProtectionFact[]> {
  const rows = await db.$queryRaw<{ fact: string }[]>`
    SELECT format('this connection may %s on audit.%s', privilege, relname) AS fact
      FROM pg_class CROSS JOIN unnest(ARRAY['SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
      WHERE relnamespace = to_regnamespace('audit') AND relkind = 'r'
        AND (has_table_privilege(oid, privilege)
          OR (privilege IN ('SELECT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(oid, privilege)))
    UNION ALL
    SELECT format('this connection may INSERT on audit.%s', relname)
      FROM pg_class WHERE relnamespace = to_regnamespace('audit') AND relkind = 'r'
        AND relname <> 'event_private' AND has_table_privilege(oid, 'INSERT')
    UNION ALL
    SELECT 'this connection is a superuser or may make roles' FROM pg_roles
      WHERE rolname = current_user AND (rolsuper OR rolcreaterole)
    UNION ALL
    SELECT 'this connection may become ' || rolname FROM pg_roles
      WHERE rolname IN ('audit_owner', 'reconnect_sealer', 'reconnect_auditor') AND pg_has_role(oid, 'MEMBER')
    UNION ALL
    SELECT 'this connection may switch triggers off (session_replication_role)'
      WHERE has_parameter_privilege('session_replication_role', 'SET')`;
  return rows.map(({ fact }) => fact);
}

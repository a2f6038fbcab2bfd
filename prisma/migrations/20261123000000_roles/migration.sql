-- Group roles without login. Login roles are granted to them by prisma/migrate.ts or by hand on hosted Postgres.
-- Roles belong to the whole server, so another database may have made them already, even at this very moment. Looked for first,
-- because Postgres refuses CREATE ROLE to a role without that right also where there is nothing left to make.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['audit_owner', 'reconnect_app', 'reconnect_auditor', 'reconnect_sealer'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = role_name);
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END LOOP;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO reconnect_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO reconnect_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO reconnect_app;
GRANT SELECT ON TABLE public."_prisma_migrations" TO reconnect_app;

-- Two roles on PostgreSQL: one owns the tables and runs `migrate`, the other runs Lotsen and cannot change its own log.
-- As the owner, after the first `migrate` and after every upgrade:
--   psql -d lotsen -v app=lotsen -f deploy/postgresql-roles.sql
-- Why and how: docs/operations.md, "Two roles". Proven by tests/features/audit/test_roles.py.

GRANT USAGE ON SCHEMA public TO :"app";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO :"app";

-- The log: written and read. Retention and erasure have two functions of the owner for what they must do.
REVOKE UPDATE, DELETE, TRUNCATE ON public.audit_events FROM :"app";
GRANT EXECUTE ON FUNCTION public.lotsen_purge_audit(integer[]), public.lotsen_forget_audit(integer[]) TO :"app";

-- The version of the tables: read.
REVOKE INSERT, UPDATE, DELETE ON public.alembic_version FROM :"app";

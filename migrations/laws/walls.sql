-- The walls themselves.
-- Every foreign key between two tables with tenants, the ones added next year included: it carries business_id on both
-- sides, and every row it names exists in the same shop. Constraints say so already, unless they were switched off.
CREATE OR REPLACE FUNCTION broken_references() RETURNS TABLE (law text, key text, detail text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  r record;
  n bigint;
BEGIN
  FOR r IN
    SELECT c.conname, c.conrelid::regclass AS child, c.confrelid::regclass AS parent,
           bool_or(a.attname = 'business_id' AND b.attname = CASE WHEN c.confrelid = 'businesses'::regclass THEN 'id' ELSE 'business_id' END) AS same,
           string_agg(format('ch.%I = pa.%I', a.attname, b.attname), ' AND ') AS match,
           string_agg(format('ch.%I IS NOT NULL', a.attname), ' AND ') AS given
      FROM pg_constraint c
      CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (child, parent)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.parent
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        AND EXISTS (SELECT FROM pg_attribute x WHERE x.attrelid = c.conrelid AND x.attname = 'business_id' AND NOT x.attisdropped)
        AND (c.confrelid = 'businesses'::regclass OR EXISTS (
          SELECT FROM pg_attribute x WHERE x.attrelid = c.confrelid AND x.attname = 'business_id' AND NOT x.attisdropped))
      GROUP BY c.oid
  LOOP
    law := 'L53_reference_without_tenant';
    key := r.conname;
    detail := format('%s to %s', r.child, r.parent);
    IF NOT r.same THEN RETURN NEXT; END IF;
    law := 'L54_reference_broken';
    EXECUTE format('SELECT count(*) FROM %s ch WHERE %s AND NOT EXISTS (SELECT FROM %s pa WHERE %s)', r.child, r.given, r.parent, r.match) INTO n;
    detail := format('%s rows', n);
    IF n > 0 THEN RETURN NEXT; END IF;
  END LOOP;
END $$;

CREATE VIEW laws_of_walls (law, key, detail) WITH (security_invoker = true) AS
WITH tenant_tables AS (
  SELECT c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (c.relname = 'businesses' OR EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped))
), walls AS (                                                     -- policies that bind sello_app, and whether they name its tenant
  SELECT p.polrelid, p.polpermissive,
    coalesce(pg_get_expr(p.polqual, p.polrelid), '') ~ '^\((business_)?id = current_business\(\)\)$'
      AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') ~ '^\((business_)?id = current_business\(\)\)$' AS names_tenant
  FROM pg_policy p WHERE p.polroles && ARRAY[0::oid, (SELECT r.oid FROM pg_roles r WHERE r.rolname = 'sello_app')]
)
SELECT 'L50_tenant_wall', t.relname::text, format('enabled %s forced %s', t.relrowsecurity, t.relforcerowsecurity) FROM tenant_tables t
  WHERE NOT (t.relrowsecurity AND t.relforcerowsecurity AND EXISTS (SELECT FROM walls w WHERE w.polrelid = t.oid AND w.names_tenant)
    AND NOT EXISTS (SELECT FROM walls w WHERE w.polrelid = t.oid AND w.polpermissive AND NOT w.names_tenant))
UNION ALL
SELECT 'L51_role_too_strong', r.rolname::text, format('superuser %s bypassrls %s', r.rolsuper, r.rolbypassrls) FROM pg_roles r
  WHERE r.rolname IN ('sello_owner', 'sello_app', 'sello_platform', 'sello_laws')
    AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR (r.rolname <> 'sello_owner' AND pg_has_role(r.rolname, 'sello_owner', 'MEMBER')))
UNION ALL
SELECT 'L52_append_only', t.name, format('%s may change it', r.name)
  FROM unnest(ARRAY['stamp_events', 'consent_events', 'audit_log', 'reward_rules', 'legal_identities']) AS t (name)
  CROSS JOIN unnest(ARRAY['sello_app', 'sello_platform']) AS r (name)
  WHERE has_any_column_privilege(r.name, t.name, 'UPDATE') OR has_table_privilege(r.name, t.name, 'DELETE, TRUNCATE')
UNION ALL
SELECT * FROM broken_references()
UNION ALL
SELECT 'L55_index_invalid', i.indexrelid::regclass::text, '' FROM pg_index i WHERE NOT i.indisvalid
UNION ALL
SELECT 'L56_constraint_unvalidated', c.conname::text, c.conrelid::regclass::text FROM pg_constraint c WHERE NOT c.convalidated
UNION ALL
SELECT 'L57_idle_in_transaction', a.pid::text, a.application_name FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.state LIKE 'idle in transaction%' AND a.pid <> pg_backend_pid()
    AND a.xact_start < (SELECT idle_since FROM laws_clock())
UNION ALL -- without this membership the law above sees no session but its own, and would never speak
SELECT 'L58_sessions_unseen', 'sello_laws', 'GRANT pg_read_all_stats TO sello_laws'
  WHERE NOT pg_has_role('sello_laws', 'pg_read_all_stats', 'USAGE');

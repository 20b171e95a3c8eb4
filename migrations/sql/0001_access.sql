-- Who may touch what. Time-outs live on the roles, so they hold behind any pooler.
GRANT USAGE ON SCHEMA public TO sello_app, sello_platform, sello_laws;

GRANT SELECT ON businesses, branches, memberships, invitations, devices, reward_rules, customers, consent_events, cards,
  stamp_events, rewards, redemptions, staff_days, fraud_signals, events, idempotency_keys, audit_log TO sello_app;
GRANT INSERT ON branches, memberships, invitations, devices, reward_rules, customers, consent_events, cards, stamp_events,
  rewards, redemptions, staff_days, fraud_signals, events, idempotency_keys, audit_log TO sello_app;
-- No UPDATE and no DELETE on the ledger, the consent log, the audit log and the rules' versions.
GRANT UPDATE ON businesses, branches, memberships, invitations, devices, customers, cards, rewards, redemptions, staff_days,
  fraud_signals TO sello_app;
-- A dismissal ends sessions in its own transaction, and a stamp asks whether its own still stands; nothing else of them
-- is a tenant's concern.
GRANT SELECT (id, business_id, account_id, device_id, means, revoked_at), UPDATE (revoked_at, revoked_why) ON sessions TO sello_app;

GRANT SELECT, INSERT, UPDATE ON businesses, accounts, platform_admins, memberships, invitations, account_tokens, sessions,
  login_failures, events, audit_log, job_attempts, fraud_signals, reward_rules TO sello_platform;
REVOKE UPDATE ON audit_log, reward_rules FROM sello_platform;
GRANT DELETE ON login_failures, account_tokens, sessions, events, idempotency_keys, job_attempts TO sello_platform; -- retention
GRANT SELECT ON idempotency_keys, invitations, cards, stamp_events TO sello_platform;
-- Retention forgets the person behind an enrolment that nobody confirmed; it can read nobody and touch nobody else.
GRANT SELECT (business_id, id, enrolled_at, confirmed_at, merged_into, erased_at) ON customers TO sello_platform;
GRANT UPDATE (phone, name, name_folded, birth_day, birth_month, network_hash, erased_at) ON customers TO sello_platform;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO sello_laws;
REVOKE SELECT ON accounts, account_tokens FROM sello_laws;
GRANT SELECT (id, email_verified_at, created_at) ON accounts TO sello_laws;

-- Row-level security: every table with a tenant, and businesses itself. FORCE, so that the owner needs its policy too.
DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT c.relname, CASE WHEN c.relname = 'businesses' THEN 'id' ELSE 'business_id' END AS key
           FROM pg_class c
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
             AND (c.relname = 'businesses' OR EXISTS (
               SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'business_id' AND NOT a.attisdropped))
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t.relname);
    EXECUTE format('CREATE POLICY tenant ON %I TO sello_app USING (%I = current_business()) WITH CHECK (%I = current_business())',
                   t.relname, t.key, t.key);
    EXECUTE format('CREATE POLICY platform ON %I TO sello_platform USING (true) WITH CHECK (true)', t.relname);
    EXECUTE format('CREATE POLICY migrations ON %I TO sello_owner USING (true) WITH CHECK (true)', t.relname);
    EXECUTE format('CREATE POLICY laws ON %I FOR SELECT TO sello_laws USING (true)', t.relname);
  END LOOP;
END $$;

CREATE POLICY only_pending ON customers AS RESTRICTIVE FOR UPDATE TO sello_platform
  USING (confirmed_at IS NULL AND merged_into IS NULL) WITH CHECK (phone IS NULL AND name IS NULL);

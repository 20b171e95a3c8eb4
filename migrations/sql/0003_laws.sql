-- The laws. `broken_laws` returns a row only where a promise of the data is broken: after any test, every night in
-- production. Read as sello_laws, whom row-level security shows every tenant and who can write nothing. Every view here is
-- WITH (security_invoker = true): an owner's view would see with the owner's eyes, and saw nothing (tried).
-- Each law has its line in docs/laws.md and its planted fault in tests/promises/test_laws.py. Details hold ids and
-- numbers, never personal data.

-- The moments the laws measure against. Test databases replace it, because there the clock is moved to and fro and no
-- worker runs all the time.
--   latest       nothing was recorded after it
--   overdue      whatever was due before it and is not done is stuck
--   facts_since  facts recorded before it may have been cleared away already (they are kept for 30 days)
--   idle_since   a transaction begun before it and idle now holds others up
CREATE FUNCTION laws_clock(OUT latest timestamptz, OUT overdue timestamptz, OUT facts_since timestamptz, OUT idle_since timestamptz)
LANGUAGE sql VOLATILE AS $$
  SELECT n.now + interval '2 seconds', n.now - interval '5 minutes', n.now - interval '29 days',
         clock_timestamp() - interval '30 seconds' FROM (SELECT app_now() AS now) n
$$;

-- ---------------------------------------------------------------- the ledger and what is derived from it
CREATE VIEW laws_of_the_ledger (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L01_balance_ne_ledger', c.id::text, format('card %s/%s ledger %s/%s', c.balance, c.seq, coalesce(s.sum, 0), coalesce(s.seq, 0))
  FROM cards c
  LEFT JOIN (SELECT business_id, card_id, sum(delta) AS sum, max(seq) AS seq FROM stamp_events GROUP BY 1, 2) s
    ON s.business_id = c.business_id AND s.card_id = c.id
  WHERE c.balance <> coalesce(s.sum, 0) OR c.seq <> coalesce(s.seq, 0)
UNION ALL -- one pass along every card's chain
SELECT l.law, e.id::text, format('card %s seq %s', e.card_id, e.seq)
  FROM (SELECT x.*, lag(x.seq, 1, 0) OVER w AS last_seq, lag(x.balance_after, 1, 0) OVER w AS last_balance,
               lag(x.recorded_at) OVER w AS last_recorded
          FROM stamp_events x WINDOW w AS (PARTITION BY x.business_id, x.card_id ORDER BY x.seq)) e
  JOIN cards c ON c.business_id = e.business_id AND c.id = e.card_id
  CROSS JOIN LATERAL (VALUES
    ('L03_seq_twice', e.seq = e.last_seq),
    ('L02_ledger_gap', e.seq > e.last_seq + 1),
    ('L04_balance_chain', e.balance_after <> e.last_balance + e.delta OR e.balance_after < 0),
    ('L05_time_backwards', e.recorded_at < e.last_recorded),
    ('L06_time_future', e.recorded_at > (SELECT latest FROM laws_clock()) OR e.occurred_at > e.recorded_at + interval '2 seconds'),
    ('L07_time_before_card', e.recorded_at < c.issued_at OR (e.occurred_at < c.issued_at AND e.kind <> 'history')),
    ('L08_pending_card_stamped', c.confirmed_at IS NULL)) AS l (law, broken)
  WHERE l.broken
UNION ALL
SELECT 'L09_void_twice', e.voids::text, count(*)::text FROM stamp_events e WHERE e.voids IS NOT NULL
  GROUP BY e.business_id, e.voids HAVING count(*) > 1
UNION ALL
SELECT 'L10_void_mismatch', v.id::text, format('%s %s voids %s %s', v.kind, v.delta, t.kind, t.delta)
  FROM stamp_events v JOIN stamp_events t ON t.business_id = v.business_id AND t.id = v.voids
  WHERE v.kind <> 'void' OR t.kind = 'void' OR v.delta <> -t.delta OR v.card_id <> t.card_id OR v.seq <= t.seq
UNION ALL
SELECT 'L11_last_visit', c.id::text, format('card %s ledger %s', c.last_at, s.at)
  FROM cards c
  LEFT JOIN (SELECT e.business_id, e.card_id, max(e.occurred_at) AS at FROM stamp_events e WHERE e.kind = 'earn'
               AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id) GROUP BY 1, 2) s
    ON s.business_id = c.business_id AND s.card_id = c.id
  WHERE c.last_at IS DISTINCT FROM s.at
UNION ALL -- voided stamps count: a cap that undoing frees is no cap
SELECT 'L12_card_day', c.id::text, format('card %s: %s, ledger %s: %s', c.day, c.day_count, s.day, s.stamps)
  FROM cards c JOIN businesses b ON b.id = c.business_id
  LEFT JOIN LATERAL (
    SELECT (e.occurred_at AT TIME ZONE b.zone)::date AS day, count(*) AS stamps FROM stamp_events e
      WHERE e.business_id = c.business_id AND e.card_id = c.id AND e.kind = 'earn' GROUP BY 1 ORDER BY 1 DESC LIMIT 1) s ON true
  WHERE c.day IS DISTINCT FROM s.day OR c.day_count <> coalesce(s.stamps, 0)
UNION ALL
SELECT 'L13_staff_day', coalesce(d.account_id, s.account_id)::text,
    format('%s row %s ledger %s', coalesce(d.day, s.day), coalesce(d.stamps, 0), coalesce(s.stamps, 0))
  FROM staff_days d
  FULL JOIN (SELECT e.business_id, e.account_id, (e.occurred_at AT TIME ZONE b.zone)::date AS day, count(*) AS stamps
               FROM stamp_events e JOIN businesses b ON b.id = e.business_id
               WHERE e.kind = 'earn' AND e.account_id IS NOT NULL GROUP BY 1, 2, 3) s
    ON s.business_id = d.business_id AND s.account_id = d.account_id AND s.day = d.day
  WHERE coalesce(d.stamps, 0) <> coalesce(s.stamps, 0)
UNION ALL
SELECT 'L14_rules_unknown', s.business_id::text, format('version %s', s.rule_version)
  FROM (SELECT DISTINCT business_id, rule_version FROM stamp_events
          UNION SELECT id, rule_version FROM businesses) s
  WHERE s.rule_version <> 0
    AND NOT EXISTS (SELECT FROM reward_rules r WHERE r.business_id = s.business_id AND r.version = s.rule_version);

-- ---------------------------------------------------------------- rewards, merges, people
CREATE VIEW laws_of_rewards (law, key, detail) WITH (security_invoker = true) AS
SELECT l.law, r.id::text, format('issued %s-%s redeemed %s-%s, redemptions %s-%s', coalesce(e.issues, 0), coalesce(v.issues, 0),
    coalesce(e.redeems, 0), coalesce(v.redeems, 0), coalesce(d.confirmed, 0), coalesce(d.voided, 0))
  FROM rewards r
  LEFT JOIN (SELECT business_id, reward_id, count(*) FILTER (WHERE kind = 'issue_reward') AS issues,
                    count(*) FILTER (WHERE kind = 'redeem') AS redeems
               FROM stamp_events WHERE reward_id IS NOT NULL GROUP BY 1, 2) e ON e.business_id = r.business_id AND e.reward_id = r.id
  LEFT JOIN (SELECT t.business_id, t.reward_id, count(*) FILTER (WHERE t.kind = 'issue_reward') AS issues,
                    count(*) FILTER (WHERE t.kind = 'redeem') AS redeems
               FROM stamp_events x JOIN stamp_events t ON t.business_id = x.business_id AND t.id = x.voids
               WHERE x.kind = 'void' AND x.voids IS NOT NULL GROUP BY 1, 2) v ON v.business_id = r.business_id AND v.reward_id = r.id
  LEFT JOIN (SELECT business_id, reward_id, count(confirmed_at) AS confirmed, count(voided_at) AS voided
               FROM redemptions GROUP BY 1, 2) d ON d.business_id = r.business_id AND d.reward_id = r.id
  CROSS JOIN LATERAL (VALUES
    ('L20_reward_issued_once', coalesce(e.issues, 0) <> 1),
    ('L21_reward_redeemed_twice', coalesce(e.redeems, 0) - coalesce(v.redeems, 0) NOT IN (0, 1)),
    ('L22_redemption_ne_ledger', coalesce(e.redeems, 0) <> coalesce(d.confirmed, 0) OR coalesce(v.redeems, 0) <> coalesce(d.voided, 0)),
    ('L23_revoked_ne_void', (r.revoked_at IS NOT NULL) <> (coalesce(v.issues, 0) = 1)),
    ('L24_revoked_but_redeemed', r.revoked_at IS NOT NULL AND coalesce(e.redeems, 0) > coalesce(v.redeems, 0))) AS l (law, broken)
  WHERE l.broken
UNION ALL
SELECT 'L25_reward_price', r.id::text, format('cost %s took %s', r.cost, -e.delta)
  FROM rewards r JOIN stamp_events e ON e.business_id = r.business_id AND e.reward_id = r.id AND e.kind = 'issue_reward'
  WHERE e.delta <> -r.cost OR e.card_id <> r.card_id
UNION ALL
SELECT 'L26_reward_cause', r.id::text, format('caused by a %s of card %s', e.kind, e.card_id)
  FROM rewards r JOIN stamp_events e ON e.business_id = r.business_id AND e.id = r.caused_by
  WHERE e.card_id <> r.card_id OR e.kind NOT IN ('earn', 'bonus', 'adjust')
UNION ALL
SELECT 'L27_redeem_other_card', e.id::text, r.id::text
  FROM stamp_events e JOIN rewards r ON r.business_id = e.business_id AND r.id = e.reward_id
  WHERE e.kind = 'redeem' AND e.card_id <> r.card_id
UNION ALL
SELECT 'L28_redemption_times', d.id::text, format('reserved %s confirmed %s voided %s', d.reserved_at, d.confirmed_at, d.voided_at)
  FROM redemptions d
  WHERE d.expires_at <= d.reserved_at OR d.confirmed_at < d.reserved_at OR d.voided_at < d.confirmed_at OR d.released_at < d.reserved_at
UNION ALL
SELECT 'L29_card_cycle', c.id::text, format('card %s rewards %s', c.cycle, coalesce(r.filled, 0))
  FROM cards c
  LEFT JOIN (SELECT business_id, card_id, count(*) AS filled FROM rewards WHERE cost > 0 AND revoked_at IS NULL GROUP BY 1, 2) r
    ON r.business_id = c.business_id AND r.card_id = c.id
  WHERE c.cycle <> coalesce(r.filled, 0)
UNION ALL
SELECT 'L30_merged_into_merged', c.id::text, t.id::text FROM cards c
  JOIN cards t ON t.business_id = c.business_id AND t.id = c.merged_into WHERE t.merged_into IS NOT NULL
UNION ALL
SELECT 'L30_merged_into_merged', c.id::text, t.id::text FROM customers c
  JOIN customers t ON t.business_id = c.business_id AND t.id = c.merged_into WHERE t.merged_into IS NOT NULL
UNION ALL
SELECT 'L31_merged_card_alive', c.id::text, format('balance %s, rewards %s', c.balance, r.live) FROM cards c
  CROSS JOIN LATERAL (SELECT count(*) AS live FROM rewards r WHERE r.business_id = c.business_id AND r.card_id = c.id AND r.revoked_at IS NULL
    AND NOT EXISTS (SELECT FROM redemptions d WHERE d.business_id = r.business_id AND d.reward_id = r.id
                      AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)) r
  WHERE c.merged_into IS NOT NULL AND (c.balance <> 0 OR r.live <> 0)
UNION ALL -- the derived consent says what the last word was
SELECT 'L32_consent_derived', c.id::text, format('in %s out %s, last word %s', c.opted_in_at, c.opted_out_at, coalesce(k.kind, 'none'))
  FROM customers c
  LEFT JOIN (SELECT DISTINCT ON (business_id, customer_id) business_id, customer_id, kind FROM consent_events
               ORDER BY business_id, customer_id, recorded_at DESC, id DESC) k ON k.business_id = c.business_id AND k.customer_id = c.id
  WHERE coalesce(k.kind, 'none') <> CASE
    WHEN c.opted_in_at IS NULL AND c.opted_out_at IS NULL THEN 'none'
    WHEN c.opted_out_at IS NULL OR c.opted_in_at > c.opted_out_at THEN 'opt_in'
    ELSE 'opt_out' END
UNION ALL
SELECT 'L33_session_of_nobody', s.id::text, s.account_id::text FROM sessions s
  WHERE s.revoked_at IS NULL AND s.expires_at > app_now() AND CASE WHEN s.business_id IS NULL
    THEN NOT EXISTS (SELECT FROM platform_admins a WHERE a.account_id = s.account_id)
    ELSE NOT EXISTS (SELECT FROM memberships m WHERE m.business_id = s.business_id AND m.account_id = s.account_id AND m.disabled_at IS NULL) END
UNION ALL
SELECT 'L34_session_times', s.id::text, format('generation %s', s.generation) FROM sessions s
  WHERE s.expires_at <= s.created_at OR s.rotated_at < s.created_at OR s.revoked_at < s.created_at
UNION ALL
SELECT 'L35_shop_without_owner', b.id::text, '' FROM businesses b
  WHERE b.closed_at IS NULL
    AND NOT EXISTS (SELECT FROM memberships m WHERE m.business_id = b.id AND m.role = 'owner' AND m.disabled_at IS NULL)
UNION ALL
SELECT 'L36_idempotency_dangling', format('%s/%s', k.business_id, k.key), k.resource_id::text FROM idempotency_keys k
  WHERE NOT EXISTS (SELECT FROM customers x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM cards x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM stamp_events x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM invitations x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM devices x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM branches x WHERE x.business_id = k.business_id AND x.id = k.resource_id);

-- ---------------------------------------------------------------- facts and jobs
CREATE VIEW laws_of_facts (law, key, detail) WITH (security_invoker = true) AS
WITH since AS MATERIALIZED (
  SELECT facts_since AS at FROM laws_clock()
), changes AS (                                                   -- what each change of a ledger has to tell
  SELECT e.business_id, e.recorded_at, e.id,
    CASE e.kind WHEN 'earn' THEN 'StampAdded' WHEN 'issue_reward' THEN 'RewardEarned' WHEN 'redeem' THEN 'RewardRedeemed'
      ELSE CASE t.kind WHEN 'earn' THEN 'StampVoided' WHEN 'redeem' THEN 'RedemptionVoided' END END AS kind,
    CASE WHEN e.kind = 'earn' THEN e.id::text WHEN e.kind = 'issue_reward' THEN e.reward_id::text
      WHEN e.kind = 'redeem' THEN e.reward_id || ' ' || e.seq
      WHEN t.kind = 'earn' THEN t.id::text ELSE t.reward_id || ' ' || e.seq END AS about
  FROM stamp_events e LEFT JOIN stamp_events t ON t.business_id = e.business_id AND t.id = e.voids
  WHERE e.recorded_at > (SELECT at FROM since)
    AND (e.kind IN ('earn', 'issue_reward', 'redeem') OR (e.kind = 'void' AND t.kind IN ('earn', 'redeem')))
), told AS (
  SELECT f.business_id, f.recorded_at, f.id, f.kind,
    CASE WHEN f.kind IN ('StampAdded', 'StampVoided') THEN f.payload ->> 'stamp_id' WHEN f.kind = 'RewardEarned' THEN f.payload ->> 'reward_id'
      ELSE (f.payload ->> 'reward_id') || ' ' || (f.payload ->> 'seq') END AS about
  FROM events f
  WHERE f.recorded_at > (SELECT at FROM since)
    AND f.kind IN ('StampAdded', 'RewardEarned', 'RewardRedeemed', 'StampVoided', 'RedemptionVoided')
)
SELECT CASE WHEN t.id IS NULL THEN 'L40_fact_missing' ELSE 'L41_fact_without_change' END, coalesce(c.id, t.id)::text, coalesce(c.kind, t.kind)
  FROM changes c FULL JOIN told t ON t.business_id = c.business_id AND t.kind = c.kind AND t.about = c.about
  WHERE (t.id IS NULL OR c.id IS NULL) AND coalesce(c.recorded_at, t.recorded_at) > (SELECT at + interval '1 hour' FROM since)
UNION ALL
SELECT 'L42_fact_waiting', f.id::text, f.kind FROM events f
  WHERE f.relayed_at IS NULL AND f.recorded_at < (SELECT overdue FROM laws_clock())
UNION ALL -- PgQueuer writes its times by the server's own clock
SELECT 'L43_job_stuck', j.id::text, format('%s %s', j.entrypoint, j.status) FROM pgqueuer j
  WHERE (j.status = 'queued' AND j.execute_after < (SELECT overdue FROM laws_clock()))
     OR (j.status = 'picked' AND j.heartbeat < (SELECT overdue FROM laws_clock()));

-- ---------------------------------------------------------------- the walls themselves
-- Every foreign key between two tables with tenants, the ones added next year included: it carries business_id on both
-- sides, and every row it names exists in the same shop. Constraints say so already, unless they were switched off.
CREATE FUNCTION broken_references() RETURNS TABLE (law text, key text, detail text) LANGUAGE plpgsql STABLE AS $$
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

CREATE VIEW laws_of_the_walls (law, key, detail) WITH (security_invoker = true) AS
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
  FROM unnest(ARRAY['stamp_events', 'consent_events', 'audit_log', 'reward_rules']) AS t (name)
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

CREATE VIEW broken_laws (law, key, detail) WITH (security_invoker = true) AS
  SELECT law, key, detail FROM laws_of_the_ledger
  UNION ALL SELECT law, key, detail FROM laws_of_rewards
  UNION ALL SELECT law, key, detail FROM laws_of_facts
  UNION ALL SELECT law, key, detail FROM laws_of_the_walls;

GRANT SELECT ON laws_of_the_ledger, laws_of_rewards, laws_of_facts, laws_of_the_walls, broken_laws TO sello_laws;

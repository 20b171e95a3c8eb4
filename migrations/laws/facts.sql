-- Facts and jobs.
CREATE VIEW laws_of_facts (law, key, detail) WITH (security_invoker = true) AS
WITH since AS MATERIALIZED (
  SELECT facts_since AS at FROM laws_clock()
), changes AS (                                                   -- what each change of a ledger has to tell
  SELECT e.business_id, e.recorded_at, e.id,
    CASE e.kind WHEN 'earn' THEN 'StampAdded' WHEN 'issue_reward' THEN 'RewardEarned' WHEN 'redeem' THEN 'RewardRedeemed'
      WHEN 'bonus' THEN 'BonusAdded' WHEN 'expire' THEN CASE WHEN e.reward_id IS NULL THEN 'StampsExpired' ELSE 'RewardExpired' END
      ELSE CASE t.kind WHEN 'earn' THEN 'StampVoided' WHEN 'redeem' THEN 'RedemptionVoided' END END AS kind,
    CASE WHEN e.kind = 'earn' THEN e.id::text WHEN e.kind = 'issue_reward' THEN e.reward_id::text
      WHEN e.kind = 'redeem' THEN e.reward_id || ' ' || e.seq
      WHEN e.kind IN ('bonus', 'expire') THEN e.card_id || ' ' || e.seq
      WHEN t.kind = 'earn' THEN t.id::text ELSE t.reward_id || ' ' || e.seq END AS about
  FROM stamp_events e LEFT JOIN stamp_events t ON t.business_id = e.business_id AND t.id = e.voids
  WHERE e.recorded_at > (SELECT at FROM since) AND NOT 'imported' = ANY (e.flags) -- the past is no news
    AND NOT EXISTS (SELECT FROM arrivals a WHERE a.business_id = e.business_id AND e.recorded_at <= a.made_at) -- told elsewhere
    AND (e.kind IN ('earn', 'issue_reward', 'redeem', 'bonus', 'expire') OR (e.kind = 'void' AND t.kind IN ('earn', 'redeem')))
), told AS (
  SELECT f.business_id, f.recorded_at, f.id, f.kind,
    CASE WHEN f.kind IN ('StampAdded', 'StampVoided') THEN f.payload ->> 'stamp_id' WHEN f.kind = 'RewardEarned' THEN f.payload ->> 'reward_id'
      WHEN f.kind IN ('BonusAdded', 'StampsExpired', 'RewardExpired') THEN (f.payload ->> 'card_id') || ' ' || (f.payload ->> 'seq')
      ELSE (f.payload ->> 'reward_id') || ' ' || (f.payload ->> 'seq') END AS about
  FROM events f
  WHERE f.recorded_at > (SELECT at FROM since)
    AND f.kind IN ('StampAdded', 'RewardEarned', 'RewardRedeemed', 'StampVoided', 'RedemptionVoided', 'BonusAdded', 'StampsExpired', 'RewardExpired')
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

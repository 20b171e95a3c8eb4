-- The ledger and what is derived from it.
CREATE VIEW laws_of_ledger (law, key, detail) WITH (security_invoker = true) AS
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
    ('L07_time_before_card', e.recorded_at < c.issued_at OR (e.occurred_at < c.issued_at AND e.kind <> 'history' AND NOT 'imported' = ANY (e.flags))),
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

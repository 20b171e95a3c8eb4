-- Statistics equal the ledger. A ledger up to an entry never changes, and every card says up to which entry it was counted:
-- so what is kept can be held against the ledger exactly, however many facts still wait, and the wait has a law of its own.
CREATE VIEW laws_of_statistics (law, key, detail) WITH (security_invoker = true) AS
WITH whole AS (SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid AS branch_id),
ledger AS (
  SELECT s.business_id, coalesce(s.counted_into, s.card_id) AS card_id, (e.occurred_at AT TIME ZONE b.zone)::date AS day,
    coalesce(e.branch_id, '00000000-0000-0000-0000-000000000000') AS branch_id,
    count(*) FILTER (WHERE e.kind IN ('earn', 'history')) AS purchases,
    coalesce(sum(e.delta) FILTER (WHERE e.kind IN ('earn', 'bonus')), 0) AS stamps,
    coalesce(-sum(e.delta) FILTER (WHERE e.kind = 'expire'), 0) AS stamps_expired,
    coalesce(sum(e.amount_centimos) FILTER (WHERE e.kind IN ('earn', 'history')), 0) AS amount_centimos,
    count(*) FILTER (WHERE e.kind = 'issue_reward') AS rewards_issued, count(*) FILTER (WHERE e.kind = 'redeem') AS rewards_redeemed
  FROM customer_stats s JOIN businesses b ON b.id = s.business_id
  JOIN stamp_events e ON e.business_id = s.business_id AND e.card_id = s.card_id AND e.seq <= s.counted_seq
  LEFT JOIN stamp_events v ON v.business_id = e.business_id AND v.voids = e.id AND v.seq <= s.counted_seq
  WHERE e.kind IN ('earn', 'history', 'bonus', 'expire', 'issue_reward', 'redeem') AND v.id IS NULL
  GROUP BY 1, 2, 3, 4
), visits AS (                                                    -- one row a customer, day and branch, and one for the whole shop
  SELECT business_id, card_id, branch_id, day FROM customer_days WHERE purchases > 0
  UNION SELECT d.business_id, d.card_id, w.branch_id, d.day FROM customer_days d, whole w WHERE d.purchases > 0
), gaps AS (
  SELECT business_id, card_id, branch_id, day, row_number() OVER w AS place, day - lag(day) OVER w AS gap
  FROM visits WINDOW w AS (PARTITION BY business_id, branch_id, card_id ORDER BY day)
), seen AS (
  SELECT business_id, card_id, count(*) AS visits, min(day) AS first_day, max(day) AS last_day,
    (2 * percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::int AS twice_median
  FROM gaps WHERE branch_id = (SELECT branch_id FROM whole) GROUP BY 1, 2
), sums AS (
  SELECT business_id, card_id, sum(purchases) AS purchases, sum(stamps) AS stamps, sum(amount_centimos) AS amount_centimos,
    sum(rewards_issued) AS rewards_issued, sum(rewards_redeemed) AS rewards_redeemed
  FROM customer_days GROUP BY 1, 2
), active AS (
  SELECT business_id, branch_id, card_id, range_agg(daterange(day, day + 30)) AS now, range_agg(daterange(day + 30, day + 60)) AS before
  FROM visits GROUP BY 1, 2, 3
), expected (business_id, branch_id, day, what, n) AS (
  SELECT d.business_id, x.branch_id, d.day, m.what, sum(m.n)
    FROM customer_days d CROSS JOIN whole w CROSS JOIN LATERAL (VALUES (d.branch_id), (w.branch_id)) AS x (branch_id)
    CROSS JOIN LATERAL (VALUES ('purchases', d.purchases::bigint), ('stamps', d.stamps), ('stamps_expired', d.stamps_expired),
      ('amount_centimos', d.amount_centimos), ('rewards_issued', d.rewards_issued), ('rewards_redeemed', d.rewards_redeemed)) AS m (what, n)
    GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT g.business_id, g.branch_id, g.day, m.what, sum(m.n) FROM gaps g
    CROSS JOIN LATERAL (VALUES ('visits', 1), ('first_visits', (g.place = 1)::int), ('second_visits', (g.place = 2)::int)) AS m (what, n)
    GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT s.business_id, w.branch_id, s.enrolled_day, 'new_cards', count(*) FROM customer_stats s, whole w
    WHERE s.enrolled_day IS NOT NULL GROUP BY 1, 2, 3
  UNION ALL
  SELECT a.business_id, a.branch_id, m.day, r.what, sum(m.n) FROM active a
    CROSS JOIN LATERAL (SELECT 'active_moved', unnest(a.now) UNION ALL SELECT 'returned_moved', unnest(a.now * a.before)) AS r (what, span)
    CROSS JOIN LATERAL (VALUES (lower(r.span), 1), (upper(r.span), -1)) AS m (day, n)
    GROUP BY 1, 2, 3, 4
), kept (business_id, branch_id, day, what, n) AS (
  SELECT d.business_id, d.branch_id, d.day, m.what, m.n FROM daily_stats d
    CROSS JOIN LATERAL (VALUES ('purchases', d.purchases::bigint), ('stamps', d.stamps), ('stamps_expired', d.stamps_expired),
      ('amount_centimos', d.amount_centimos), ('rewards_issued', d.rewards_issued), ('rewards_redeemed', d.rewards_redeemed),
      ('visits', d.visits), ('first_visits', d.first_visits), ('second_visits', d.second_visits), ('new_cards', d.new_cards),
      ('active_moved', d.active_moved), ('returned_moved', d.returned_moved)) AS m (what, n)
), today AS (
  SELECT id AS business_id, (app_now() AT TIME ZONE zone)::date AS day FROM businesses
), missing (business_id, day, what, n) AS (                       -- as of today, and on every day to come if nobody came
  SELECT s.business_id, greatest(m.day, t.day), m.what, sum(m.n) FROM customer_stats s JOIN today t USING (business_id)
    CROSS JOIN LATERAL (VALUES (s.at_risk_from, 'at_risk', 1), (s.lost_from, 'at_risk', -1), (s.lost_from, 'lost', 1)) AS m (day, what, n)
    WHERE m.day IS NOT NULL GROUP BY 1, 2, 3
), missing_kept (business_id, day, what, n) AS (
  SELECT d.business_id, greatest(d.day, t.day), m.what, sum(m.n) FROM daily_stats d JOIN today t USING (business_id)
    CROSS JOIN LATERAL (VALUES ('at_risk', d.at_risk_moved), ('lost', d.lost_moved)) AS m (what, n)
    WHERE d.branch_id = (SELECT branch_id FROM whole) GROUP BY 1, 2, 3
)
SELECT 'L80_days_ne_ledger', format('%s %s %s', coalesce(k.card_id, l.card_id), coalesce(k.day, l.day), coalesce(k.branch_id, l.branch_id)),
    format('kept %s/%s, ledger %s/%s', k.purchases, k.stamps, l.purchases, l.stamps)
  FROM customer_days k FULL JOIN ledger l
    ON l.business_id = k.business_id AND l.card_id = k.card_id AND l.day = k.day AND l.branch_id = k.branch_id
  WHERE (coalesce(k.purchases, 0), coalesce(k.stamps, 0), coalesce(k.stamps_expired, 0), coalesce(k.amount_centimos, 0),
         coalesce(k.rewards_issued, 0), coalesce(k.rewards_redeemed, 0))
     <> (coalesce(l.purchases, 0), coalesce(l.stamps, 0), coalesce(l.stamps_expired, 0), coalesce(l.amount_centimos, 0),
         coalesce(l.rewards_issued, 0), coalesce(l.rewards_redeemed, 0))
UNION ALL
SELECT 'L81_statistics_behind', c.id::text, format('counted %s of %s', coalesce(s.counted_seq, 0), c.seq)
  FROM cards c LEFT JOIN customer_stats s ON s.business_id = c.business_id AND s.card_id = c.id
  WHERE EXISTS (SELECT FROM stamp_events e WHERE e.business_id = c.business_id AND e.card_id = c.id
                  AND e.seq = coalesce(s.counted_seq, 0) + 1 AND e.recorded_at < (SELECT overdue FROM laws_clock()))
UNION ALL -- who they are counted with, and since when they are here
SELECT 'L81_statistics_behind', s.card_id::text, format('counted into %s, merged into %s, since %s', s.counted_into, c.merged_into, s.enrolled_day)
  FROM customer_stats s JOIN cards c ON c.business_id = s.business_id AND c.id = s.card_id JOIN businesses b ON b.id = s.business_id
  LEFT JOIN LATERAL (
    SELECT min((x.issued_at AT TIME ZONE b.zone)::date) AS day, max(x.confirmed_at) AS at FROM cards x
    WHERE x.business_id = s.business_id AND x.confirmed_at IS NOT NULL AND (x.id = s.card_id OR x.merged_into = s.card_id)) f ON true
  WHERE (s.counted_into IS DISTINCT FROM c.merged_into OR (c.erased_at < (SELECT overdue FROM laws_clock()) AND s.at_risk_from IS NOT NULL)
      OR s.threshold_days NOT IN (0, b.inactivity_threshold_days)
      OR s.enrolled_day IS DISTINCT FROM CASE WHEN c.merged_into IS NULL THEN f.day END)
    AND coalesce(f.at, c.issued_at) < (SELECT overdue FROM laws_clock())
    AND NOT EXISTS (SELECT FROM events e WHERE e.business_id = s.business_id AND e.recorded_at >= (SELECT overdue FROM laws_clock())
                      AND e.kind IN ('CardMerged', 'BusinessChanged'))
UNION ALL
SELECT 'L82_stats_ne_days', s.card_id::text, format('kept %s visits %s to %s, days %s visits %s to %s', s.visits, s.first_day, s.last_day, v.visits, v.first_day, v.last_day)
  FROM customer_stats s JOIN cards c ON c.business_id = s.business_id AND c.id = s.card_id
  LEFT JOIN seen v ON v.business_id = s.business_id AND v.card_id = s.card_id
  LEFT JOIN sums m ON m.business_id = s.business_id AND m.card_id = s.card_id
  WHERE (s.visits, s.purchases, s.stamps, s.amount_centimos, s.rewards_issued, s.rewards_redeemed, s.first_day, s.last_day,
         (2 * s.median_gap)::int, s.at_risk_from, s.lost_from)
    IS DISTINCT FROM (coalesce(v.visits, 0), coalesce(m.purchases, 0), coalesce(m.stamps, 0), coalesce(m.amount_centimos, 0),
         coalesce(m.rewards_issued, 0), coalesce(m.rewards_redeemed, 0), v.first_day, v.last_day, v.twice_median,
         v.last_day + 1 + CASE WHEN c.erased_at IS NOT NULL AND s.at_risk_from IS NULL THEN NULL
           WHEN v.visits >= 3 THEN least(s.threshold_days, v.twice_median) ELSE s.threshold_days END,
         v.last_day + 1 + CASE WHEN c.erased_at IS NOT NULL AND s.lost_from IS NULL THEN NULL
           WHEN v.visits >= 3 THEN 2 * v.twice_median ELSE 4 * s.threshold_days END)
    OR (s.counted_into IS NOT NULL AND (s.visits > 0 OR m.purchases > 0))
UNION ALL
SELECT 'L83_shop_days_ne_days', format('%s %s %s', coalesce(k.business_id, x.business_id), coalesce(k.branch_id, x.branch_id), coalesce(k.day, x.day)),
    format('%s: kept %s, days %s', coalesce(k.what, x.what), coalesce(k.n, 0), coalesce(x.n, 0))
  FROM kept k FULL JOIN expected x ON x.business_id = k.business_id AND x.branch_id = k.branch_id AND x.day = k.day AND x.what = k.what
  WHERE coalesce(k.n, 0) <> coalesce(x.n, 0)
UNION ALL
SELECT 'L84_missing_ne_stats', format('%s %s', coalesce(k.business_id, x.business_id), coalesce(k.day, x.day)),
    format('%s: kept %s, customers %s', coalesce(k.what, x.what), coalesce(k.n, 0), coalesce(x.n, 0))
  FROM missing_kept k FULL JOIN missing x ON x.business_id = k.business_id AND x.day = k.day AND x.what = k.what
  WHERE coalesce(k.n, 0) <> coalesce(x.n, 0)
UNION ALL
SELECT 'L85_day_not_closed', b.id::text, format('closed through %s', s.closed_through)
  FROM businesses b LEFT JOIN shop_statistics s ON s.business_id = b.id
  WHERE b.closed_at IS NULL
    AND (coalesce(s.closed_through, (b.created_at AT TIME ZONE b.zone)::date) + 2)::timestamp AT TIME ZONE b.zone
      < (SELECT overdue FROM laws_clock()) - interval '1 hour';

-- What the finer rules promise: days of expiry, gifts, happy hours, minimum spend, roll-over.
CREATE VIEW laws_of_rules (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L15_stamps_until', c.id::text, format('balance %s until %s', c.balance, c.stamps_until) FROM cards c
  WHERE c.stamps_until IS NOT NULL AND (c.balance = 0 OR NOT EXISTS (
    SELECT FROM stamp_events e WHERE e.business_id = c.business_id AND e.card_id = c.id AND e.stamps_until = c.stamps_until AND e.delta > 0
      AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id)))
UNION ALL -- the nights come every day; a day of grace for a worker that was away
SELECT 'L16_expiry_overdue', c.id::text, format('stamps until %s', c.stamps_until) FROM cards c JOIN businesses b ON b.id = c.business_id
  WHERE c.stamps_until + 2 < ((SELECT overdue FROM laws_clock()) AT TIME ZONE b.zone)::date AND b.closed_at IS NULL AND b.suspended_at IS NULL
UNION ALL
SELECT 'L16_expiry_overdue', r.id::text, format('reward until %s', r.good_until) FROM rewards r JOIN businesses b ON b.id = r.business_id
  WHERE r.good_until + 2 < ((SELECT overdue FROM laws_clock()) AT TIME ZONE b.zone)::date AND b.closed_at IS NULL AND b.suspended_at IS NULL
    AND r.revoked_at IS NULL AND r.expired_at IS NULL
    AND NOT EXISTS (SELECT FROM redemptions d WHERE d.business_id = r.business_id AND d.reward_id = r.id AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)
UNION ALL -- stamps expire all at once; a reward costs nothing more when it does
SELECT 'L17_expire_entry', e.id::text, format('delta %s balance after %s reward %s', e.delta, e.balance_after, e.reward_id) FROM stamp_events e
  WHERE e.kind = 'expire' AND CASE WHEN e.reward_id IS NULL THEN e.delta >= 0 OR e.balance_after <> 0 ELSE e.delta <> 0 END
UNION ALL
SELECT 'L17_expire_entry', r.id::text, format('reward expired at %s, entries %s', r.expired_at, x.entries) FROM rewards r
  CROSS JOIN LATERAL (SELECT count(*) AS entries FROM stamp_events e
    WHERE e.business_id = r.business_id AND e.reward_id = r.id AND e.kind = 'expire' AND e.card_id = r.card_id) x
  WHERE x.entries <> CASE WHEN r.expired_at IS NULL THEN 0 ELSE 1 END
UNION ALL
SELECT 'L18_gift', r.id::text, format('%s of card %s, gifts %s', r.source, r.card_id, x.gifts) FROM rewards r
  CROSS JOIN LATERAL (SELECT count(*) AS gifts, count(*) FILTER (WHERE g.kind = r.source) AS of_its_kind FROM gifts g
    WHERE g.business_id = r.business_id AND g.reward_id = r.id) x
  WHERE x.gifts <> x.of_its_kind OR x.gifts <> CASE WHEN r.source = 'step' THEN 0 ELSE 1 END
UNION ALL
SELECT 'L19_reward_ends', r.id::text, format('issued %s until %s expired %s', r.issued_at, r.good_until, r.expired_at)
  FROM rewards r JOIN businesses b ON b.id = r.business_id
  WHERE r.good_until < (r.issued_at AT TIME ZONE b.zone)::date
     OR (r.expired_at IS NOT NULL AND ((r.expired_at AT TIME ZONE b.zone)::date <= r.good_until OR r.good_until IS NULL
       OR EXISTS (SELECT FROM redemptions d WHERE d.business_id = r.business_id AND d.reward_id = r.id AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL)))
UNION ALL -- the rules of its version, asked again of every stamp
SELECT l.law, e.id::text, format('card %s version %s delta %s flags %s', e.card_id, e.rule_version, e.delta, e.flags)
  FROM stamp_events e
  JOIN businesses b ON b.id = e.business_id
  JOIN reward_rules w ON w.business_id = e.business_id AND w.version = e.rule_version
  LEFT JOIN LATERAL (
    SELECT max(h.factor) AS factor
      FROM (SELECT e.occurred_at AT TIME ZONE b.zone AS at) t
      CROSS JOIN jsonb_to_recordset(w.body -> 'happy_hours') AS h (weekdays int[], starts interval, ends interval, factor int)
      CROSS JOIN generate_series(0, 1) AS yesterday              -- one that began the day before may last past midnight
      CROSS JOIN LATERAL (SELECT t.at::date - yesterday AS day) d
      WHERE extract(isodow FROM d.day)::int = ANY (h.weekdays) AND t.at >= d.day + h.starts
        AND t.at < d.day + h.ends + CASE WHEN h.ends > h.starts THEN interval '0' ELSE interval '1 day' END) happy ON true
  CROSS JOIN LATERAL (VALUES
    ('L37_happy_hour', (happy.factor IS NULL) <> (NOT 'happy_x' || coalesce(happy.factor, 0) = ANY (e.flags))
      OR (SELECT count(*) FROM unnest(e.flags) AS f (flag) WHERE f.flag LIKE 'happy\_x%') <> (happy.factor IS NOT NULL)::int
      OR (e.delta % coalesce(happy.factor, 1) <> 0 AND NOT 'surplus' = ANY (e.flags))),
    ('L38_below_minimum', NOT 'override' = ANY (e.flags) AND coalesce(e.amount_centimos, 0) < (w.body ->> 'minimum_spend_centimos')::bigint),
    ('L39_roll_over', NOT (w.body ->> 'roll_over')::boolean
      AND e.delta > (w.body -> 'steps' -> -1 ->> 'at')::int - (e.balance_after - e.delta) % (w.body -> 'steps' -> -1 ->> 'at')::int)) AS l (law, broken)
  WHERE e.kind = 'earn' AND l.broken;

-- What the ledger says of rewards and their hand-over.
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
SELECT 'L29_card_cycle', c.id::text, format('card %s rewards %s lapses %s', c.cycle, coalesce(r.filled, 0), coalesce(l.lapses, 0))
  FROM cards c
  LEFT JOIN (SELECT business_id, card_id, count(*) AS filled FROM rewards WHERE cost > 0 AND revoked_at IS NULL GROUP BY 1, 2) r
    ON r.business_id = c.business_id AND r.card_id = c.id
  LEFT JOIN (SELECT e.business_id, e.card_id, count(*) AS lapses FROM stamp_events e WHERE e.kind = 'expire' AND e.delta < 0
               AND NOT EXISTS (SELECT FROM stamp_events v WHERE v.business_id = e.business_id AND v.voids = e.id) GROUP BY 1, 2) l
    ON l.business_id = c.business_id AND l.card_id = c.id
  WHERE c.cycle <> coalesce(r.filled, 0) + coalesce(l.lapses, 0)
UNION ALL -- a step of a merged card, gone with it, is not given again in the round that went on
SELECT 'L44_step_given_twice', r.id::text, format('counts on card %s in round %s', r.counts_on, r.counts_in)
  FROM rewards r JOIN cards c ON c.business_id = r.business_id AND c.id = r.card_id
  WHERE r.counts_on IS NOT NULL AND (c.merged_into IS NULL OR r.revoked_at IS NOT NULL OR r.cost > 0
    OR (r.expired_at IS NULL AND NOT EXISTS (SELECT FROM redemptions d WHERE d.business_id = r.business_id AND d.reward_id = r.id
      AND d.confirmed_at IS NOT NULL AND d.voided_at IS NULL))
    OR EXISTS (SELECT FROM rewards o WHERE o.business_id = r.business_id AND o.card_id = r.counts_on AND o.cycle = r.counts_in
      AND o.threshold = r.threshold AND o.cost = 0 AND o.source = 'step' AND o.revoked_at IS NULL));

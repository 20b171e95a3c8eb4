-- Campaigns: who was meant and why, one message in a week, nobody without their word, each code once and in its time.
CREATE VIEW laws_of_campaigns (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L75_window_ne_send', coalesce(s.id, w.send_id)::text, format('customer %s, window of %s', s.customer_id, w.customer_id)
  FROM campaign_sends s FULL JOIN send_windows w ON w.business_id = s.business_id AND w.send_id = s.id
  WHERE s.customer_id IS DISTINCT FROM w.customer_id OR (w.freed_at IS NOT NULL AND s.accepted_at IS NOT NULL)
UNION ALL
SELECT 'L76_two_in_a_week', w.send_id::text, format('from %s, the one before until %s', w.from_at, w.before)
  FROM (SELECT send_id, from_at, max(until_at) OVER (PARTITION BY business_id, customer_id ORDER BY from_at, send_id
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM send_windows WHERE freed_at IS NULL) w
  WHERE w.before > w.from_at
UNION ALL
SELECT 'L77_member_ne_send', coalesce(m.send_id, s.id)::text, format('meant %s by %s', m.customer_id, m.campaign_id)
  FROM (SELECT * FROM campaign_members WHERE send_id IS NOT NULL) m
  FULL JOIN campaign_sends s ON s.business_id = m.business_id AND s.id = m.send_id
  WHERE (m.customer_id, m.campaign_id) IS DISTINCT FROM (s.customer_id, s.campaign_id)
UNION ALL
SELECT 'L78_arm_twice', format('%s %s', campaign_id, customer_id), 'held out and written to'
  FROM campaign_members GROUP BY business_id, campaign_id, customer_id HAVING count(DISTINCT arm) > 1
UNION ALL
SELECT 'L79_code_misused', d.id::text, format('issued %s expires %s withdrawn %s used %s', d.issued_at, d.expires_at, d.withdrawn_at,
    x.redeemed_at)
  FROM discount_codes d
  JOIN campaigns c ON c.business_id = d.business_id AND c.id = d.campaign_id
  LEFT JOIN campaign_sends s ON s.business_id = d.business_id AND s.id = d.send_id
  LEFT JOIN send_windows w ON w.business_id = d.business_id AND w.send_id = d.send_id
  LEFT JOIN code_redemptions x ON x.business_id = d.business_id AND x.code_id = d.id
  WHERE (d.customer_id, d.campaign_id) IS DISTINCT FROM (s.customer_id, s.campaign_id)
    OR (d.percent, d.gift) IS DISTINCT FROM (c.discount_percent, c.gift)
    OR (d.withdrawn_at IS NULL AND w.freed_at IS NOT NULL)        -- never went out: nobody may have it
    OR x.redeemed_at < d.issued_at OR x.redeemed_at >= d.expires_at OR x.redeemed_at >= d.withdrawn_at OR x.voided_at < x.redeemed_at
UNION ALL
SELECT 'L96_meant_out_of_time', format('%s %s', m.campaign_id, m.customer_id), format('%s at %s', m.occasion, m.planned_at)
  FROM campaign_members m JOIN campaigns c ON c.business_id = m.business_id AND c.id = m.campaign_id
  WHERE c.activated_at IS NULL OR m.planned_at < c.activated_at OR m.planned_at > c.ended_at + interval '1 minute'
UNION ALL
SELECT 'L97_sent_without_consent', s.id::text, format('claimed %s, last word %s', s.claimed_at, k.kind)
  FROM campaign_sends s LEFT JOIN LATERAL (
    SELECT e.kind FROM consent_events e WHERE e.business_id = s.business_id AND e.customer_id = s.customer_id
      AND e.recorded_at <= s.claimed_at ORDER BY e.recorded_at DESC, e.id DESC LIMIT 1) k ON true
  WHERE s.claimed_at IS NOT NULL AND s.accepted_at IS NOT NULL AND k.kind IS DISTINCT FROM 'opt_in'
UNION ALL
SELECT 'L98_plan_overdue', b.id::text, format('planned until %s', p.planned_until)
  FROM businesses b LEFT JOIN campaign_plans p ON p.business_id = b.id
  WHERE b.closed_at IS NULL AND b.suspended_at IS NULL
    AND coalesce(p.planned_until, '-infinity') < (app_now() AT TIME ZONE b.zone)::date - 3
    AND EXISTS (SELECT FROM campaigns c WHERE c.business_id = b.id AND c.activated_at < app_now() - interval '4 days'
      AND c.paused_at IS NULL AND c.ended_at IS NULL);

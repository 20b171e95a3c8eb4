-- Customers: merges and consent.
CREATE VIEW laws_of_people (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L30_merged_into_merged', c.id::text, t.id::text FROM cards c
  JOIN cards t ON t.business_id = c.business_id AND t.id = c.merged_into WHERE t.merged_into IS NOT NULL
UNION ALL
SELECT 'L30_merged_into_merged', c.id::text, t.id::text FROM customers c
  JOIN customers t ON t.business_id = c.business_id AND t.id = c.merged_into WHERE t.merged_into IS NOT NULL
UNION ALL
SELECT 'L31_merged_card_alive', c.id::text, format('balance %s, rewards %s', c.balance, r.live) FROM cards c
  CROSS JOIN LATERAL (SELECT count(*) AS live FROM rewards r WHERE r.business_id = c.business_id AND r.card_id = c.id AND r.revoked_at IS NULL AND r.expired_at IS NULL
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
    ELSE 'opt_out' END;

-- Merges of duplicates and privacy requests.
CREATE VIEW laws_of_privacy (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L65_merge_ne_ledger', m.card_id::text, format('merged %s, left %s, came %s', m.stamps, a.delta, b.delta)
  FROM card_merges m
  JOIN cards c ON c.business_id = m.business_id AND c.id = m.card_id
  LEFT JOIN stamp_events a ON a.business_id = m.business_id AND a.id = m.entry_id
  LEFT JOIN stamp_events b ON b.business_id = m.business_id AND b.id = m.into_entry_id
  WHERE c.merged_into IS NULL OR coalesce(a.delta, 0) <> -m.stamps OR coalesce(b.delta, 0) <> m.stamps
    OR a.kind <> 'adjust' OR b.kind <> 'adjust' OR a.card_id <> m.card_id OR b.card_id <> m.into_card_id
UNION ALL
SELECT 'L66_request_times', r.id::text, format('opened %s due %s answered %s', r.opened_at, r.due_on, r.answered_at)
  FROM privacy_requests r JOIN businesses b ON b.id = r.business_id
  WHERE r.due_on <= (r.opened_at AT TIME ZONE b.zone)::date OR r.answered_at < r.opened_at;

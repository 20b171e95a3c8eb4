-- Merges of duplicates, privacy requests, erased people.
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
  WHERE r.due_on <= (r.opened_at AT TIME ZONE b.zone)::date OR r.answered_at < r.opened_at
UNION ALL
SELECT 'L67_erased_person_kept', k.id::text, k.what FROM (
  SELECT u.id, 'customer' AS what FROM customers u
    WHERE u.erased_at IS NOT NULL AND num_nonnulls(u.phone, u.new_phone, u.new_phone_at, u.name, u.name_folded, u.birth_day,
      u.birth_month, u.network_hash) > 0
  UNION ALL
  SELECT c.id, 'card' FROM erasures x JOIN cards c ON c.business_id = x.business_id AND c.customer_id = x.customer_id
    WHERE c.erased_at IS NULL
  UNION ALL
  SELECT k.id, 'consent' FROM erasures x JOIN consent_events k ON k.business_id = x.business_id AND k.customer_id = x.customer_id
    WHERE num_nonnulls(k.network_hash, k.poster_id) > 0
  UNION ALL
  SELECT s.id, 'message' FROM erasures x JOIN campaign_sends s ON s.business_id = x.business_id AND s.customer_id = x.customer_id
    WHERE s.claimed_at IS NULL AND s.released_at IS NULL AND s.planned_at < x.erased_at
  UNION ALL
  SELECT d.id, 'code' FROM erasures x JOIN discount_codes d ON d.business_id = x.business_id AND d.customer_id = x.customer_id
    WHERE d.withdrawn_at IS NULL AND d.issued_at < x.erased_at
  UNION ALL
  SELECT w.customer_id, 'contact' FROM erasures x JOIN whatsapp_contacts w ON w.business_id = x.business_id AND w.customer_id = x.customer_id
    WHERE num_nonnulls(w.helped_at, w.invalid_at, w.unreachable_at, w.blocked_at, w.pause_until) > 0
  UNION ALL -- of their passes a phone may learn for a week that they are void
  SELECT e.pass_id, 'pass' FROM erasures x JOIN cards c ON c.business_id = x.business_id AND c.customer_id = x.customer_id
    JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
    JOIN wallet_events e ON e.business_id = p.business_id AND e.pass_id = p.id
    WHERE e.at < x.erased_at AND e.details <> '{}'
  UNION ALL
  SELECT p.id, 'phone' FROM cards c JOIN wallet_passes p ON p.business_id = c.business_id AND p.card_id = c.id
    WHERE c.erased_at IS NOT NULL AND p.voided_at < (SELECT overdue FROM laws_clock()) - interval '9 days' AND (p.token_sealed IS NOT NULL
      OR EXISTS (SELECT FROM wallet_registrations r WHERE r.business_id = p.business_id AND r.pass_id = p.id))
  UNION ALL -- people who never came, forgotten after 90 days; their cards by the second night
  SELECT k.id, 'receipt of nobody' FROM customers u JOIN consent_events k ON k.business_id = u.business_id AND k.customer_id = u.id
    WHERE u.erased_at IS NOT NULL AND u.confirmed_at IS NULL AND num_nonnulls(k.network_hash, k.poster_id) > 0
  UNION ALL
  SELECT c.id, 'card of nobody' FROM customers u JOIN cards c ON c.business_id = u.business_id AND c.customer_id = u.id
    WHERE u.erased_at < (SELECT overdue FROM laws_clock()) - interval '1 day' AND u.confirmed_at IS NULL AND u.merged_into IS NULL
      AND c.erased_at IS NULL
  UNION ALL
  SELECT r.id, 'request' FROM erasures x JOIN privacy_requests r ON r.business_id = x.business_id AND r.customer_id = x.customer_id
    WHERE num_nonnulls(r.wish, r.answer) > 0 OR r.answered_at IS NULL
  UNION ALL
  SELECT e.id, 'ledger' FROM cards c JOIN stamp_events e ON e.business_id = c.business_id AND e.card_id = c.id
    WHERE c.erased_at IS NOT NULL AND e.reason IS NOT NULL
  UNION ALL
  SELECT d.id, 'redemption' FROM cards c JOIN rewards w ON w.business_id = c.business_id AND w.card_id = c.id
    JOIN redemptions d ON d.business_id = w.business_id AND d.reward_id = w.id
    WHERE c.erased_at IS NOT NULL AND d.void_reason IS NOT NULL
  UNION ALL
  SELECT l.id, 'audit' FROM cards c JOIN stamp_events e ON e.business_id = c.business_id AND e.card_id = c.id
    JOIN audit_log l ON l.business_id = e.business_id AND l.subject_id = e.id
    WHERE c.erased_at IS NOT NULL AND l.reason IS NOT NULL
  UNION ALL
  SELECT l.id, 'audit' FROM erasures x JOIN audit_log l ON l.business_id = x.business_id AND l.subject_id = x.customer_id
    WHERE l.reason IS NOT NULL) k
UNION ALL -- a backup was restored and `sello reapply-erasures` did not follow
SELECT 'L68_erasure_undone', x.customer_id::text, x.erased_at::text FROM erasures x
  JOIN customers u ON u.business_id = x.business_id AND u.id = x.customer_id WHERE u.erased_at IS NULL
UNION ALL
SELECT 'L69_erasure_unstored', x.customer_id::text, x.erased_at::text FROM erasures x
  WHERE x.stored_at IS NULL AND x.erased_at < (SELECT overdue FROM laws_clock());

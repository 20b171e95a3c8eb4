-- Cards in the phone: no change is lost on them, nobody's pass outlives them, what phones write stays bounded.
CREATE VIEW laws_of_wallets (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L45_pass_behind', p.id::text, format('noted %s, the card is at %s', p.noted_seq, t.seq)
  FROM wallet_passes p JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
  JOIN cards t ON t.business_id = c.business_id AND t.id = coalesce(c.merged_into, c.id)
  JOIN businesses b ON b.id = p.business_id
  LEFT JOIN stamp_events e ON e.business_id = t.business_id AND e.card_id = t.id AND e.seq = t.seq
  WHERE p.noted_seq <> t.seq AND p.voided_at IS NULL AND b.closed_at IS NULL
    AND greatest(coalesce(e.recorded_at, t.issued_at), p.issued_at) < (SELECT overdue FROM laws_clock())
UNION ALL -- a shop that closes tells its phones in batches
SELECT 'L46_pass_not_voided', p.id::text, format('erased %s, closed %s', t.erased_at, b.closed_at)
  FROM wallet_passes p JOIN cards c ON c.business_id = p.business_id AND c.id = p.card_id
  JOIN cards t ON t.business_id = c.business_id AND t.id = coalesce(c.merged_into, c.id)
  JOIN businesses b ON b.id = p.business_id
  WHERE p.voided_at IS NULL AND (t.erased_at < (SELECT overdue FROM laws_clock())
    OR b.closed_at < (SELECT overdue - interval '1 hour' FROM laws_clock()))
UNION ALL
SELECT 'L47_pass_tag', p.id::text, format('tag %s of %s', p.tag, g.last)
  FROM wallet_passes p LEFT JOIN wallet_tags g ON g.pass_type_id = coalesce(p.pass_type_id, 'google')
  WHERE p.tag > coalesce(g.last, 0) OR p.patched_tag > p.tag
UNION ALL
SELECT 'L47_pass_tag', p.id::text, format('a phone was told of %s, it has %s', r.pushed_tag, p.tag)
  FROM wallet_registrations r JOIN wallet_passes p ON p.business_id = r.business_id AND p.id = r.pass_id
  WHERE r.pushed_tag > p.tag
UNION ALL
SELECT 'L48_pass_phones', p.id::text, format('%s phones, %s of another pass type', count(*), count(*) FILTER (WHERE d.pass_type_id <> p.pass_type_id))
  FROM wallet_registrations r JOIN wallet_passes p ON p.business_id = r.business_id AND p.id = r.pass_id
  JOIN wallet_devices d ON d.id = r.device
  GROUP BY p.id, p.kind HAVING count(*) > 20 OR bool_or(d.pass_type_id IS DISTINCT FROM p.pass_type_id)
UNION ALL -- by the second night
SELECT 'L48_pass_phones', d.id::text, format('shows no pass, seen %s', d.seen_at)
  FROM wallet_devices d
  WHERE d.seen_at < (SELECT overdue - interval '3 days' FROM laws_clock())
    AND NOT EXISTS (SELECT FROM wallet_registrations r WHERE r.device = d.id)
UNION ALL
SELECT 'L49_pass_events', e.pass_id::text, format('number %s in slot %s of %s, at %s', e.number, e.slot, p.events, e.at)
  FROM wallet_events e JOIN wallet_passes p ON p.business_id = e.business_id AND p.id = e.pass_id
  WHERE e.slot <> e.number % 200 OR e.number > p.events OR e.at < (SELECT overdue - interval '93 days' FROM laws_clock());

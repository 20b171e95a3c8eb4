-- Files, posters, the addresses of shops, and who answers for them.
CREATE VIEW laws_of_shelf (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L90_file_misfiled', f.id::text, format('%s, %s', f.kind, f.content_type) FROM files f
  WHERE NOT starts_with(f.name, CASE WHEN f.kind IN ('hero', 'emblem') THEN 'public' ELSE f.business_id::text END || '/' || f.kind || '-')
    OR (f.kind, f.content_type, right(f.name, 4)) NOT IN (
      ('logo', 'image/png', '.png'), ('poster', 'application/pdf', '.pdf'), ('tent', 'application/pdf', '.pdf'),
      ('hero', 'image/png', '.png'), ('emblem', 'image/png', '.png'))
    OR f.stored_at < f.created_at OR f.removed_at < f.stored_at OR f.deleted_at < greatest(f.stored_at, f.removed_at)
    OR (f.deleted_at IS NOT NULL AND f.stored_at IS NOT NULL AND f.removed_at IS NULL) -- shown, and gone
UNION ALL -- a poster that was shown and its file are one thing
SELECT 'L91_poster_without_file', p.id::text, coalesce(f.kind, 'none') FROM posters p
  LEFT JOIN files f ON f.business_id = p.business_id AND f.id = p.file_id
  WHERE coalesce(f.kind NOT IN ('poster', 'tent'), true) OR f.stored_at IS NULL
UNION ALL
SELECT 'L91_poster_without_file', f.id::text, format('%s posters', count(p.id)) FROM files f
  LEFT JOIN posters p ON p.business_id = f.business_id AND p.file_id = f.id
  WHERE f.kind IN ('poster', 'tent') AND f.stored_at IS NOT NULL
  GROUP BY f.business_id, f.id HAVING count(p.id) <> 1
UNION ALL
SELECT 'L92_address_not_kept', b.id::text, '' FROM businesses b
  WHERE NOT EXISTS (SELECT FROM slugs s WHERE s.business_id = b.id AND s.slug = b.slug)
UNION ALL -- a day until it may go, another until the next night's sweep
SELECT 'L93_file_not_swept', f.id::text, f.kind FROM files f
  WHERE f.deleted_at IS NULL AND (f.stored_at IS NULL OR f.removed_at IS NOT NULL)
    AND greatest(f.created_at, f.removed_at) < (SELECT overdue - interval '2 days' FROM laws_clock())
UNION ALL -- a shop may open again within a month, and its cards in phones wait for that: so do the pictures that they show
SELECT 'L93_file_not_swept', f.id::text, f.kind FROM files f JOIN businesses b ON b.id = f.business_id
  WHERE f.kind IN ('hero', 'emblem') AND f.stored_at IS NOT NULL AND f.removed_at IS NULL
    AND b.closed_at < (SELECT overdue - interval '33 days' FROM laws_clock())
UNION ALL -- the relay makes a job of the rules' fact; a held job is a person's business and is told as such
SELECT 'L94_poster_missing', b.id::text, format('rules %s', r.version) FROM businesses b
  JOIN reward_rules r ON r.business_id = b.id AND r.version = b.rule_version
  WHERE b.closed_at IS NULL AND r.created_at < (SELECT overdue FROM laws_clock())
    AND NOT EXISTS (SELECT FROM files f WHERE f.business_id = b.id AND f.kind = 'poster' AND f.stored_at IS NOT NULL AND f.removed_at IS NULL)
    AND NOT EXISTS (SELECT FROM pgqueuer j WHERE j.entrypoint = 'poster.make' AND j.status IN ('queued', 'picked', 'failed')
      AND position(b.id::text IN convert_from(j.payload, 'UTF8')) > 0)
UNION ALL -- both papers are made at once, and lead to the shop under a number each
SELECT 'L94_poster_missing', f.id::text, 'no tent' FROM files f JOIN posters p ON p.business_id = f.business_id AND p.file_id = f.id
  WHERE f.kind = 'poster' AND f.stored_at IS NOT NULL AND f.removed_at IS NULL AND p.shown ? 'design'
    AND NOT EXISTS (SELECT FROM files t WHERE t.business_id = f.business_id AND t.kind = 'tent' AND t.stored_at IS NOT NULL AND t.removed_at IS NULL)
UNION ALL -- the notice says who answered until when
SELECT 'L95_identity_order', i.business_id::text, format('version %s', i.version) FROM legal_identities i
  LEFT JOIN legal_identities b ON b.business_id = i.business_id AND b.version = i.version - 1
  WHERE (i.version > 1 AND b.version IS NULL) OR i.since < b.since;

-- Shops in an archive: those that arrived, and the files that owners asked for.
CREATE VIEW laws_of_moves (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L73_arrival_ne_ledger', a.business_id::text, format('%s entries, %s in its archive', e.n, a.entries) FROM arrivals a
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM stamp_events s WHERE s.business_id = a.business_id AND s.recorded_at <= a.made_at) e
  WHERE e.n <> a.entries
UNION ALL -- six hours to be made, a night to be swept
SELECT 'L74_archive_kept', a.id::text, format('made %s, ends %s, failed %s, deleted %s', a.made_at, a.expires_at, a.failed_at, a.deleted_at)
  FROM archives a
  WHERE a.made_at < a.asked_at OR a.expires_at <= a.made_at OR a.deleted_at < greatest(a.made_at, a.failed_at, a.asked_at)
    OR (a.made_at IS NULL AND a.failed_at IS NULL AND a.asked_at < (SELECT overdue - interval '8 hours' FROM laws_clock()))
    OR (a.deleted_at IS NULL AND coalesce(a.expires_at, a.failed_at) < (SELECT overdue - interval '2 hours' FROM laws_clock()));

-- What shops bring along.
CREATE VIEW laws_of_imports (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L70_history_at', c.id::text, format('card %s ledger %s', c.history_at, s.at)
  FROM cards c
  LEFT JOIN (SELECT e.business_id, e.card_id, max(e.occurred_at) AS at FROM stamp_events e WHERE e.kind = 'history' GROUP BY 1, 2) s
    ON s.business_id = c.business_id AND s.card_id = c.id
  WHERE c.history_at IS DISTINCT FROM s.at
UNION ALL -- done_lines of one that runs may begin anew
SELECT 'L71_import_state', i.id::text, format('%s: %s of %s lines, %s bad, %s new, file %s', coalesce(i.outcome, 'open'), i.done_lines, i.lines, i.bad_lines,
    i.new_entries, i.file IS NOT NULL)
  FROM imports i
  WHERE (i.outcome = 'done' AND i.done_lines <> i.lines - i.bad_lines)
     OR (i.outcome = 'done' AND i.bad_lines > 0 AND NOT i.skip_bad)
     OR (i.outcome = 'refused' AND (i.skip_bad OR i.bad_lines = 0 OR i.new_customers + i.new_entries + i.new_stamps + i.new_rewards > 0))
     OR i.new_entries > i.done_lines OR i.ended_at < i.created_at
     OR (i.file IS NOT NULL AND (i.ended_at IS NOT NULL OR i.created_at < (SELECT overdue FROM laws_clock()) - interval '2 days'))
UNION ALL
SELECT 'L72_imported_entry', e.id::text, format('account %s device %s at %s', e.account_id, e.device_id, e.occurred_at)
  FROM stamp_events e
  WHERE (e.kind = 'history' OR (e.kind = 'earn' AND 'imported' = ANY (e.flags)))
    AND (num_nonnulls(e.account_id, e.device_id, e.reward_id, e.voids, e.reason) > 0
      OR abs(('x' || left(replace(e.id::text, '-', ''), 12))::bit(48)::bigint - extract(epoch FROM e.occurred_at) * 1000) > 2);

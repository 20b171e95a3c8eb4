-- Messages of campaigns: their states, what they cost, that none stays in doubt, and that no callback was lost on them.
CREATE VIEW laws_of_sends (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L86_send_state', s.id::text, format('claims %s, rank %s, sid %s, failed %s, delivered %s, opened %s, released %s', s.claims, s.rank, s.sid IS NOT NULL,
    s.failed_at, s.delivered_at, s.opened_at, s.released_why)
  FROM campaign_sends s
  WHERE (s.rank > 0) <> (s.accepted_at IS NOT NULL)
    OR (s.rank = 5 AND s.failed_at IS NULL) OR (s.rank >= 6) <> (s.delivered_at IS NOT NULL) OR (s.rank = 7) <> (s.opened_at IS NOT NULL)
    OR (s.claimed_at IS NOT NULL AND s.claims = 0 AND s.accepted_at IS NULL)
    OR (s.released_why IN ('refused', 'not_seen')) <> (s.released_at IS NOT NULL AND s.claimed_at IS NOT NULL)
    OR s.released_at < s.claimed_at
UNION ALL -- what failed costs nothing, what may have arrived does
SELECT 'L87_spent_ne_sends', c.id::text, format('committed %s, sends %s', c.committed_micros, coalesce(s.micros, 0))
  FROM campaigns c LEFT JOIN (
    SELECT business_id, campaign_id, sum(cost_micros) AS micros FROM campaign_sends
    WHERE claimed_at IS NOT NULL AND released_at IS NULL AND rank <> 5 GROUP BY 1, 2) s
    ON s.business_id = c.business_id AND s.campaign_id = c.id
  WHERE c.committed_micros <> coalesce(s.micros, 0)
UNION ALL -- a day, and an hour until it was looked for the last time
SELECT 'L88_send_in_doubt', s.id::text, format('claimed %s, unknown %s, %s looks', s.claimed_at, s.unknown_at, s.looks)
  FROM campaign_sends s
  WHERE s.claimed_at IS NOT NULL AND s.accepted_at IS NULL AND s.released_at IS NULL
    AND s.claimed_at < (SELECT overdue FROM laws_clock()) - CASE WHEN s.unknown_at IS NULL THEN interval '30 minutes' ELSE interval '26 hours' END
UNION ALL
SELECT 'L89_callback_ne_send', w.id::text, format('%s of %s, we have rank %s of %s', w.params ->> 'MessageStatus', w.message_sid, s.rank, s.sid)
  FROM webhook_inbox w JOIN campaign_sends s ON s.business_id = w.business_id AND s.id::text = w.params ->> '?send'
  WHERE w.kind = 'status' AND w.outcome = 'applied'
    AND (s.sid IS DISTINCT FROM w.message_sid OR s.rank < CASE w.params ->> 'MessageStatus' WHEN 'read' THEN 7 WHEN 'delivered' THEN 6
      WHEN 'failed' THEN 5 WHEN 'undelivered' THEN 5 WHEN 'canceled' THEN 5 WHEN 'sent' THEN 4 WHEN 'sending' THEN 3 ELSE 1 END)
UNION ALL -- the true double: the provider speaks of two messages for one of ours
SELECT 'L89_callback_ne_send', min(w.id::text), format('%s messages for one send', count(DISTINCT w.message_sid))
  FROM webhook_inbox w WHERE w.kind = 'status' AND w.params ? '?send'
  GROUP BY w.params ->> '?send' HAVING count(DISTINCT w.message_sid) > 1
UNION ALL -- ten minutes for a name that nobody knows yet
SELECT 'L89_callback_ne_send', w.id::text, format('waits since %s', w.received_at)
  FROM webhook_inbox w WHERE w.kind = 'status' AND w.processed_at IS NULL AND w.received_at < (SELECT overdue - interval '10 minutes' FROM laws_clock());

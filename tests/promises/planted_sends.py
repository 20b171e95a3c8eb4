"""The faults of messages: what Ivo was sent, and what was called back about it."""

from tests.promises.fault import Fault

_CALLBACK = """
    INSERT INTO webhook_inbox
      (id, kind, digest, message_sid, params, received_at, processed_at, outcome, business_id)
    SELECT new_id(), 'status', sha256(x.sid::bytea), x.sid,
      jsonb_build_object('MessageStatus', x.status, '?send', %(ivo_send)s), app_now() - interval '1 day', x.done,
      CASE WHEN x.done IS NOT NULL THEN x.outcome END, %(shop)s
    FROM (VALUES
"""

SENDS = (
    Fault("L86_send_state", "UPDATE campaign_sends SET rank = 6 WHERE id = %(ivo_send)s"),
    Fault("L86_send_state", "UPDATE campaign_sends SET opened_at = app_now() WHERE id = %(ivo_send)s"),
    Fault("L86_send_state", "UPDATE campaign_sends SET released_why = 'not_seen' WHERE id = %(julia_send)s"),
    Fault("L87_spent_ne_sends", "UPDATE campaigns SET committed_micros = 2 WHERE id = %(campaign)s"),
    Fault("L87_spent_ne_sends", "UPDATE campaign_sends SET cost_micros = 7 WHERE id = %(ivo_send)s"),
    Fault(
        "L88_send_in_doubt",
        """UPDATE campaign_sends SET accepted_at = NULL, sid = NULL, rank = 0, unknown_at = app_now(),
             claimed_at = app_now() - interval '2 days' WHERE id = %(ivo_send)s""",
    ),
    Fault(
        "L88_send_in_doubt",
        """UPDATE campaign_sends SET accepted_at = NULL, sid = NULL, rank = 0,
             claimed_at = app_now() - interval '1 hour' WHERE id = %(ivo_send)s""",
    ),
    Fault(
        "L89_callback_ne_send",
        _CALLBACK + "('SM' || repeat('b', 32), 'delivered', app_now(), 'applied')) AS x (sid, status, done, outcome)",
    ),
    Fault(
        "L89_callback_ne_send",
        _CALLBACK
        + """('SM' || repeat('b', 32), 'queued', app_now(), 'applied'),
             ('SM' || repeat('c', 32), 'queued', app_now(), 'stranger')) AS x (sid, status, done, outcome)""",
    ),
    Fault(
        "L89_callback_ne_send",
        _CALLBACK + "('SM' || repeat('b', 32), 'queued', NULL::timestamptz, '')) AS x (sid, status, done, outcome)",
    ),
)

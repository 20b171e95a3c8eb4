"""The faults of plans, windows, codes and consent."""

from tests.promises.fault import Fault

_GONE_MESSAGE = """
    INSERT INTO campaign_sends (business_id, id, campaign_id, customer_id, template_id, sender, planned_at, due_at,
      category, cost_micros, released_at, released_why)
      SELECT business_id, new_id(), campaign_id, %(gone_customer)s, template_id, sender, planned_at - interval '1 hour',
        due_at, category, 0, {released} FROM campaign_sends WHERE id = %(julia_send)s;
    INSERT INTO send_windows (business_id, send_id, customer_id, from_at, until_at)
      SELECT business_id, id, customer_id, due_at, due_at + interval '168 hours' FROM campaign_sends
      WHERE customer_id = %(gone_customer)s;
    INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id)
      SELECT business_id, campaign_id, customer_id, 'segment', 'message', id FROM campaign_sends
      WHERE customer_id = %(gone_customer)s
"""
_WAITS = _GONE_MESSAGE.replace("{released}", "NULL, NULL")
_CODE = """;
    INSERT INTO discount_codes (business_id, id, campaign_id, customer_id, send_id, code, percent, issued_at,
      expires_at)
      SELECT business_id, new_id(), campaign_id, customer_id, id, repeat('C', 13), 20, planned_at,
        app_now() + interval '1 day' FROM campaign_sends WHERE customer_id = %(gone_customer)s
"""
_CODE_LEFT = _GONE_MESSAGE.replace("{released}", "app_now(), 'erased'") + _CODE

PLANS = (
    Fault("L67_erased_person_kept", _WAITS),
    Fault("L67_erased_person_kept", _CODE_LEFT),
    Fault(
        "L67_erased_person_kept",
        "INSERT INTO whatsapp_contacts (business_id, customer_id, blocked_at)"
        " VALUES (%(shop)s, %(gone_customer)s, app_now())",
    ),
    Fault("L75_window_ne_send", "UPDATE send_windows SET customer_id = %(kike_customer)s WHERE send_id = %(ivo_send)s"),
    Fault("L75_window_ne_send", "DELETE FROM send_windows WHERE send_id = %(ivo_send)s"),
    Fault(
        "L75_window_ne_send",
        "UPDATE send_windows SET freed_at = app_now() WHERE send_id = %(ivo_send)s",
        also=("L79_code_misused",),
    ),
    Fault(
        "L76_two_in_a_week",
        """ALTER TABLE send_windows DROP CONSTRAINT send_windows_cap;
           UPDATE send_windows SET freed_at = NULL, customer_id = %(ivo_customer)s WHERE send_id = %(julia_send)s""",
        also=("L75_window_ne_send",),
    ),
    Fault(
        "L77_member_ne_send",
        "UPDATE campaign_members SET customer_id = %(kike_customer)s, occasion = 'other' WHERE send_id = %(ivo_send)s",
        also=("L78_arm_twice",),
    ),
    Fault("L77_member_ne_send", "DELETE FROM campaign_members WHERE send_id = %(julia_send)s"),
    Fault(
        "L78_arm_twice",
        """INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm)
           VALUES (%(shop)s, %(campaign)s, %(ivo_customer)s, 'other', 'holdout')""",
    ),
    Fault("L79_code_misused", "UPDATE discount_codes SET percent = 30 WHERE id = %(ivo_code)s"),
    Fault("L79_code_misused", "UPDATE discount_codes SET customer_id = %(kike_customer)s WHERE id = %(ivo_code)s"),
    Fault("L79_code_misused", "UPDATE discount_codes SET withdrawn_at = NULL WHERE id = %(julia_code)s"),
    Fault("L79_code_misused", "UPDATE code_redemptions SET redeemed_at = redeemed_at + interval '15 days'"),
    Fault("L79_code_misused", "UPDATE code_redemptions SET redeemed_at = redeemed_at - interval '1 day'"),
    Fault(
        "L79_code_misused",
        "UPDATE discount_codes SET withdrawn_at = issued_at WHERE id = %(ivo_code)s",
    ),
    Fault("L96_meant_out_of_time", "UPDATE campaigns SET activated_at = NULL"),
    Fault("L96_meant_out_of_time", "UPDATE campaigns SET activated_at = app_now()"),
    Fault("L96_meant_out_of_time", "UPDATE campaigns SET ended_at = activated_at - interval '2 minutes'"),
    Fault(
        "L97_sent_without_consent",
        """INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version, recorded_at)
           SELECT business_id, new_id(), customer_id, 'opt_out', 'message', '1', claimed_at FROM campaign_sends
           WHERE id = %(ivo_send)s""",
        also=("L32_consent_derived",),
    ),
    Fault(
        "L97_sent_without_consent",
        "DELETE FROM consent_events WHERE customer_id = %(ivo_customer)s",
        also=("L32_consent_derived",),
    ),
    Fault(
        "L98_plan_overdue",
        """UPDATE campaigns SET activated_at = activated_at - interval '5 days';
           UPDATE campaign_plans SET planned_until = planned_until - 4""",
    ),
    Fault(
        "L98_plan_overdue",
        "UPDATE campaigns SET activated_at = activated_at - interval '5 days'; DELETE FROM campaign_plans",
    ),
)

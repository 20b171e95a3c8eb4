"""A campaign's message to one customer with everything that belongs to it, as rows; no law is broken by it."""

from typing import Any, Final

import psycopg

from sello.shared.ids import CustomerId, new_id, random_code
from tests.support.shop import Shop

EVERYTHING: Final = """
    INSERT INTO message_templates (business_id, id, name, language, category, body, submitting_at, content_sid,
      submitted_at, approval, approval_at)
      VALUES (%(shop)s, %(template)s, 'Plantilla ' || %(marker)s, 'es', 'marketing',
        'Hola {{name}}, soy ' || %(marker)s, app_now(), 'HX' || replace(%(template)s::text, '-', ''), app_now(),
        'approved', app_now());
    INSERT INTO campaigns (business_id, id, name, trigger_kind, trigger_config, template_id, gift, quiet_from,
      quiet_until, created_by, activated_at)
      VALUES (%(shop)s, %(campaign)s, 'Campaña ' || %(marker)s, 'segment', '{"customers": 1}', %(template)s,
        'Torta ' || %(marker)s, 0, 0, %(rosa)s, app_now());
    INSERT INTO campaign_segments VALUES (%(shop)s, %(campaign)s, %(customer)s);
    INSERT INTO campaign_sends (business_id, id, campaign_id, customer_id, template_id, sender, planned_at, due_at,
      category, cost_micros)
      SELECT %(shop)s, %(send)s, %(campaign)s, %(customer)s, %(template)s, '+15005550006', t.now, t.now, 'marketing', 1
      FROM (SELECT app_now() AS now) t;
    INSERT INTO send_windows (business_id, send_id, customer_id, from_at, until_at)
      SELECT business_id, id, customer_id, due_at, due_at + interval '168 hours' FROM campaign_sends
      WHERE id = %(send)s;
    INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id)
      VALUES (%(shop)s, %(campaign)s, %(customer)s, 'segment', 'message', %(send)s);
    INSERT INTO discount_codes (business_id, id, campaign_id, customer_id, send_id, code, gift, expires_at)
      VALUES (%(shop)s, new_id(), %(campaign)s, %(customer)s, %(send)s, %(discount_code)s, 'Torta ' || %(marker)s,
        app_now() + interval '14 days');
    UPDATE campaign_sends SET claims = 1, claimed_at = app_now(), accepted_at = app_now(), rank = 2,
      sid = 'SM' || replace(id::text, '-', '') WHERE id = %(send)s;
    UPDATE campaigns SET committed_micros = 1 WHERE id = %(campaign)s;
    INSERT INTO code_redemptions (business_id, id, code_id, account_id, redeemed_at, voided_by, voided_at)
      SELECT business_id, %(code_use)s, id, %(diego)s, issued_at, %(diego)s, app_now() FROM discount_codes
      WHERE code = %(discount_code)s;
    INSERT INTO short_links (business_id, id, token, send_id, expires_at)
      VALUES (%(shop)s, %(send)s, right(%(short)s, 13), %(send)s, app_now() + interval '90 days');
    INSERT INTO campaign_alerts (business_id, id, campaign_id, kind, day)
      VALUES (%(shop)s, %(alert)s, %(campaign)s, 'budget_spent', current_date);;
    INSERT INTO whatsapp_contacts (business_id, customer_id, pause_until)
      VALUES (%(shop)s, %(customer)s, app_now() + interval '1 day');
    INSERT INTO replies (business_id, id, customer_id, inbox_id, kind, asked, sender)
      VALUES (%(shop)s, %(reply)s, %(customer)s, new_id(), 'help', 'other', '+15005550006');
"""


def ids_of_a_message(shop: Shop) -> dict[str, Any]:
    """Fresh ids and codes for `EVERYTHING`; it also takes `shop`, `marker`, `customer`, `rosa` and `diego`."""
    made: dict[str, Any] = {name: new_id() for name in ("template", "campaign", "send", "code_use", "alert", "reply")}
    return made | {"short": shop.code + random_code(13), "discount_code": random_code(13)}


def had_a_message(shop: Shop, customer_id: CustomerId) -> None:
    """This customer was written to, used the code and has it back, and wrote themselves."""
    ids = ids_of_a_message(shop) | {
        "shop": shop.business_id,
        "customer": customer_id,
        "rosa": shop.rosa.account_id,
        "diego": shop.diego.account_id,
        "marker": "Luna",
    }
    with shop.connect() as connection:
        psycopg.ClientCursor(connection).execute(EVERYTHING, ids)

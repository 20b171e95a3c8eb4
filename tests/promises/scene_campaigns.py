"""Campaigns in the scene: Ivo was written to and used his code, Julia's message was let go, Kike was held out."""

from tests.promises.scene import Scene, consent
from tests.support.shop import TestCard

_CAMPAIGN = """
    INSERT INTO message_templates (business_id, id, name, language, category, body, submitting_at, content_sid,
      submitted_at, approval, approval_at)
      VALUES (%(shop)s, %(template)s, 'Te extrañamos', 'es', 'marketing', 'Hola {{name}}, vuelve', app_now(),
        'HX' || repeat('a', 32), app_now(), 'approved', app_now());
    INSERT INTO campaigns (business_id, id, name, trigger_kind, template_id, discount_percent, activated_at)
      VALUES (%(shop)s, %(campaign)s, 'Te extrañamos', 'inactivity', %(template)s, 20, app_now());
    INSERT INTO campaign_plans (business_id, planned_until) VALUES (%(shop)s, (app_now() - interval '1 day')::date)
"""
_MESSAGE = """
    INSERT INTO campaign_sends (business_id, id, campaign_id, customer_id, template_id, sender, planned_at, due_at,
      category, cost_micros)
      SELECT %(shop)s, %(send)s, %(campaign)s, %(customer)s, %(template)s, '+15005550006', t.now, t.now, 'marketing', 1
      FROM (SELECT app_now() AS now) t;
    INSERT INTO send_windows (business_id, send_id, customer_id, from_at, until_at)
      SELECT business_id, id, customer_id, due_at, due_at + interval '168 hours' FROM campaign_sends
      WHERE id = %(send)s;
    INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id)
      VALUES (%(shop)s, %(campaign)s, %(customer)s, 'visit:2026-01-01', 'message', %(send)s);
    INSERT INTO discount_codes (business_id, id, campaign_id, customer_id, send_id, code, percent, expires_at)
      VALUES (%(shop)s, %(code)s, %(campaign)s, %(customer)s, %(send)s, %(text)s, 20, app_now() + interval '14 days')
"""
_SENT = """
    UPDATE campaign_sends SET claims = 1, claimed_at = app_now(), accepted_at = app_now(), rank = 2,
      sid = 'SM' || repeat('b', 32) WHERE id = %(send)s;
    UPDATE campaigns SET committed_micros = 1 WHERE id = %(campaign)s;
    INSERT INTO code_redemptions (business_id, id, code_id, account_id, redeemed_at)
      VALUES (%(shop)s, new_id(), %(code)s, %(diego)s, app_now())
"""
_LET_GO = """
    UPDATE campaign_sends SET released_at = app_now(), released_why = 'cap' WHERE id = %(send)s;
    UPDATE send_windows SET freed_at = app_now() WHERE send_id = %(send)s;
    UPDATE discount_codes SET withdrawn_at = app_now() WHERE id = %(code)s
"""
_HELD_OUT = """
    INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm)
      VALUES (%(shop)s, %(campaign)s, %(customer)s, 'visit:2026-01-01', 'holdout')
"""


def plan(scene: Scene) -> None:
    """One campaign, and what became of those it meant."""
    scene.ids |= {name: scene.new() for name in ("template", "campaign")}
    scene.run(_CAMPAIGN)
    ivo, julia, kike = (_willing(scene, name) for name in ("Ivo Paz", "Julia Rey", "Kike Sol"))
    for name, card, letter, then in (("ivo", ivo, "A", _SENT), ("julia", julia, "B", _LET_GO)):
        send, code = scene.new(), scene.new()
        values = {"customer": card.customer_id, "send": send, "code": code, "text": letter * 13}
        scene.run(_MESSAGE + ";" + then, **values)
        scene.ids |= {f"{name}_send": send, f"{name}_code": code}
    scene.run(_HELD_OUT, customer=kike.customer_id)


def _willing(scene: Scene, name: str) -> TestCard:
    card = scene.shop.card(name=name)
    consent(scene, card, "opt_in")
    scene.ids[f"{name.split(maxsplit=1)[0].lower()}_customer"] = card.customer_id
    return card

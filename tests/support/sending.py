"""Campaigns whose messages wait to be sent, set-based, as many as a test wants; and what became of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sello.infrastructure.whatsapp import SIMULATED
from sello.shared.ids import BusinessId, CampaignId, new_id
from tests.support.shop import Shop

_TEMPLATE = """
    INSERT INTO message_templates (business_id, id, name, language, category, body, submitting_at, content_sid,
      submitted_at, approval, approval_at)
    VALUES (%(shop)s, %(template)s, 'vuelve_' || %(template)s, 'es', 'marketing', 'Hola {{name}}, te esperamos.',
      app_now(), %(content)s, app_now(), 'approved', app_now())
"""
_CAMPAIGN = """
    INSERT INTO campaigns (business_id, id, name, trigger_kind, trigger_config, template_id, discount_percent,
      quiet_from, quiet_until, budget_centimos, activated_at)
    VALUES (%(shop)s, %(campaign)s, 'Vuelve', 'inactivity', '{"days_inactive": 14}', %(template)s, 20, 0, 0,
      %(budget)s, app_now())
"""
# One statement: the rows of a person, their consent and their message belong together.
_PEOPLE = """
    WITH n AS MATERIALIZED (
      SELECT new_id() AS customer, new_id() AS card, new_id() AS send, phone, app_now() AS at
      FROM unnest(%(phones)s::text[]) AS phone
    ), u AS (
      INSERT INTO customers (business_id, id, phone, name, name_folded, source, enrolled_at, confirmed_at, opted_in_at)
      SELECT %(shop)s, customer, phone, 'Ana Torres', 'ana torres', 'till', at - interval '30 days',
        at - interval '30 days', at - interval '30 days' FROM n
    ), k AS (
      INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version, recorded_at)
      SELECT %(shop)s, new_id(), customer, 'opt_in', 'enrolment', 'v1', at - interval '30 days' FROM n
    ), c AS (
      INSERT INTO cards (business_id, id, customer_id, scan_code, link, issued_at, confirmed_at)
      SELECT %(shop)s, card, customer, upper(left(replace(gen_random_uuid()::text, '-', ''), 20)),
        upper(left(replace(gen_random_uuid()::text, '-', ''), 22)), at - interval '30 days', at - interval '30 days'
      FROM n
    ), s AS (
      INSERT INTO campaign_sends (business_id, id, campaign_id, customer_id, template_id, sender, priority, planned_at,
        due_at, category, cost_micros)
      SELECT %(shop)s, send, %(campaign)s, customer, %(template)s, %(sender)s, %(priority)s, at, at, 'marketing', 260000
      FROM n
    ), m AS (
      INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id, planned_at)
      SELECT %(shop)s, %(campaign)s, customer, 'visit:2026-01-01', 'message', send, at FROM n
    ), w AS (
      INSERT INTO send_windows (business_id, send_id, customer_id, from_at, until_at)
      SELECT %(shop)s, send, customer, at, at + interval '168 hours' FROM n
    ), d AS (
      INSERT INTO discount_codes (business_id, id, campaign_id, customer_id, send_id, code, percent, issued_at,
        expires_at)
      SELECT %(shop)s, new_id(), %(campaign)s, customer, send,
        upper(left(replace(gen_random_uuid()::text, '-', ''), 13)), 20, at, at + interval '14 days' FROM n
    ), l AS (
      INSERT INTO short_links (business_id, id, token, send_id, expires_at)
      SELECT %(shop)s, new_id(), upper(left(replace(gen_random_uuid()::text, '-', ''), 13)), send,
        at + interval '90 days' FROM n
    )
    SELECT send, customer, phone FROM n
"""
_STATES = """
    SELECT phone, CASE WHEN released_at IS NOT NULL THEN released_why WHEN accepted_at IS NOT NULL THEN 'accepted'
      WHEN unknown_at IS NOT NULL THEN 'unknown' WHEN claimed_at IS NOT NULL THEN 'claimed' ELSE 'waiting' END
    FROM campaign_sends s JOIN customers u ON u.business_id = s.business_id AND u.id = s.customer_id
    WHERE s.campaign_id = %s
"""


@dataclass(frozen=True)
class Waiting:
    """A campaign and its messages, (send, customer) by phone."""

    shop: Shop
    campaign_id: CampaignId
    template_id: UUID
    sends: dict[str, tuple[UUID, UUID]]

    @property
    def business_id(self) -> BusinessId:
        """Whose it is."""
        return self.shop.business_id

    def states(self) -> dict[str, str]:
        """How far each came, by phone: waiting, claimed, unknown, accepted or why it was released."""
        with self.shop.connect() as connection:
            return dict(connection.execute(_STATES, (self.campaign_id,)).fetchall())

    @property
    def waits(self) -> bool:
        """Whether anything is neither called nor ended; asked often, so without reading everything."""
        (found,) = self.execute(
            "SELECT EXISTS (SELECT FROM campaign_sends WHERE business_id = %s AND claimed_at IS NULL"
            " AND released_at IS NULL AND campaign_id = %s)",
            self.business_id,
            self.campaign_id,
        )
        return bool(found[0])

    def execute(self, statement: Any, *values: Any) -> list[tuple[Any, ...]]:
        """Run something as sello_owner."""
        with self.shop.connect() as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def phones(count: int, *, first: int = 10_000_000) -> list[str]:
    """Mobiles in a row, none of those with which the simulator fails."""
    return [f"+519{first + number:08d}" for number in range(count)]


def waiting_messages(
    shop: Shop, numbers: list[str], *, content_sid: str, budget: int | None = None, priority: int = 5
) -> Waiting:
    """A campaign of one message for each of these phones, all due now; nobody of them was known before."""
    campaign_id, template_id = CampaignId(new_id()), new_id()
    values = {
        "shop": shop.business_id, "campaign": campaign_id, "template": template_id, "content": content_sid,
        "budget": budget, "priority": priority, "phones": numbers, "sender": SIMULATED.number,
    }  # fmt: skip
    with shop.connect() as connection, connection.transaction():
        connection.execute(_TEMPLATE, values)
        connection.execute(_CAMPAIGN, values)
        made = connection.execute(_PEOPLE, values).fetchall()
    return Waiting(shop, campaign_id, template_id, {phone: (send, customer) for send, customer, phone in made})


def told_apart(accepted: list[dict[str, Any]], *planned: Waiting) -> list[str]:
    """Where the provider's ledger and our rows differ: doubles, and whatever only one of them knows."""
    by_send: dict[str, list[dict[str, Any]]] = {}
    for line in accepted:
        by_send.setdefault(line["status_callback"].split("send=")[1][:36], []).append(line)
    ours = {
        str(send): (sid, phone)
        for waiting in planned
        for send, sid, phone in waiting.execute(
            "SELECT s.id, s.sid, u.phone FROM campaign_sends s JOIN customers u ON u.business_id = s.business_id"
            " AND u.id = s.customer_id WHERE s.campaign_id = %s AND s.accepted_at IS NOT NULL",
            waiting.campaign_id,
        )
    }
    wrong = [f"{len(lines)} messages for {send}" for send, lines in by_send.items() if len(lines) > 1]
    wrong += [f"only the provider has {send}" for send in by_send.keys() - ours.keys()]
    wrong += [f"only we have {send}" for send in ours.keys() - by_send.keys()]
    for send in by_send.keys() & ours.keys():
        theirs = (by_send[send][0]["sid"], by_send[send][0]["to"].removeprefix("whatsapp:"))
        if theirs != ours[send]:
            wrong.append(f"{send}: theirs {theirs}, ours {ours[send]}")
    return wrong

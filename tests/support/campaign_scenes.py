"""Campaigns as they stand after planning and sending, put into the database as the law wants them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
from fastapi import FastAPI

from sello.shared import clock
from sello.shared.ids import id_at, new_id, random_code
from tests.support.shop import Shop, TestCard

SENDER = "+15005550006"
PRICE = 260_000  # micros of a sol

_TEMPLATE = """
    INSERT INTO message_templates (business_id, id, name, language, category, body, submitting_at, content_sid,
      submitted_at, approval, approval_at)
    SELECT %(shop)s, %(id)s, 'Te extrañamos ' || right(%(id)s::text, 6), 'es', 'marketing',
      'Hola {{name}}, te extrañamos.', t.now, 'HX' || replace(%(id)s::text, '-', ''), t.now, 'approved', t.now
    FROM (SELECT app_now() AS now) t
"""
_CAMPAIGN = """
    INSERT INTO campaigns (business_id, id, name, trigger_kind, trigger_config, template_id, created_at,
      activated_at)
    VALUES (%(shop)s, %(id)s, %(name)s, 'inactivity', '{"kind": "inactivity", "days": 14}', %(template)s, %(at)s,
      %(at)s);
    INSERT INTO campaign_plans (business_id, planned_until) VALUES (%(shop)s, '9999-12-31') ON CONFLICT DO NOTHING
"""
_SEND = """
    INSERT INTO campaign_sends (business_id, id, campaign_id, customer_id, template_id, sender, planned_at, due_at,
      claims, claimed_at, sid, rank, accepted_at, category, cost_micros)
    SELECT %(shop)s, %(id)s, c.id, %(customer)s, c.template_id, %(sender)s, %(at)s, %(at)s,
      CASE WHEN %(accepted)s THEN 1 ELSE 0 END, x.at,
      CASE WHEN %(accepted)s THEN 'SM' || replace(%(id)s::text, '-', '') END,
      CASE WHEN %(accepted)s THEN 2 ELSE 0 END, x.at, 'marketing', %(price)s
    FROM campaigns c, (SELECT CASE WHEN %(accepted)s THEN %(at)s::timestamptz END AS at) x
    WHERE c.business_id = %(shop)s AND c.id = %(campaign)s;
    INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, send_id, planned_at)
    VALUES (%(shop)s, %(campaign)s, %(customer)s, %(occasion)s, 'message', %(id)s, %(at)s);
    INSERT INTO send_windows (business_id, send_id, customer_id, from_at, until_at)
    VALUES (%(shop)s, %(id)s, %(customer)s, %(at)s, %(at)s::timestamptz + interval '168 hours');
    INSERT INTO short_links (business_id, id, token, send_id, expires_at)
    VALUES (%(shop)s, %(link)s, %(token)s, %(id)s, %(at)s::timestamptz + interval '30 days');
    UPDATE campaigns SET committed_micros = committed_micros + CASE WHEN %(accepted)s THEN %(price)s ELSE 0 END
    WHERE business_id = %(shop)s AND id = %(campaign)s
"""
# Whoever was written to had said yes.
_AGREED = """
    INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version, recorded_at)
    SELECT %(shop)s, %(consent)s, %(customer)s, 'opt_in', 'counter', '2026-11-es',
      %(at)s::timestamptz - interval '1 hour'
    WHERE NOT EXISTS (SELECT FROM consent_events WHERE business_id = %(shop)s AND customer_id = %(customer)s
      AND kind = 'opt_in' AND recorded_at < %(at)s);
    UPDATE customers SET opted_in_at = %(at)s::timestamptz - interval '1 hour'
    WHERE business_id = %(shop)s AND id = %(customer)s AND opted_in_at IS NULL AND opted_out_at IS NULL
"""
_HELD_OUT = """
    INSERT INTO campaign_members (business_id, campaign_id, customer_id, occasion, arm, planned_at)
    VALUES (%(shop)s, %(campaign)s, %(customer)s, %(occasion)s, 'holdout', %(at)s)
"""


@dataclass(frozen=True)
class Sent:
    """A message that was planned, and the path of its link."""

    id: UUID
    sid: str
    path: str


class Scenes:
    """Writes as sello_owner; one campaign a shop unless another is asked for."""

    def __init__(self, owner_url: str, app: FastAPI) -> None:
        self._connection = psycopg.connect(owner_url, autocommit=True, cursor_factory=psycopg.ClientCursor)
        self._app = app
        self._campaigns: dict[UUID, UUID] = {}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def campaign(self, shop: Shop, *, name: str = "Vuelve", days_ago: float = 40) -> UUID:
        """One more active campaign of the shop."""
        template, campaign = new_id(), new_id()
        at = clock.now() - timedelta(days=days_ago)
        self._connection.execute(_TEMPLATE, {"shop": shop.business_id, "id": template})
        self._connection.execute(
            _CAMPAIGN, {"shop": shop.business_id, "id": campaign, "name": name, "template": template, "at": at}
        )
        self._campaigns.setdefault(shop.business_id, campaign)
        return campaign

    def send(
        self,
        shop: Shop,
        card: TestCard,
        *,
        campaign: UUID | None = None,
        accepted: bool = False,
        at: datetime | None = None,
        occasion: str = "visit:2026-01-01",
    ) -> Sent:
        """A message to somebody, as planned or (`accepted`) as taken by the provider at once."""
        campaign = campaign or self._campaigns.get(shop.business_id) or self.campaign(shop)
        at = at or clock.now() - timedelta(minutes=1)
        id, token = id_at(at), random_code(13)
        with self._connection.transaction():
            if accepted:
                agreed = {"shop": shop.business_id, "customer": card.customer_id, "at": at, "consent": new_id()}
                self._connection.execute(_AGREED, agreed)
            self._connection.execute(
                _SEND,
                {
                    "shop": shop.business_id, "id": id, "campaign": campaign, "customer": card.customer_id, "at": at,
                    "sender": SENDER, "accepted": accepted, "price": PRICE, "occasion": occasion, "link": new_id(),
                    "token": token,
                },
            )  # fmt: skip
        return Sent(id, f"SM{id.hex}", f"/k/{shop.code}{token}")

    def hold_out(
        self, shop: Shop, cards: Sequence[TestCard], *, campaign: UUID, at: datetime, occasion: str = "visit:1"
    ) -> None:
        """These are meant and not written to."""
        with self._connection.transaction():
            for card in cards:
                self._connection.execute(
                    _HELD_OUT,
                    {
                        "shop": shop.business_id, "campaign": campaign, "customer": card.customer_id, "at": at,
                        "occasion": occasion,
                    },
                )  # fmt: skip

    async def erase(self, shop: Shop, card: TestCard) -> None:
        """As the customer asked."""
        state = self._app.state
        await state.persons.erase(state.db, state.keys, shop.business_id, card.customer_id, by=None)

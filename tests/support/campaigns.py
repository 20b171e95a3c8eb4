"""A shop that writes to its customers: approved templates, people who agreed, campaigns that run."""

from dataclasses import dataclass
from typing import Any

import httpx

from sello.domains.campaign.planning import actions as planning
from sello.domains.campaign.planning.rules import Planned
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import CampaignId, CustomerId, TemplateId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard

SENDER = "+15005550006"
BODY = "Hola {{name}}, te extrañamos en {{business}}. Muestra {{discount_code}} y llévate algo rico."


def template(shop: Shop, *, approval: str | None = "approved", category: str = "marketing", body: str = BODY) -> str:
    """A template as the provider left it; its id."""
    template_id = TemplateId(new_id())
    with shop.connect() as connection:
        connection.execute(
            "INSERT INTO message_templates (business_id, id, name, language, category, body, submitting_at,"
            " content_sid, submitted_at, approval, approval_at)"
            " VALUES (%s, %s, %s, 'es', %s, %s, app_now(), %s, app_now(), %s,"
            " CASE WHEN %s::text IS NOT NULL THEN app_now() END)",
            (
                shop.business_id, template_id, f"plantilla {template_id.hex[-8:]}", category, body,
                "HX" + template_id.hex, approval, approval,
            ),
        )  # fmt: skip
    return str(template_id)


def agree(shop: Shop, *cards: TestCard, kind: str = "opt_in") -> None:
    """They say yes (or no) to messages."""
    with shop.connect() as connection, connection.transaction():
        for card in cards:
            connection.execute(
                "WITH word AS (INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version)"
                " VALUES (%s, new_id(), %s, %s, 'counter', 'x') RETURNING *)"
                " UPDATE customers u SET opted_in_at = CASE word.kind WHEN 'opt_in' THEN word.recorded_at END,"
                " opted_out_at = CASE word.kind WHEN 'opt_out' THEN word.recorded_at END"
                " FROM word WHERE u.id = word.customer_id",
                (shop.business_id, card.customer_id, kind),
            )


def reach(shop: Shop, card: TestCard, column: str, value: str = "now") -> None:
    """How a customer can be reached: `reach(shop, ana, "blocked_at")`."""
    with shop.connect() as connection:
        connection.execute(
            "INSERT INTO whatsapp_contacts (business_id, customer_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (shop.business_id, card.customer_id),
        )
        connection.execute(
            "UPDATE whatsapp_contacts SET invalid_at = CASE WHEN %(c)s = 'invalid_at' THEN %(v)s::timestamptz END,"
            " unreachable_at = CASE WHEN %(c)s = 'unreachable_at' THEN %(v)s::timestamptz END,"
            " blocked_at = CASE WHEN %(c)s = 'blocked_at' THEN %(v)s::timestamptz END,"
            " pause_until = CASE WHEN %(c)s = 'pause_until' THEN %(v)s::timestamptz END"
            " WHERE customer_id = %(id)s",
            {"c": column, "v": value, "id": card.customer_id},
        )


@dataclass
class Campaigns:
    """Rosa's campaigns, over HTTP; planned as the worker would."""

    shop: Shop
    client: httpx.AsyncClient
    db: TenantPool
    database: TestDatabase

    async def make(self, trigger: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A draft; without anybody held out unless said."""
        body: dict[str, Any] = {
            "id": str(new_id()),
            "name": "Te extrañamos",
            "trigger": trigger,
            "template_id": changes.pop("template_id", None) or template(self.shop),
            "discount_percent": 20,
            "holdout_percent": 0,
            "quiet_from": "00:00",
            "quiet_until": "00:00",
        }
        answer = await self.client.post("/api/v1/campaigns", json=body | changes, headers=self.shop.rosa.headers)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def put(self, campaign: dict[str, Any], what: str, *, method: str = "PUT") -> httpx.Response:
        """`activation`, `pause`, `end`."""
        return await self.client.request(
            method, f"/api/v1/campaigns/{campaign['id']}/{what}", headers=self.shop.rosa.headers
        )

    async def start(self, trigger: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A campaign that runs, not planned yet."""
        made = await self.make(trigger, **changes)
        answer = await self.put(made, "activation")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def plan(self, campaign: dict[str, Any], *, only: list[CustomerId] | None = None) -> Planned:
        """Plan it now."""
        return await planning.plan_campaign(
            self.db,
            self.shop.settings.keys,
            self.shop.business_id,
            CampaignId(campaign["id"]),
            sender=SENDER,
            only=only,
        )

    async def plan_shop(self) -> Planned:
        """The shop's morning."""
        return await planning.plan_shop(self.db, self.shop.settings.keys, self.shop.business_id, sender=SENDER)

    async def get(self, path: str, **params: Any) -> Any:
        """What Rosa is answered."""
        answer = await self.client.get(f"/api/v1/{path}", params=params, headers=self.shop.rosa.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def members(self, campaign: dict[str, Any]) -> list[tuple[Any, str, str]]:
        """(customer, occasion, arm), in the order they were meant."""
        return self.database.rows(
            "SELECT customer_id, occasion, arm FROM campaign_members WHERE campaign_id = %s ORDER BY planned_at,"
            " customer_id, occasion",
            campaign["id"],
        )

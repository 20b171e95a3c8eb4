"""A customer's messages in one list: what was sent, what was answered, how far each got, and who may be reached."""

from datetime import timedelta

import httpx

from sello.domains.campaign.inbound.actions import understand
from sello.domains.campaign.inbox.actions import receive
from sello.domains.customer import Receipt, set_consent
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared import clock
from sello.shared.ids import new_id
from tests.support.campaign_scenes import SENDER, Scenes
from tests.support.servers import TestDatabase
from tests.support.shop import Shop


async def test_campaigns_and_answers_stand_in_one_list_the_newest_first(
    client: httpx.AsyncClient,
    db: TenantPool,
    platform_db: PlatformPool,
    settings: Settings,
    shop: Shop,
    scenes: Scenes,
    database: TestDatabase,
) -> None:
    card = shop.card(phone=f"+519{new_id().int % 10**8:08d}")
    await set_consent(db, shop.business_id, card.customer_id, "opt_in", Receipt("counter", "2026-11-es"))
    campaign = scenes.campaign(shop)
    old = scenes.send(shop, card, campaign=campaign, accepted=True, at=clock.now() - timedelta(days=20), occasion="a")
    late = scenes.send(shop, card, campaign=campaign, accepted=True, at=clock.now() - timedelta(days=9), occasion="b")
    database.rows(
        "UPDATE campaign_sends SET rank = 7, delivered_at = app_now(), opened_at = app_now() WHERE id = %s", old.id
    )
    form = {"MessageSid": "SM1", "From": f"whatsapp:{card.phone}", "To": f"whatsapp:{SENDER}", "Body": "SELLOS"}
    written = await receive(platform_db, "inbound", new_id().bytes, form)
    assert written is not None
    await understand(db, platform_db, settings.keys, written)
    path = f"/api/v1/customers/{card.customer_id}/messages"
    first = (await client.get(f"{path}?limit=2", headers=shop.rosa.headers)).json()
    rest = (await client.get(f"{path}?limit=2&before={first['next']}", headers=shop.rosa.headers)).json()
    told = [(one["kind"], one["state"], one["what"], one["asked"]) for one in (*first["messages"], *rest["messages"])]
    assert told == [
        ("reply", "planned", "card", "card"),
        ("campaign", "accepted", None, None),
        ("campaign", "read", None, None),
    ]
    assert [one["id"] for one in first["messages"]][1] == str(late.id)
    assert rest["next"] is None
    assert first["contact"]["opted_in"] is True
    assert first["contact"]["window_until"] is not None
    assert "SELLOS" not in str(first)


async def test_a_message_that_never_went_out_says_why(
    client: httpx.AsyncClient, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    card = shop.card()
    sent = scenes.send(shop, card)
    database.rows("UPDATE campaign_sends SET released_at = app_now(), released_why = 'opt_out' WHERE id = %s", sent.id)
    database.rows("UPDATE send_windows SET freed_at = app_now() WHERE send_id = %s", sent.id)
    found = (await client.get(f"/api/v1/customers/{card.customer_id}/messages", headers=shop.rosa.headers)).json()
    assert [(one["state"], one["why"]) for one in found["messages"]] == [("released", "opt_out")]
    assert found["contact"]["opted_in"] is False

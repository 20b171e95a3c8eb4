"""Owners hear of their campaigns once a day, and one that people leave stops by itself."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from sello.domains.campaign.alerts.actions import raise_alert, watch_opt_outs
from sello.domains.campaign.alerts.rules import WORDS, AlertKind, in_words, is_too_many
from sello.domains.customer import Receipt, set_consent
from sello.infrastructure.database.db import TenantPool
from sello.shared import clock
from tests.support.campaign_scenes import Scenes
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard

BAJA = Receipt("message", "2026-11-es")


@pytest.mark.parametrize(
    ("opt_outs", "sent", "many"),
    [(2, 50, False), (3, 50, True), (3, 150, False), (3, 149, True), (1, 49, False), (10, 49, False), (0, 1000, False),
     (20, 1000, False), (21, 1000, True)],
)  # fmt: skip
def test_more_than_two_in_a_hundred_is_too_many(opt_outs: int, sent: int, many: bool) -> None:
    assert is_too_many(opt_outs, sent) is many


@pytest.mark.parametrize("kind", list(WORDS))
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_kind_has_a_sentence_that_names_its_campaign(kind: AlertKind, language: str) -> None:
    said = in_words(kind, language, campaign="Vuelve {x}", details={"opt_outs": 3, "sent": 50})
    assert "Vuelve {x}" in said
    assert "…" not in said


async def test_an_alert_is_noted_once_a_day_however_many_note_it(
    db: TenantPool, client: httpx.AsyncClient, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    campaign = scenes.campaign(shop)
    together = asyncio.Barrier(8)

    async def one() -> bool:
        await together.wait()
        return await db.transact(
            shop.business_id, lambda tx: raise_alert(tx, shop.business_id, campaign, "phones_invalid", {"count": 1})
        )

    assert sum(await asyncio.gather(*(one() for _ in range(8)))) == 1
    told = (await client.get("/api/v1/campaign-alerts", headers=shop.rosa.headers)).json()
    assert [(alert["kind"], alert["campaign_name"]) for alert in told["alerts"]] == [("phones_invalid", "Vuelve")]
    assert told["unseen"] == 1
    database.set_clock(timedelta(days=1))
    assert await one_more(db, shop, campaign)
    database.set_clock(None)


async def one_more(db: TenantPool, shop: Shop, campaign: UUID) -> bool:
    """Another day's."""
    return await db.transact(
        shop.business_id, lambda tx: raise_alert(tx, shop.business_id, campaign, "phones_invalid", {"count": 1})
    )


async def test_alerts_come_in_pages_and_are_seen_once(
    db: TenantPool, client: httpx.AsyncClient, shop: Shop, scenes: Scenes
) -> None:
    campaigns = [scenes.campaign(shop, name=f"Vuelve {number}") for number in range(5)]
    for campaign in campaigns:
        await one_more(db, shop, campaign)
    first = (await client.get("/api/v1/campaign-alerts?limit=3", headers=shop.rosa.headers)).json()
    rest = (
        await client.get(f"/api/v1/campaign-alerts?limit=3&before={first['next']}", headers=shop.rosa.headers)
    ).json()
    names = [alert["campaign_name"] for page in (first, rest) for alert in page["alerts"]]
    assert names == [f"Vuelve {number}" for number in (4, 3, 2, 1, 0)]
    assert rest["next"] is None
    path = f"/api/v1/campaign-alerts/{first['alerts'][0]['id']}/seen"
    seen = (await client.put(path, headers=shop.rosa.headers)).json()
    assert seen["seen_at"] is not None
    assert (await client.put(path, headers=shop.rosa.headers)).json() == seen
    left = (await client.get("/api/v1/campaign-alerts?unseen=true", headers=shop.rosa.headers)).json()
    assert len(left["alerts"]) == left["unseen"] == 4


def wrote_to(scenes: Scenes, shop: Shop, campaign: UUID, count: int) -> list[TestCard]:
    """So many people got the campaign's message an hour ago."""
    cards = [shop.card(name=f"Cliente {number}") for number in range(count)]
    for card in cards:
        scenes.send(shop, card, campaign=campaign, accepted=True, at=clock.now() - timedelta(hours=1))
    return cards


async def leave(db: TenantPool, shop: Shop, card: TestCard) -> bool:
    """Opt out, and let the reaction look."""
    await set_consent(db, shop.business_id, card.customer_id, "opt_out", BAJA)
    return await watch_opt_outs(db, shop.business_id, card.customer_id)


async def test_a_campaign_that_people_leave_is_paused_and_its_owner_told(
    db: TenantPool, client: httpx.AsyncClient, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    campaign, other = scenes.campaign(shop), scenes.campaign(shop, name="Cumpleaños")
    people = wrote_to(scenes, shop, campaign, 60)
    assert [await leave(db, shop, card) for card in people[:3]] == [False, False, True]
    states = dict(database.rows("SELECT id, paused_why FROM campaigns WHERE business_id = %s", shop.business_id))
    assert states == {UUID(str(campaign)): "opt_outs", UUID(str(other)): None}
    [alert] = (await client.get("/api/v1/campaign-alerts", headers=shop.rosa.headers)).json()["alerts"]
    assert alert["details"] == {"sent": 60, "opt_outs": 3}
    assert "3 de 60" in alert["text"]
    # The owner goes on: the same people do not stop it again, nor does looking twice.
    database.rows("UPDATE campaigns SET paused_at = NULL, paused_why = NULL WHERE id = %s", campaign)
    assert not await watch_opt_outs(db, shop.business_id, people[0].customer_id)
    assert not await leave(db, shop, people[4])


async def test_two_who_leave_at_once_are_both_counted(db: TenantPool, shop: Shop, scenes: Scenes) -> None:
    campaign = scenes.campaign(shop)
    people = wrote_to(scenes, shop, campaign, 50)
    for card in people[:3]:
        await set_consent(db, shop.business_id, card.customer_id, "opt_out", BAJA)
    together = asyncio.Barrier(3)

    async def look(card: TestCard) -> bool:
        await together.wait()
        return await watch_opt_outs(db, shop.business_id, card.customer_id)

    assert sum(await asyncio.gather(*(look(card) for card in people[:3]))) == 1


async def test_who_leaves_long_after_the_message_is_not_its_doing(
    db: TenantPool, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    campaign = scenes.campaign(shop)
    cards = [shop.card() for _ in range(50)]
    for card in cards:
        scenes.send(shop, card, campaign=campaign, accepted=True, at=clock.now() - timedelta(days=8))
    assert not any([await leave(db, shop, card) for card in cards[:5]])

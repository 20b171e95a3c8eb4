"""The home page's numbers: right, in words, remembered for a moment and never for longer."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.domains.analytics.counts.jobs import count_card
from sello.domains.analytics.dashboard.rules import DEFINITIONS, Figure, share
from sello.entry.settings import Settings
from sello.infrastructure.cache.client import RedisCache
from sello.infrastructure.cache.memory import key_of
from sello.infrastructure.database.db import PlatformPool
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.services import Services
from sello.infrastructure.storage.client import open_storage
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.ids import BusinessId, new_id
from tests.support.counting import World, ago
from tests.support.shop import Person

PATH = "/api/v1/dashboard/metrics"


async def asked(client: httpx.AsyncClient, by: Person, **query: Any) -> dict[str, Any]:
    answer = await client.get(PATH, params=query, headers=by.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def pair(metric: dict[str, Any]) -> tuple[Any, Any]:
    return metric["value"], metric["before"]


async def test_the_numbers_of_a_shop(world: World, client: httpx.AsyncClient) -> None:
    """Ana comes and goes on, Beto stayed away, Carla is new: all in days of Lima."""
    ana, beto, carla, dora = (world.card() for _ in range(4))
    for card, days in ((ana, (75, 50, 40, 10, 1, 0)), (beto, (50, 40)), (carla, (5,)), (dora, (80,))):
        for day in days:
            world.history(card, ago(day), amount=1000)
    await world.count(ana.id, beto.id, carla.id, dora.id)
    found = await asked(client, world.shop.rosa)
    assert pair(found["active_customers"]) == (2, 2)
    # Of Ana and Beto, who came 30 to 59 days ago, Ana came again; of Ana and Dora before them, Ana.
    assert pair(found["retention"]) == (0.5, 0.5)
    # Beto has been away for 40 days with a threshold of 14 and two visits: lost only after 56. Dora is.
    assert (found["at_risk"]["value"], found["lost"]["value"]) == (1, 1)
    assert pair(found["today"]["purchases"]) == (1, 1)
    assert pair(found["last_30_days"]["visits"]) == (4, 4)
    assert pair(found["last_30_days"]["amount_centimos"]) == (4000, 4000)
    assert found["today"]["visits"]["change"] == 0
    assert found["day"] == (ago(0) - timedelta(hours=5)).date().isoformat()


async def test_a_shop_without_customers_has_no_retention(world: World, client: httpx.AsyncClient) -> None:
    found = await asked(client, world.shop.rosa)
    assert pair(found["active_customers"]) == (0, 0)
    assert pair(found["retention"]) == (None, None)
    assert (found["today"]["stamps"]["value"], found["today"]["stamps"]["change_ratio"]) == (0, None)


async def test_staff_sees_everything_but_the_money(world: World, client: httpx.AsyncClient) -> None:
    found, owners = await asked(client, world.shop.diego), await asked(client, world.shop.rosa)
    assert found["today"]["amount_centimos"] is None
    assert owners["today"]["amount_centimos"]["value"] == 0
    assert found["active_customers"] == owners["active_customers"]


async def test_one_branch(world: World, client: httpx.AsyncClient) -> None:
    card, _, north, south = world.card(), *world.branches
    await world.stamp(card, ago(0.01), branch=north, count=2)
    await world.stamp(card, ago(0.02), branch=south)
    await world.count(card.id)
    found = await asked(client, world.shop.rosa, branch_id=str(north))
    assert found["branch_id"] == str(north)
    assert found["last_30_days"]["stamps"]["value"] == 2
    assert found["active_customers"]["value"] == 1
    assert found["at_risk"]["value"] is None
    assert found["last_30_days"]["new_cards"]["value"] is None
    whole = await asked(client, world.shop.rosa)
    assert (whole["last_30_days"]["stamps"]["value"], whole["active_customers"]["value"]) == (3, 1)
    unknown = await client.get(PATH, params={"branch_id": str(new_id())}, headers=world.shop.rosa.headers)
    assert unknown.json()["code"] == "branch_unknown"


async def test_every_number_says_what_it_means(world: World, client: httpx.AsyncClient) -> None:
    english = await client.get(PATH, headers={**world.shop.rosa.headers, "Accept-Language": "en"})
    spanish = await client.get(PATH, headers=world.shop.rosa.headers)
    for answer, language in ((english, "en"), (spanish, "es")):
        found = answer.json()
        metrics = [value for value in found.values() if isinstance(value, dict) and "key" in value]
        metrics += [metric for period in ("today", "last_30_days") for metric in found[period].values()]
        assert {metric["key"] for metric in metrics} == set(DEFINITIONS)
        for metric in metrics:
            assert metric["definition"] == getattr(DEFINITIONS[metric["key"]], language)


def test_what_is_not_defined_is_none() -> None:
    assert share(0, 0) is None
    assert (Figure(3, 0).change, Figure(3, 0).change_ratio) == (3, None)
    assert (Figure(None, 2).change, Figure(None, 2).change_ratio) == (None, None)
    assert Figure(3, 2).change_ratio == 0.5


@pytest.fixture
def services(world: World, platform_db: PlatformPool, settings: Settings) -> Services:
    return Services(
        db=world.till.db,
        platform_db=platform_db,
        keys=settings.keys,
        settings=settings,
        storage=open_storage(None, home=settings.sello_home, endpoint=None, keys=settings.keys, base_url=""),
        mailer=mailer(None, folder=settings.sello_home, sender="sello <no-reply@example.pe>"),
        whatsapp=TwilioWhatsapp(settings.whatsapp),
        passkit=settings.passkit,
        emit=lambda business_id, event, data: None,
        cache=RedisCache(settings.redis_url),
    )


async def test_a_remembered_answer_ends_with_the_next_fact(
    world: World, client: httpx.AsyncClient, services: Services
) -> None:
    card = world.card()
    assert (await asked(client, world.shop.rosa))["today"]["stamps"]["value"] == 0
    await world.stamp(card, ago(0.001))
    world.database.rows("UPDATE daily_stats SET stamps = 0 WHERE business_id = %s", world.business_id)
    assert (await asked(client, world.shop.rosa))["last_30_days"]["stamps"]["value"] == 0  # remembered
    await count_card(services, {"business_id": str(world.business_id), "card_id": str(card.id)})
    assert (await asked(client, world.shop.rosa))["last_30_days"]["stamps"]["value"] == 1
    await services.cache.close()


class TestTheCache:
    @pytest.fixture
    async def cache(self, settings: Settings, world: World) -> RedisCache:
        return RedisCache(settings.redis_url)

    async def test_an_answer_on_its_way_when_dropped_is_never_found(self, cache: RedisCache, world: World) -> None:
        before = await cache.recall(world.business_id, "x")
        await cache.drop(world.business_id)
        await cache.keep(world.business_id, "x", b"old", generation=before.generation)
        after = await cache.recall(world.business_id, "x")
        assert after.answer is None
        await cache.keep(world.business_id, "x", b"new\nwith a line", generation=after.generation)
        assert (await cache.recall(world.business_id, "x")).answer == b"new\nwith a line"
        await cache.close()

    async def test_shops_do_not_meet(self, cache: RedisCache, world: World) -> None:
        found = await cache.recall(world.business_id, "x")
        await cache.keep(world.business_id, "x", b"ours", generation=found.generation)
        assert (await cache.recall(BusinessId(new_id()), "x")).answer is None
        assert key_of(world.business_id, "x").startswith(str(world.business_id))
        await cache.close()

    async def test_without_redis_nothing_is_kept_and_nothing_fails(self, world: World) -> None:
        cache = RedisCache("redis://127.0.0.1:1/0")
        for _ in range(3):
            found = await cache.recall(world.business_id, "x")
            assert (found.answer, found.generation) == (None, None)
            await cache.keep(world.business_id, "x", b"lost", generation=found.generation)
            await cache.drop(world.business_id)
        await cache.close()

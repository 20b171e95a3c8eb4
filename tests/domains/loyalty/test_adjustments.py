"""Stamps added or taken by hand: the ledger stays provable, rewards follow, nothing happens twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from sello.domains.loyalty import replay, work_night
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import new_id
from tests.support.enrolling import refused
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Person, Shop, TestCard
from tests.support.till import Till


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def adjust(
    client: httpx.AsyncClient, by: Person, card: TestCard, delta: Any, *, id: UUID | None = None, **body: Any
) -> httpx.Response:
    return await client.post(
        f"/api/v1/cards/{card.id}/adjustments",
        json={"id": str(id or new_id()), "delta": delta, "reason": "Los trajo en papel"} | body,
        headers=by.headers,
    )


async def test_stamps_are_added_with_the_rewards_they_reach(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase, settings: Settings
) -> None:
    card, id = shop.card(), new_id()
    await till.stamp(card, 4)
    answer = await adjust(client, shop.rosa, card, 7, id=id)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["balance"], said["of"], said["delta"], said["revoked_rewards"]) == (1, 10, 7, [])
    assert said["given_rewards"] == [str(id) for id in till.rewards(card)]
    assert till.ledger(card) == [("earn", 4, 4), ("adjust", 7, 11), ("issue_reward", 0, 11), ("issue_reward", -10, 1)]
    # The answer was lost: the same again is the same, and another delta under the same id is not.
    assert (await adjust(client, shop.rosa, card, 7, id=id)).json() == said
    refused(await adjust(client, shop.rosa, card, 8, id=id), 409, "id_reused")
    refused(await adjust(client, shop.rosa, shop.card(), 7, id=id), 409, "id_reused")
    assert len(till.ledger(card)) == 4
    rows = database.rows("SELECT action, reason, details FROM audit_log WHERE subject_id = %s", card.customer_id)
    assert rows == [("stamps.adjusted", "Los trajo en papel", {"delta": 7})]
    [(payload,)] = database.rows(
        "SELECT payload FROM events WHERE kind = 'StampsAdjusted' AND business_id = %s", shop.business_id
    )
    assert (payload["delta"], payload["balance"], payload["entry_id"]) == (7, 1, str(id))
    # It was no visit.
    assert database.rows("SELECT last_at IS NOT NULL, day_count FROM cards WHERE id = %s", card.id) == [(True, 1)]
    assert settings.database_laws_url is not None
    assert replay(settings.database_laws_url) == []


async def test_stamps_are_taken_and_so_are_rewards_that_no_longer_stand(
    client: httpx.AsyncClient, shop: Shop, till: Till, settings: Settings
) -> None:
    card = shop.card()
    await till.stamp(card, 11)  # a coffee, a lunch, one stamp
    lunch = till.rewards(card)[1]
    said = (await adjust(client, shop.rosa, card, -3)).json()
    assert (said["balance"], said["revoked_rewards"]) == (8, [str(lunch)])
    said = (await adjust(client, shop.rosa, card, -4)).json()
    assert (said["balance"], len(said["revoked_rewards"]), till.rewards(card)) == (4, 1, [])
    assert till.ledger(card)[-2:] == [("void", 0, 8), ("adjust", -4, 4)]
    refused(await adjust(client, shop.rosa, card, -5), 409, "adjust_below_zero")
    assert settings.database_laws_url is not None
    assert replay(settings.database_laws_url) == []


async def test_what_was_handed_over_is_not_taken_back(client: httpx.AsyncClient, shop: Shop, till: Till) -> None:
    card = shop.card()
    await till.stamp(card, 6)
    await till.hand_over(till.rewards(card)[0])
    refused(await adjust(client, shop.rosa, card, -2), 409, "adjust_reward_gone")
    assert (await adjust(client, shop.rosa, card, -1)).json()["balance"] == 5
    # The step is not given again.
    assert (await adjust(client, shop.rosa, card, 1)).json()["given_rewards"] == []


async def test_what_is_asked_has_its_bounds(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card, pending = shop.card(), shop.card(confirmed=False)
    for delta in (0, 51, -51, "3", 1.5, None):
        refused(await adjust(client, shop.rosa, card, delta), 422, "invalid")
    refused(await adjust(client, shop.rosa, card, 3, reason=" "), 422, "invalid")
    refused(await adjust(client, shop.diego, card, 3), 403, "forbidden")
    refused(await adjust(client, shop.rosa, pending, 3), 409, "card_closed")
    assert (await adjust(client, shop.rosa, card, 50)).json()["balance"] == 0
    assert database.rows("SELECT count(*) FROM rewards WHERE card_id = %s", card.id) == [(10,)]


async def test_stamps_that_have_lapsed_wait_for_their_night(
    client: httpx.AsyncClient, shop: Shop, till: Till, db: TenantPool, database: TestDatabase, settings: Settings
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"stamps_expire_days": 30}))
    card = shop.card()
    assert (await adjust(client, shop.rosa, card, 4)).status_code == 200
    [(until,)] = database.rows(
        "SELECT stamps_until - (now() AT TIME ZONE 'America/Lima')::date FROM cards WHERE id = %s", card.id
    )
    assert until == 30
    till.pass_time(timedelta(days=32))
    refused(await adjust(client, shop.rosa, card, 2), 409, "adjust_tomorrow")
    await work_night(db, shop.business_id)
    assert (await adjust(client, shop.rosa, card, 2)).json()["balance"] == 2
    assert settings.database_laws_url is not None
    assert replay(settings.database_laws_url) == []

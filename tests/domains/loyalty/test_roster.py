"""What a till keeps for when it has no signal: the latest customers, a first name and three digits of each."""

import httpx
import pytest

from sello.domains.loyalty.roster.queries import latest_customers
from sello.infrastructure.database.db import TenantPool
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.tablets import Tablet, enrol, refused
from tests.support.till import Till

PATH = "/api/v1/devices/current/customers"


@pytest.fixture
async def tablet(client: httpx.AsyncClient, shop: Shop) -> Tablet:
    """A tablet at the counter."""
    return await enrol(client, shop)


async def names(client: httpx.AsyncClient, tablet: Tablet) -> list[str]:
    """The first names on the till's list, in its order."""
    answer = await client.get(PATH, headers=tablet.headers)
    assert answer.status_code == 200, answer.text
    return [one["first_name"] for one in answer.json()["customers"]]


async def test_it_holds_no_more_than_the_counter_needs(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, db: TenantPool, database: TestDatabase
) -> None:
    card = shop.card(name="<img src=x onerror=alert(1)> Torres")
    await Till(db, shop, database).stamp(card, count=3)
    answer = await client.get(PATH, headers=tablet.headers)
    assert answer.json() == {
        "of": 10,
        "customers": [
            {
                "id": str(card.customer_id),
                "card_id": str(card.id),
                "first_name": "<img",
                "last_three": card.phone[-3:],
                "balance": 3,
            }
        ],
    }


async def test_whoever_was_here_last_comes_first_whenever_they_joined(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, db: TenantPool, database: TestDatabase
) -> None:
    regular = shop.card(name="Rosa", days_ago=400)
    shop.card(name="Julio", days_ago=1)
    shop.card(name="Carmen", days_ago=0)
    await Till(db, shop, database).stamp(regular)
    assert await names(client, tablet) == ["Rosa", "Carmen", "Julio"]


async def test_the_number_is_bounded_and_a_regular_is_among_them(
    shop: Shop, db: TenantPool, database: TestDatabase
) -> None:
    regular = shop.card(name="Rosa", days_ago=400)
    await Till(db, shop, database).stamp(regular)
    for _ in range(3):
        shop.card(days_ago=2)
    listed = await latest_customers(db, shop.business_id, lately=10, most=2)
    assert [one.id for one in listed][:1] == [regular.customer_id]
    assert len(listed) == 2


async def test_nobody_who_is_pending_merged_or_erased(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    shop.card(name="Pendiente", confirmed=False)
    kept, gone = shop.card(name="Ana"), shop.card(name="Anita")
    database.rows("UPDATE customers SET merged_into = %s WHERE id = %s", kept.customer_id, gone.customer_id)
    database.rows("UPDATE cards SET merged_into = %s WHERE id = %s", kept.id, gone.id)
    assert await names(client, tablet) == ["Ana"]


async def test_a_list_that_did_not_change_weighs_nothing(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, db: TenantPool, database: TestDatabase
) -> None:
    card = shop.card()
    first = await client.get(PATH, headers=tablet.headers)
    known = {**tablet.headers, "If-None-Match": first.headers["etag"]}
    again = await client.get(PATH, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    await Till(db, shop, database).stamp(card)
    changed = await client.get(PATH, headers=known)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_stamps_that_ran_out_are_none(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    card = shop.card()
    database.rows("UPDATE cards SET balance = 4, stamps_until = current_date - 2 WHERE id = %s", card.id)
    answer = await client.get(PATH, headers=tablet.headers)
    assert answer.json()["customers"][0]["balance"] == 0
    database.rows("UPDATE cards SET balance = 0, stamps_until = NULL WHERE id = %s", card.id)


async def test_a_till_that_was_ended_learns_nothing(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    gone = await client.delete(f"/api/v1/devices/{tablet.id}", headers=shop.rosa.headers)
    assert gone.status_code == 204
    refused(await client.get(PATH, headers=tablet.headers), 401, "device_ended")

"""A till's offline queue: each stamp is whose it was when it was tapped, whoever is signed in when it is sent."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sello.domains.loyalty.fraud.actions import look_at_stamp
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop
from tests.support.tablets import Tablet, bearer, enrol, refused, set_pin

PINS = {"Rosa Quispe": "5803", "Diego Ramos": "2586"}


@pytest.fixture
async def tablet(client: httpx.AsyncClient, shop: Shop) -> Tablet:
    """A tablet on which Rosa and Diego have stood."""
    tablet = await enrol(client, shop)
    for person in (shop.rosa, shop.diego):
        await set_pin(client, person, PINS[person.name])
        bearer(await tablet.switch(person, PINS[person.name]))
    return tablet


def givers(database: TestDatabase, shop: Shop) -> list[tuple[object, str, list[str]]]:
    """(giver, till, flags) of the shop's stamps in the order of their visits."""
    return database.rows(
        "SELECT account_id, device_id::text, flags FROM stamp_events WHERE business_id = %s AND kind = 'earn'"
        " ORDER BY occurred_at",
        shop.business_id,
    )


async def dismiss(client: httpx.AsyncClient, shop: Shop, person: Person) -> None:
    gone = await client.delete(f"/api/v1/staff/{person.account_id}", headers=shop.rosa.headers)
    assert gone.status_code == 204, gone.text


async def test_what_a_tapped_counts_as_as_while_b_is_signed_in(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    card, now = shop.card(), datetime.now(UTC)
    queue = [
        tablet.tapped(card, shop.diego, at=now - timedelta(hours=3)),
        tablet.tapped(card, shop.rosa, at=now - timedelta(hours=2)),
        tablet.tapped(card, shop.diego, at=now - timedelta(hours=1)),
    ]
    assert (await tablet.switch(shop.rosa, PINS["Rosa Quispe"])).status_code == 200
    assert await tablet.upload(*queue) == [("counted", None)] * 3
    assert await tablet.upload(*queue) == [("replay", None)] * 3
    diego, rosa = shop.diego.account_id, shop.rosa.account_id
    assert givers(database, shop) == [(who, tablet.id, []) for who in (diego, rosa, diego)]
    counted = dict(database.rows("SELECT account_id, stamps FROM staff_days WHERE business_id = %s", shop.business_id))
    assert sum(counted.values()) == 3
    assert counted[diego] == 2


async def test_one_stamp_goes_as_a_queue_does(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    card = shop.card()
    one = await client.post("/api/v1/stamps", json=tablet.tapped(card, shop.diego), headers=tablet.headers)
    assert one.status_code == 201, one.text
    unsigned = await client.post("/api/v1/stamps", json=shop.stamp(card), headers=tablet.headers)
    assert refused(unsigned, 422, "invalid")["fields"][0]["path"] == "given_by"


async def test_people_send_stamps_of_their_own_alone(client: httpx.AsyncClient, shop: Shop, tablet: Tablet) -> None:
    card = shop.card()
    for person, giver, status in (
        (shop.diego, shop.diego, 201),
        (shop.diego, shop.rosa, 403),
        (shop.rosa, shop.diego, 403),
    ):
        body = shop.stamp(card, given_by=str(giver.account_id))
        answer = await client.post("/api/v1/stamps", json=body, headers=person.headers)
        assert answer.status_code == status, answer.text
    assert shop.balance(card) == (1, 1)


async def test_whoever_never_stood_at_the_till_gave_nothing_there(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    mia, card = shop.person(name="Mía", role="staff"), shop.card()
    for stranger in (mia, neighbour.rosa):
        assert await tablet.upload(tablet.tapped(card, stranger)) == [("refused", "giver_unknown")]
    await set_pin(client, mia, "7143")
    assert (await tablet.switch(mia, "7143")).status_code == 200
    assert await tablet.upload(tablet.tapped(card, mia)) == [("counted", None)]


async def test_a_log_in_on_the_till_counts_too(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase
) -> None:
    """Recorded as the log-in does it; that it does is told by test_pins."""
    mia, card = shop.person(name="Mía", role="staff"), shop.card()
    with shop.connect() as owner:
        owner.execute(
            "INSERT INTO device_sign_ins (business_id, id, device_id, account_id, means)"
            " VALUES (%s, new_id(), %s, %s, 'password')",
            (shop.business_id, tablet.id, mia.account_id),
        )
    assert await tablet.upload(tablet.tapped(card, mia)) == [("counted", None)]


async def test_a_dismissed_members_earlier_stamps_count_and_are_flagged(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet, database: TestDatabase, db: TenantPool
) -> None:
    card, now = shop.card(), datetime.now(UTC)
    earlier, too_old = now - timedelta(hours=2), now - timedelta(days=8)
    sent_before = tablet.tapped(card, shop.diego, at=now - timedelta(hours=3))
    assert await tablet.upload(sent_before) == [("counted", None)]
    await dismiss(client, shop, shop.diego)
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert await tablet.upload(
        tablet.tapped(card, shop.diego, at=earlier),
        tablet.tapped(card, shop.diego, at=later),
        tablet.tapped(card, shop.diego, at=too_old),
        sent_before,
    ) == [("counted", None), ("refused", "giver_ended"), ("refused", "too_late"), ("replay", None)]
    assert [flags for _, _, flags in givers(database, shop)] == [[], ["late_giver"]]
    [(late_one,)] = database.rows("SELECT id FROM stamp_events WHERE flags = '{late_giver}' AND card_id = %s", card.id)
    await look_at_stamp(db, shop.business_id, late_one, account_id=shop.diego.account_id, at=earlier)
    [signal] = (await client.get("/api/v1/fraud-signals", headers=shop.rosa.headers)).json()["signals"]
    assert "ya no trabajaba aquí" in json.dumps(signal, ensure_ascii=False)
    own = await client.post("/api/v1/stamps", json=shop.stamp(card), headers=shop.diego.headers)
    refused(own, 401, "membership_ended")


async def test_a_till_speaks_for_no_other_till_and_for_no_owner(
    client: httpx.AsyncClient, shop: Shop, tablet: Tablet
) -> None:
    other, card = await enrol(client, shop), shop.card()
    foreign = tablet.tapped(card, shop.diego) | {"device_id": other.id}
    assert await tablet.upload(foreign) == [("refused", "device_unknown")]
    assert await other.upload(other.tapped(card, shop.diego)) == [("refused", "giver_unknown")]
    wish = tablet.tapped(card, shop.rosa) | {"override_reason": "Rosa said so"}
    assert await tablet.upload(wish) == [("refused", "override_needs_owner")]
    by_pin = bearer(await tablet.switch(shop.rosa, PINS["Rosa Quispe"]))
    body = shop.stamp(card, override_reason="Rosa said so")
    refused(await client.post("/api/v1/stamps", json=body, headers=by_pin), 403, "override_needs_owner")
    named = await client.post("/api/v1/stamps", json=shop.stamp(card, device_id=other.id), headers=by_pin)
    refused(named, 403, "device_unknown")


async def test_a_stamp_is_of_the_tills_branch_until_that_closes(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    centro, norte = str(new_id()), str(new_id())
    for id, name in ((centro, "Centro"), (norte, "Norte")):
        await client.post("/api/v1/branches", json={"id": id, "name": name}, headers=shop.rosa.headers)
    tablet = await enrol(client, shop, branch_id=centro)
    await set_pin(client, shop.diego, "2586")
    by_pin = bearer(await tablet.switch(shop.diego, "2586"))
    card = shop.card()
    assert await tablet.upload(tablet.tapped(card, shop.diego)) == [("counted", None)]
    assert (await client.post("/api/v1/stamps", json=shop.stamp(card), headers=by_pin)).status_code == 201
    assert await tablet.upload(tablet.tapped(card, shop.diego) | {"branch_id": norte}) == [("counted", None)]
    await client.put(f"/api/v1/branches/{centro}/closure", headers=shop.rosa.headers)
    assert await tablet.upload(tablet.tapped(card, shop.diego)) == [("counted", None)]
    branches = database.rows(
        "SELECT branch_id::text FROM stamp_events WHERE business_id = %s ORDER BY seq", shop.business_id
    )
    assert branches == [(centro,), (centro,), (norte,), (None,)]
    asked = await client.get("/api/v1/devices/current", headers=tablet.headers)
    assert (asked.json()["branch_closed"], asked.json()["branch_name"]) == (True, "Centro")

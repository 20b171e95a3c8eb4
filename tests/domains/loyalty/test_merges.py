"""Two cards of one person become one: nothing lost, nothing doubled, every link leads on."""

from datetime import timedelta

import httpx
import pytest

from sello.domains.loyalty import merge_customers, work_night
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import new_id
from tests.support.enrolling import confirm, form, link_text, refused
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Person, Shop, TestCard
from tests.support.till import Till, code_of

SUM = "SELECT sum(delta) FROM stamp_events WHERE card_id = ANY (%s)"


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def merge(
    client: httpx.AsyncClient, by: Person, card: TestCard, into: TestCard, reason: str = "La misma persona"
) -> httpx.Response:
    return await client.put(
        f"/api/v1/customers/{card.customer_id}/merge",
        json={"into": str(into.customer_id), "reason": reason},
        headers=by.headers,
    )


async def test_stamps_and_rewards_come_along(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase
) -> None:
    old, card = shop.card(name="Ana Torres"), shop.card(name="Ana Torres")
    await till.stamp(old, 13)  # coffee, lunch, 3 left
    await till.stamp(card, 4)
    await till.hand_over(till.rewards(old)[0])
    before = till.count(SUM, [old.id, card.id])
    answer = await merge(client, shop.rosa, old, card)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "customer_id": str(card.customer_id), "card_id": str(card.id), "balance": 7, "stamps": 13, "rewards": 1,
    }  # fmt: skip
    assert till.count(SUM, [old.id, card.id]) == before  # the lunch came back and was taken again
    assert (shop.balance(old)[0], shop.balance(card)[0]) == (0, 7)
    # 4 + 3 cross five: a coffee that neither of the two rounds had given; and the lunch, under its old price.
    rows = database.rows(
        "SELECT threshold, cost, title FROM rewards WHERE card_id = %s AND revoked_at IS NULL ORDER BY 1", card.id
    )
    assert rows == [(5, 0, "Café gratis"), (10, 10, "Almuerzo gratis")]
    assert [line[:2] for line in till.ledger(old)[-2:]] == [("void", 10), ("adjust", -13)]
    assert [line[:2] for line in till.ledger(card)[1:]] == [
        ("adjust", 13), ("issue_reward", -10), ("issue_reward", 0),
    ]  # fmt: skip
    assert (await merge(client, shop.rosa, old, card)).json() == answer.json()
    assert len(till.ledger(card)) == 4
    [(reason, details)] = database.rows(
        "SELECT reason, details FROM audit_log WHERE subject_id = %s AND action = 'customer.merged'", old.customer_id
    )
    assert (reason, details) == (
        "La misma persona", {"into": str(card.customer_id), "stamps": 13, "rewards": 1},
    )  # fmt: skip


async def test_codes_links_and_phones_of_the_old_card_lead_to_the_new_one(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase
) -> None:
    old, card = shop.card(name="Ana Torres"), shop.card(name="Ana Torres")
    text = await link_text(client, form(shop, name="Ana", phone=old.phone))
    pending = database.rows("SELECT id FROM cards WHERE link = %s", text[6:])[0][0]
    assert (await confirm(client, shop.diego, pending, old.phone)).json()["card_id"] == str(old.id)
    late = await till.stamp(old)
    assert (await merge(client, shop.rosa, old, card)).status_code == 200
    # Whichever code is shown, whichever link is opened: one card.
    for link in (shop.code + old.link, text, shop.code + card.link):
        assert (await client.get(f"/api/v1/cards/by-link/{link}")).json()["balance"] == 1
    scan = await client.get(f"/api/v1/scans/{old.scan_code}", headers=shop.diego.headers)
    assert scan.json()["card_id"] == str(card.id)
    # A stamp that was counted before stays counted when the till sends it again.
    body = shop.stamp(old, id=str(late))
    replay = await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers)
    assert (replay.status_code, replay.json()["card_id"]) == (200, str(card.id)), replay.text
    stamped = await client.post("/api/v1/stamps", json=shop.stamp(old), headers=shop.diego.headers)
    assert (stamped.status_code, stamped.json()["balance"]) == (201, 2)
    history = (await client.get(f"/api/v1/customers/{old.customer_id}", headers=shop.rosa.headers)).json()["history"]
    assert (history["visits"], history["stamps"], history["rewards_redeemed"]) == (1, 2, 0)
    # The old phone is hers: enrolling again leads to the one card, at the till and by confirmation.
    again = await client.post(
        "/api/v1/customers",
        json={"id": str(new_id()), "name": "Ana", "phone": old.phone},
        headers=shop.diego.headers,
    )
    assert (again.status_code, again.json()["customer_id"]) == (200, str(card.customer_id))
    third = await link_text(client, form(shop, name="Ana", phone=old.phone))
    waiting = database.rows("SELECT id FROM cards WHERE link = %s", third[6:])[0][0]
    assert (await confirm(client, shop.diego, waiting, old.phone)).json()["card_id"] == str(card.id)


async def test_the_later_word_on_marketing_counts(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    old, card = shop.card(), shop.card()
    for person, yes in ((card, True), (old, False)):
        answer = await client.put(
            f"/api/v1/customers/{person.customer_id}/consent", json={"marketing": yes}, headers=shop.diego.headers
        )
        assert answer.status_code == 200, answer.text
    await merge(client, shop.rosa, old, card)
    history = await client.get(f"/api/v1/customers/{card.customer_id}/consents", headers=shop.rosa.headers)
    assert history.json()["marketing"] is False
    assert [entry["kind"] for entry in history.json()["entries"]] == ["opt_out", "opt_out", "opt_in"]


async def test_what_is_refused(client: httpx.AsyncClient, shop: Shop, neighbour: Shop, till: Till) -> None:
    old, card, third, pending = shop.card(), shop.card(), shop.card(), shop.card(confirmed=False)
    refused(await merge(client, shop.diego, old, card), 403, "forbidden")
    refused(await merge(client, shop.rosa, old, old), 422, "same_customer")
    refused(await merge(client, shop.rosa, old, neighbour.card()), 404, "customer_not_found")
    refused(await merge(client, shop.rosa, pending, card), 404, "customer_not_found")
    await till.stamp(old, 5)
    held = await till.reserve(till.rewards(old)[0])
    refused(await merge(client, shop.rosa, old, card), 409, "merge_waits")
    await till.release(held.id)
    assert (await merge(client, shop.rosa, old, card)).status_code == 200
    refused(await merge(client, shop.rosa, card, old), 409, "already_merged")
    refused(await merge(client, shop.rosa, old, third), 409, "already_merged")
    refused(await merge(client, shop.rosa, third, old), 409, "already_merged")


async def test_nothing_comes_to_life_on_a_merged_card(client: httpx.AsyncClient, shop: Shop, till: Till) -> None:
    old, card = shop.card(), shop.card()
    stamp = await till.stamp(old, 5)
    redemption = await till.hand_over(till.rewards(old)[0])
    await merge(client, shop.rosa, old, card)
    assert await code_of(till.take_back(redemption.id, reason="Se devolvió")) == "card_closed"
    assert await code_of(till.void(stamp, reason="Se equivocó")) == "card_closed"


async def test_a_chain_of_merges_leads_to_its_end(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase
) -> None:
    one, two, three = shop.card(), shop.card(), shop.card()
    await till.stamp(one, 2)
    await merge(client, shop.rosa, one, two)
    await till.stamp(two, 2)
    await merge(client, shop.rosa, two, three)
    assert shop.balance(three)[0] == 4
    leads = database.rows("SELECT DISTINCT merged_into FROM cards WHERE id = ANY (%s)", [one.id, two.id])
    assert leads == [(three.id,)]
    profile = await client.get(f"/api/v1/customers/{one.customer_id}", headers=shop.rosa.headers)
    assert profile.json()["id"] == str(three.customer_id)


async def test_a_step_that_the_merged_card_gave_is_not_given_again(
    client: httpx.AsyncClient, shop: Shop, till: Till, database: TestDatabase
) -> None:
    """The coffee of the fifth stamp was drunk on the old card: it belongs to the round that goes on on the new one."""
    old, card, last = shop.card(), shop.card(), shop.card()
    await till.stamp(old, 5)
    coffee = till.rewards(old)[0]
    await till.hand_over(coffee)
    stamps = [await till.stamp(card, 4) for _ in range(3)]  # coffee, lunch, and 2 of the next round
    await merge(client, shop.rosa, old, card)
    assert shop.balance(card)[0] == 7
    assert database.rows("SELECT counts_on, counts_in FROM rewards WHERE id = %s", coffee) == [(card.id, 1)]
    # Below the step it would have to come back, and it was drunk: the owner is told so, as on any one card.
    refused_with = await code_of(till.void(stamps[0], by=shop.rosa, reason="Se equivocó"))
    assert refused_with == "void_reward_used"
    small = await till.stamp(card, 1)
    await till.void(small)
    # One card more: the coffee goes on counting, and the next one comes with the next round alone.
    await merge(client, shop.rosa, card, last)
    assert (shop.balance(last)[0], coffees(database, last)) == (7, 1)  # the one of the card's first round, in the book
    await till.stamp(last, 7)
    assert (shop.balance(last)[0], coffees(database, last)) == (4, 1)
    await till.stamp(last, 1)
    assert (shop.balance(last)[0], coffees(database, last)) == (5, 2)


async def test_a_step_whose_reward_expired_is_not_given_again(shop: Shop, till: Till, database: TestDatabase) -> None:
    shop.set_rules(LOOSE.model_copy(update={"rewards_expire_days": 7}))
    old, card = shop.card(), shop.card()
    await till.stamp(old, 6)
    till.pass_time(timedelta(days=9))
    await work_night(till.db, shop.business_id)
    await merge_customers(till.db, shop.rosa.caller, old.customer_id, into=card.customer_id, reason="La misma")
    assert (shop.balance(card)[0], coffees(database, card)) == (6, 0)
    await till.stamp(card, 3)
    assert coffees(database, card) == 0


def coffees(database: TestDatabase, card: TestCard) -> int:
    """The card's own coffees."""
    return int(
        database.rows(
            "SELECT count(*) FROM rewards WHERE card_id = %s AND title = 'Café gratis' AND revoked_at IS NULL", card.id
        )[0][0]
    )

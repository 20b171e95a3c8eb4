"""Results of campaigns, counted from what happened: arms by intention to treat, visits in their window, money, days."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from sello.domains.campaign.results.rules import newcombe
from sello.domains.customer import Receipt, set_consent
from sello.infrastructure.database.db import TenantPool
from sello.shared import clock
from sello.shared.ids import id_at, new_id
from tests.support.campaign_scenes import PRICE, Scenes
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard


async def results(client: httpx.AsyncClient, shop: Shop, campaign: UUID) -> dict[str, Any]:
    """What the owner reads."""
    answer = await client.get(f"/api/v1/campaigns/{campaign}/results", headers=shop.rosa.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def visit(shop: Shop, card: TestCard, *, days_ago: float, centimos: int = 1000) -> UUID:
    """A visit of the past in the ledger, as imports leave them, with what was paid."""
    at, id = clock.now() - timedelta(days=days_ago), new_id()
    with shop.connect() as connection, connection.transaction():
        connection.execute(
            "UPDATE cards SET seq = seq + 1, history_at = greatest(history_at, %s) WHERE id = %s", (at, card.id)
        )
        connection.execute(
            "INSERT INTO stamp_events (business_id, id, card_id, seq, kind, delta, balance_after, rule_version,"
            " occurred_at, recorded_at, amount_centimos)"
            " SELECT business_id, %s, id, seq, 'history', 0, balance, 1, %s, app_now(), %s FROM cards WHERE id = %s",
            (id_at(at), at, centimos, card.id),
        )
    return id


def campaign_of(
    scenes: Scenes, shop: Shop, *, sent: int, held_out: int, days_ago: float
) -> tuple[UUID, list[TestCard], list[TestCard]]:
    """A campaign that meant so many people so long ago."""
    campaign, at = scenes.campaign(shop), clock.now() - timedelta(days=days_ago)
    cards = [shop.card() for _ in range(sent + held_out)]
    for card in cards[:sent]:
        scenes.send(shop, card, campaign=campaign, accepted=True, at=at)
    scenes.hold_out(shop, cards[sent:], campaign=campaign, at=at)
    return campaign, cards[:sent], cards[sent:]


async def test_visits_within_the_window_count_for_their_arm_whether_the_message_arrived_or_not(
    client: httpx.AsyncClient, shop: Shop, scenes: Scenes
) -> None:
    campaign, written, held_out = campaign_of(scenes, shop, sent=30, held_out=20, days_ago=15)
    for card in written[:18]:
        visit(shop, card, days_ago=10, centimos=2000)
    visit(shop, written[0], days_ago=9, centimos=500)
    for card in held_out[:4]:
        visit(shop, card, days_ago=14, centimos=1000)
    visit(shop, written[20], days_ago=16)  # before
    visit(shop, written[21], days_ago=0.5)  # after its window
    lift = (await results(client, shop, campaign))["lift"]
    assert lift["state"] == "measured"
    assert lift["message"] == {"customers": 30, "visitors": 18, "centimos": 36_500}
    assert lift["holdout"] == {"customers": 20, "visitors": 4, "centimos": 4_000}
    expected = newcombe(18, 30, 4, 20)
    assert (lift["visitors"]["low"], lift["visitors"]["high"]) == pytest.approx((expected.low, expected.high))
    assert lift["visitors"]["verdict"] == "more"
    assert lift["centimos"]["message"] == pytest.approx(36_500 / 30)
    together = (await client.get("/api/v1/campaign-results", headers=shop.rosa.headers)).json()
    assert together["lift"]["visitors"] == pytest.approx(lift["visitors"])
    assert (together["campaigns"], together["sent"], together["cost_centimos"]) == (1, 30, round(30 * PRICE / 10_000))


async def test_nothing_is_claimed_before_the_window_has_ended(
    client: httpx.AsyncClient, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    campaign, written, _ = campaign_of(scenes, shop, sent=25, held_out=25, days_ago=13)
    visit(shop, written[0], days_ago=2)
    lift = (await results(client, shop, campaign))["lift"]
    assert (lift["state"], lift["visitors"], lift["message"]["customers"]) == ("waiting", None, 0)
    assert lift["ready_on"] is not None
    database.set_clock(timedelta(days=1, minutes=1))
    lift = (await results(client, shop, campaign))["lift"]
    assert (lift["state"], lift["ready_on"], lift["visitors"]["verdict"]) == ("measured", None, "not_shown")


async def test_nineteen_held_out_are_too_few(client: httpx.AsyncClient, shop: Shop, scenes: Scenes) -> None:
    campaign, *_ = campaign_of(scenes, shop, sent=25, held_out=19, days_ago=15)
    assert (await results(client, shop, campaign))["lift"]["state"] == "too_few"


async def test_a_customer_who_is_meant_twice_counts_once_from_the_first_time(
    client: httpx.AsyncClient, shop: Shop, scenes: Scenes
) -> None:
    campaign, written, _ = campaign_of(scenes, shop, sent=20, held_out=20, days_ago=40)
    at = clock.now() - timedelta(days=20)
    scenes.send(shop, written[0], campaign=campaign, accepted=True, at=at, occasion="visit:2026-02-02")
    visit(shop, written[0], days_ago=19)  # the second message's window, not the first one's
    found = await results(client, shop, campaign)
    assert found["lift"]["message"] == {"customers": 20, "visitors": 0, "centimos": 0}
    assert (found["counts"]["members"], found["counts"]["planned"], found["counts"]["held_out"]) == (40, 21, 20)


async def test_stamps_that_were_taken_back_did_not_happen_and_merged_cards_are_followed(
    client: httpx.AsyncClient, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    campaign, (kept, voided), _ = campaign_of(scenes, shop, sent=2, held_out=0, days_ago=1)
    other = shop.card()
    merge = await client.put(
        f"/api/v1/customers/{kept.customer_id}/merge",
        json={"into": str(other.customer_id), "reason": "the same person"},
        headers=shop.rosa.headers,
    )
    assert merge.status_code == 200, merge.text
    for card in (other, voided):
        stamp = shop.stamp(card, amount_centimos=700)
        assert (await client.post("/api/v1/stamps", json=stamp, headers=shop.diego.headers)).status_code == 201
    taken_back = {"stamp_ids": [stamp["id"]], "reason": "typed by mistake"}
    answer = await client.post("/api/v1/voids", json=taken_back, headers=shop.rosa.headers)
    assert answer.status_code < 300, answer.text
    database.set_clock(timedelta(days=14))
    lift = (await results(client, shop, campaign))["lift"]
    assert lift["message"] == {"customers": 2, "visitors": 1, "centimos": 700}


async def test_what_became_of_each_message_is_counted_and_priced(
    client: httpx.AsyncClient, db: TenantPool, shop: Shop, scenes: Scenes, database: TestDatabase
) -> None:
    campaign, cards, _ = campaign_of(scenes, shop, sent=6, held_out=2, days_ago=0.1)
    waiting = scenes.send(shop, shop.card(), campaign=campaign)
    released = scenes.send(shop, shop.card(), campaign=campaign)
    sends = database.rows(
        "SELECT id FROM campaign_sends WHERE campaign_id = %s AND accepted_at IS NOT NULL ORDER BY id", campaign
    )
    read, delivered, failed = (row[0] for row in sends[:3])
    for id, change in (
        (read, "rank = 7, delivered_at = app_now(), opened_at = app_now(), clicked_at = app_now()"),
        (delivered, "rank = 6, delivered_at = app_now()"),
        (failed, "rank = 5, failed_at = app_now(), error_code = 63049"),
        (released.id, "released_at = app_now(), released_why = 'cap'"),
    ):
        database.rows(f"UPDATE campaign_sends SET {change} WHERE id = %s".encode(), id)  # noqa: S608  # ours
    database.rows("UPDATE send_windows SET freed_at = app_now() WHERE send_id = %s", released.id)
    database.rows("UPDATE campaigns SET committed_micros = committed_micros - %s WHERE id = %s", PRICE, campaign)
    await set_consent(db, shop.business_id, cards[5].customer_id, "opt_out", Receipt("message", "2026-11-es"))
    found = await results(client, shop, campaign)
    assert found["counts"] == {
        "members": 10, "held_out": 2, "planned": 8, "waiting": 1, "sending": 0, "sent": 6, "delivered": 2, "read": 1,
        "clicked": 1, "failed": 1, "unknown": 0, "released": 1, "opted_out": 1, "codes": 0, "redeemed": 0,
    }  # fmt: skip
    assert found["released"] == [{"why": "cap", "error_code": None, "count": 1}]
    assert found["failed"] == [{"error_code": 63049, "count": 1}]
    assert found["cost_micros"] == 5 * PRICE
    assert sum(day["planned"] for day in found["days"]) == 8
    assert sum(day["sent"] for day in found["days"]) == 6
    assert waiting.id not in {read, delivered, failed}


async def test_the_file_has_a_line_for_everybody_and_no_cell_that_a_spreadsheet_runs(
    client: httpx.AsyncClient, shop: Shop, scenes: Scenes
) -> None:
    campaign, written, held_out = campaign_of(scenes, shop, sent=3, held_out=2, days_ago=3)
    visit(shop, written[0], days_ago=1, centimos=1250)
    answer = await client.get(f"/api/v1/campaigns/{campaign}/results.csv", headers=shop.rosa.headers)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {line["customer_id"] for line in lines} == {str(card.customer_id) for card in (*written, *held_out)}
    assert sorted(line["arm"] for line in lines) == ["holdout"] * 2 + ["message"] * 3
    mine = next(line for line in lines if line["customer_id"] == str(written[0].customer_id))
    assert (mine["stamps"], mine["soles"], mine["cost_soles"]) == ("1", "12.50", "0.2600")
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line.values())


async def test_the_neighbours_campaign_is_not_there(
    client: httpx.AsyncClient, shop: Shop, neighbour: Shop, scenes: Scenes
) -> None:
    campaign = scenes.campaign(neighbour)
    for path in ("results", "results.csv"):
        answer = await client.get(f"/api/v1/campaigns/{campaign}/{path}", headers=shop.rosa.headers)
        assert answer.status_code == 404

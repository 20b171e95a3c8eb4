"""One stamp: counted once, refused with a reason, rewards for every step it crosses."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sello.domains.business import RewardRules, Step
from sello.shared import clock
from sello.shared.auth import rotating_code
from sello.shared.errors import CATALOGUE
from sello.shared.ids import id_at, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop

STRICT = RewardRules(
    steps=(Step(at=5, title="Café gratis"),), cooldown_minutes=30, card_daily_cap=5, staff_daily_cap=300
)


async def give(client: httpx.AsyncClient, shop: Shop, body: dict[str, Any], *, by: str = "diego") -> httpx.Response:
    return await client.post("/api/v1/stamps", json=body, headers=getattr(shop, by).headers)


def refusal(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert len(answer.json()["message"]) > 10
    return dict(answer.json()["details"])


async def test_a_stamp_counts_and_says_what_is_next(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    answer = await give(client, shop, shop.stamp(card))
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["balance"], said["of"], said["rewards"], said["customer_name"]) == (1, 10, [], "Ana")
    assert shop.balance(card) == (1, 1)


async def test_the_same_event_again_answers_the_same(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    body = shop.stamp(card, stamps=5)
    first = await give(client, shop, body)
    await give(client, shop, shop.stamp(card))
    second = await give(client, shop, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert shop.balance(card)[0] == 6


async def test_the_same_id_for_another_card_is_refused(client: httpx.AsyncClient, shop: Shop) -> None:
    one, other = shop.card(), shop.card()
    body = shop.stamp(one)
    await give(client, shop, body)
    refusal(await give(client, shop, body | {"scan_code": other.scan_code}), 409, "id_reused")
    assert shop.balance(other) == (0, 0)


async def test_one_purchase_may_cross_several_steps(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    answer = await give(client, shop, shop.stamp(card, stamps=17))
    said = answer.json()
    assert [(r["title"], r["threshold"]) for r in said["rewards"]] == [
        ("Café gratis", 5), ("Almuerzo gratis", 10), ("Café gratis", 5),
    ]  # fmt: skip
    assert said["balance"] == 7
    assert shop.balance(card) == (7, 4)


async def test_titles_reach_the_statement_as_they_were_written(client: httpx.AsyncClient, shop: Shop) -> None:
    titles = ["NULL", 'Café "doble", {grande}', r"\x41 50% %s ñ ✓", "  \u00a0€ 5 ' -- "]
    steps = tuple(Step(at=at, title=title) for at, title in enumerate(titles, start=1))
    shop.set_rules(RewardRules(steps=steps, cooldown_minutes=0, most_per_purchase=4))
    answer = await give(client, shop, shop.stamp(shop.card(), stamps=4))
    assert [reward["title"] for reward in answer.json()["rewards"]] == [step.title for step in steps]


async def test_an_intermediate_step_takes_nothing(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    for _ in range(5):
        answer = await give(client, shop, shop.stamp(card))
    assert answer.json()["balance"] == 5
    assert [r["threshold"] for r in answer.json()["rewards"]] == [5]
    rows = database.rows("SELECT kind, delta, balance_after FROM stamp_events WHERE card_id = %s ORDER BY seq", card.id)
    assert rows[-2:] == [("earn", 1, 5), ("issue_reward", 0, 5)]


async def test_less_required_by_a_new_rule_fills_the_card_at_the_next_stamp(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    card = shop.card()
    await give(client, shop, shop.stamp(card, stamps=9))
    shop.set_rules(LOOSE.model_copy(update={"steps": (Step(at=8, title="Torta"),)}))
    said = (await give(client, shop, shop.stamp(card))).json()
    assert ([r["title"] for r in said["rewards"]], said["balance"], said["of"]) == (["Torta"], 2, 8)


async def test_cooldown_says_when(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(STRICT)
    card = shop.card()
    at = datetime.now(UTC)
    await give(client, shop, shop.stamp(card, occurred_at=(at - timedelta(minutes=10)).isoformat()))
    details = refusal(await give(client, shop, shop.stamp(card, occurred_at=at.isoformat())), 409, "cooldown")
    assert datetime.fromisoformat(details["until"]) - at == timedelta(minutes=20)
    assert len(details["until_local"]) == 5


async def test_a_double_scan_is_told_apart_from_haste(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(STRICT)
    card = shop.card()
    await give(client, shop, shop.stamp(card))
    refusal(await give(client, shop, shop.stamp(card)), 409, "just_stamped")


async def test_a_late_event_looks_at_both_neighbours(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(STRICT)
    card = shop.card()
    now = datetime.now(UTC)

    async def at(hours: float) -> httpx.Response:
        return await give(client, shop, shop.stamp(card, occurred_at=(now - timedelta(hours=hours)).isoformat()))

    assert (await at(50)).status_code == 201
    assert (await at(46)).status_code == 201
    assert (await at(48)).status_code == 201  # late, two hours from both
    refusal(await at(47.8), 409, "cooldown")  # 12 minutes after the one before
    refusal(await at(46.2), 409, "cooldown")  # 12 minutes before the one after


async def test_the_day_cap_counts_in_the_shops_zone_and_for_late_days(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"card_daily_cap": 2}))
    card = shop.card()
    lima_noon = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0) - timedelta(days=3)

    async def at(moment: datetime) -> httpx.Response:
        return await give(client, shop, shop.stamp(card, occurred_at=moment.isoformat()))

    assert (await at(lima_noon + timedelta(days=1))).status_code == 201
    assert (await at(lima_noon)).status_code == 201
    # 23:59 in Lima is 04:59 of the next day in UTC, and still the same day.
    assert (await at(lima_noon + timedelta(hours=11, minutes=59))).status_code == 201
    refusal(await at(lima_noon + timedelta(hours=2)), 409, "card_cap")
    assert (await at(lima_noon + timedelta(hours=12, minutes=1))).status_code == 201


async def test_the_staff_cap_holds_and_the_owner_may_override(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"staff_daily_cap": 1}))
    one, other = shop.card(), shop.card()
    assert (await give(client, shop, shop.stamp(one))).status_code == 201
    refusal(await give(client, shop, shop.stamp(other)), 409, "staff_cap")
    assert shop.balance(other) == (0, 0)
    refusal(await give(client, shop, shop.stamp(other, override_reason="vino dos veces")), 403, "override_needs_owner")
    answer = await give(client, shop, shop.stamp(other, override_reason="vino dos veces"), by="rosa")
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"id": "0b5e8a1e-3c67-4b59-9e0f-6c1c5f6c2d11"}, 422, "id_not_plausible"),
        ({"scan_code": "0" * 20}, 404, "card_not_found"),
        ({"scan_code": "K" + "A" * 43}, 422, "code_invalid"),
        ({"stamps": 0}, 422, "invalid"),
        ({"stamps": 21}, 422, "too_many_stamps"),
        ({"occurred_at": "2026-11-23T10:00:00"}, 422, "invalid"),
        ({"balance": 9}, 422, "invalid"),
        ({"scan_code": None}, 422, "invalid"),
        ({"amount_centimos": -1}, 422, "invalid"),
        ({"device_id": "0198b1a2-0000-7000-8000-000000000000"}, 403, "device_unknown"),
        ({"branch_id": "0198b1a2-0000-7000-8000-000000000000"}, 422, "branch_unknown"),
        ({"occurred_at": "1999-01-01T00:00:00Z"}, 409, "too_late"),
        ({"override_reason": "a\nb c"}, 422, "invalid"),
    ],
)
async def test_what_is_refused(
    client: httpx.AsyncClient, shop: Shop, changes: dict[str, Any], status: int, code: str
) -> None:
    card = shop.card()
    refusal(await give(client, shop, shop.stamp(card, **changes)), status, code)
    assert shop.balance(card) == (0, 0)


async def test_a_pending_card_takes_no_stamp(client: httpx.AsyncClient, shop: Shop) -> None:
    refusal(await give(client, shop, shop.stamp(shop.card(confirmed=False))), 409, "card_pending")


async def test_another_shops_card_is_not_found(client: httpx.AsyncClient, shop: Shop, neighbour: Shop) -> None:
    card = neighbour.card()
    refusal(await give(client, shop, shop.stamp(card)), 404, "card_not_found")
    named = shop.stamp(card, scan_code=None, customer_id=str(card.customer_id))
    refusal(await give(client, shop, named), 404, "card_not_found")


async def test_a_dismissed_member_stamps_no_more(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card = shop.card()
    database.rows("UPDATE memberships SET disabled_at = app_now() WHERE account_id = %s", shop.diego.account_id)
    database.rows(
        "UPDATE sessions SET revoked_at = app_now(), revoked_why = 'dismissed' WHERE account_id = %s",
        shop.diego.account_id,
    )
    refusal(await give(client, shop, shop.stamp(card)), 401, "membership_ended")


async def test_a_closed_shop_stamps_no_more(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card = shop.card()
    database.rows("UPDATE businesses SET closed_at = app_now() WHERE id = %s", shop.business_id)
    refusal(await give(client, shop, shop.stamp(card)), 410, "business_closed")


async def test_the_future_is_clamped_and_flagged(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card = shop.card()
    ahead = datetime.now(UTC) + timedelta(days=3)
    answer = await give(client, shop, shop.stamp(card, occurred_at=ahead.isoformat()))
    assert answer.status_code == 201
    assert datetime.fromisoformat(answer.json()["occurred_at"]) < datetime.now(UTC) + timedelta(seconds=5)
    assert database.rows("SELECT flags FROM stamp_events WHERE card_id = %s", card.id) == [(["clock_ahead"],)]


async def test_a_rotating_code_counts_once_and_ends_after_a_minute(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    code = rotating_code(shop.settings.keys, card.id, clock.now())
    assert (await give(client, shop, shop.stamp(card, scan_code=code))).status_code == 201
    refusal(await give(client, shop, shop.stamp(card, scan_code=code)), 409, "code_used")
    old = rotating_code(shop.settings.keys, card.id, clock.now() - timedelta(minutes=5))
    refusal(await give(client, shop, shop.stamp(card, scan_code=old)), 409, "code_expired")


async def test_a_stamp_sent_again_after_its_code_ended_is_still_a_replay(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    ahead = clock.now() + timedelta(minutes=10)  # the phone's clock runs ahead, so only ours can call the code fresh
    body = shop.stamp(
        card, scan_code=rotating_code(shop.settings.keys, card.id, clock.now()), occurred_at=ahead.isoformat()
    )
    first = await give(client, shop, body)
    clock.shift(timedelta(minutes=2))
    again = await give(client, shop, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    refusal(await give(client, shop, body | {"id": str(id_at(clock.now()))}), 409, "code_expired")


async def test_an_older_code_of_another_till_is_not_a_used_one(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    then = clock.now() - timedelta(hours=2)
    older, newer = (rotating_code(shop.settings.keys, card.id, at) for at in (then, clock.now()))
    offline = shop.stamp(card, scan_code=older, occurred_at=(then + timedelta(seconds=5)).isoformat())
    assert (await give(client, shop, shop.stamp(card, scan_code=newer))).status_code == 201
    assert (await give(client, shop, offline)).status_code == 201
    refusal(await give(client, shop, offline | {"id": str(new_id())}), 409, "code_used")


async def test_an_offline_scan_of_a_rotating_code_is_judged_by_the_devices_time(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    card = shop.card()
    then = clock.now() - timedelta(hours=5)
    code = rotating_code(shop.settings.keys, card.id, then)
    body = shop.stamp(card, scan_code=code, occurred_at=(then + timedelta(seconds=20)).isoformat())
    assert (await give(client, shop, body)).status_code == 201


async def test_a_batch_judges_each_stamp_by_itself(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    good, again = shop.stamp(card), shop.stamp(card)
    await give(client, shop, again)
    batch = [good, again, shop.stamp(card, scan_code="1" * 20), {"id": str(new_id())}, shop.stamp(card)]
    answer = await client.post("/api/v1/stamps/batches", json={"stamps": batch}, headers=shop.diego.headers)
    assert answer.status_code == 200, answer.text
    outcomes = answer.json()["outcomes"]
    assert [o["outcome"] for o in outcomes] == ["counted", "replay", "refused", "refused", "counted"]
    assert outcomes[2]["refusal"]["code"] == "card_not_found"
    assert outcomes[2]["id"] == batch[2]["id"]
    assert outcomes[3]["refusal"]["code"] == "invalid"
    assert shop.balance(card) == (3, 3)


async def test_a_shop_without_rules_says_so(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    card = shop.card()
    database.rows("UPDATE businesses SET rule_version = 0 WHERE id = %s", shop.business_id)
    refusal(await give(client, shop, shop.stamp(card)), 409, "rules_missing")


async def test_a_shorter_card_gives_its_reward_to_those_who_had_that_step_on_the_way(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    card = shop.card()
    assert (await give(client, shop, shop.stamp(card, stamps=6))).status_code == 201
    shop.set_rules(LOOSE.model_copy(update={"steps": (Step(at=5, title="Almuerzo gratis"),)}))
    answer = await give(client, shop, shop.stamp(card))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["balance"], [r["title"] for r in answer.json()["rewards"]]) == (2, ["Almuerzo gratis"])


async def test_a_replay_answers_as_the_first_time_whatever_has_changed_since(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card, till = shop.card(), str(new_id())
    named = {"id": till, "name": "Caja 1"}
    assert (await client.post("/api/v1/devices", json=named, headers=shop.rosa.headers)).status_code == 201
    body = shop.stamp(card, stamps=3, device_id=till)
    first = await give(client, shop, body)
    assert first.status_code == 201, first.text
    shop.set_rules(STRICT)
    await client.delete(f"/api/v1/devices/{till}", headers=shop.rosa.headers)
    second = await give(client, shop, body)
    assert (second.status_code, second.json()) == (200, first.json())
    refusal(await give(client, shop, shop.stamp(card, stamps=3)), 422, "too_many_stamps")


async def test_an_outdated_token_is_told_to_be_renewed_and_loses_no_stamp(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    database.rows("UPDATE memberships SET version = version + 1 WHERE account_id = %s", shop.diego.account_id)
    refusal(await give(client, shop, shop.stamp(card)), 401, "unauthenticated")
    batch = {"stamps": [shop.stamp(card)]}
    answer = await client.post("/api/v1/stamps/batches", json=batch, headers=shop.diego.headers)
    said = answer.json()["outcomes"][0]["refusal"]
    assert (said["code"], said["permanent"]) == ("unauthenticated", False)
    scan = await client.get(f"/api/v1/scans/{card.scan_code}", headers=shop.diego.headers)
    refusal(scan, 401, "unauthenticated")


async def test_a_token_of_an_ended_session_gives_no_stamp(
    client: httpx.AsyncClient, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    database.rows(
        "UPDATE sessions SET revoked_at = app_now(), revoked_why = 'password' WHERE id = %s", shop.diego.session_id
    )
    refusal(await give(client, shop, shop.stamp(card)), 401, "session_ended")
    assert shop.balance(card) == (0, 0)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00"])
async def test_a_moment_outside_of_the_calendar_is_a_refusal(
    client: httpx.AsyncClient, shop: Shop, moment: str
) -> None:
    refusal(await give(client, shop, shop.stamp(shop.card(), occurred_at=moment)), 422, "invalid")


async def test_a_broken_stamp_of_a_batch_stops_no_other(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    good = json.dumps(shop.stamp(card)).encode()
    bad = json.dumps(shop.stamp(card, override_reason="cliente X")).encode().replace(b"X", b"\xff")
    body = b'{"stamps":[' + bad + b"," + good + b"]}"
    headers = {**shop.diego.headers, "content-type": "application/json"}
    answer = await client.post("/api/v1/stamps/batches", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert [o["outcome"] for o in answer.json()["outcomes"]] == ["refused", "counted"]
    assert answer.json()["outcomes"][0]["refusal"]["code"] == "malformed"


@pytest.mark.parametrize("code", ["business_suspended", "card_pending", "rules_missing"])
def test_what_people_can_still_put_right_is_not_told_as_final(code: str) -> None:
    assert not CATALOGUE[code].permanent

"""Minimum spend, happy hours, roll-over over HTTP; the owner's preview, versions and what is owed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from sello.domains.business import HappyHour, RewardRules, Step, rules_in_words
from sello.domains.loyalty.obligations.queries import owed_rewards, owed_stamps
from sello.domains.loyalty.obligations.rules import OpenRewards, Outlook, Standing, outlook_in_words, outlook_of
from sello.infrastructure.database.db import TenantPool
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop, TestCard
from tests.support.till import Till

LIMA = ZoneInfo("America/Lima")
ALWAYS = (HappyHour(weekdays=(1, 2, 3, 4, 5, 6, 7), starts="00:00", ends="24:00", factor=3),)


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def stamp(client: httpx.AsyncClient, shop: Shop, card: TestCard, **changes: Any) -> httpx.Response:
    return await client.post("/api/v1/stamps", json=shop.stamp(card, **changes), headers=shop.diego.headers)


@pytest.mark.parametrize(
    ("amount", "status", "code", "spanish", "english"),
    [
        (None, 422, "amount_missing", "se sella desde 15.50 soles", "from 15.50 soles on"),
        (1549, 409, "below_minimum", "La compra mínima para un sello es de 15.50 soles.", "is 15.50 soles."),
        (1550, 201, None, "", ""),
    ],
)
async def test_a_purchase_below_the_minimum_gives_no_stamp(
    client: httpx.AsyncClient, shop: Shop, amount: int | None, status: int, code: str, spanish: str, english: str
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"minimum_spend_centimos": 1550}))
    card = shop.card()
    for language, sentence in (("es", spanish), ("en", english)):
        body = shop.stamp(card, amount_centimos=amount)
        headers = shop.diego.headers | {"Accept-Language": language}
        answer = await client.post("/api/v1/stamps", json=body, headers=headers)
        assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
        assert sentence in answer.json().get("message", "")
        if code:
            assert answer.json()["details"] == {"minimum_centimos": 1550, "minimum": "15.50 soles"}
    assert shop.balance(card)[1] == (0 if code else 2)


async def test_the_owner_may_stamp_a_small_purchase_with_a_reason(client: httpx.AsyncClient, shop: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"minimum_spend_centimos": 1550}))
    body = shop.stamp(shop.card(), override_reason="Cliente de siempre")
    assert (await client.post("/api/v1/stamps", json=body, headers=shop.rosa.headers)).status_code == 201


async def test_a_happy_hour_says_why_and_a_replay_says_the_same(
    client: httpx.AsyncClient, shop: Shop, till: Till
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"happy_hours": ALWAYS, "card_daily_cap": 2}))
    card = shop.card()
    body = shop.stamp(card, stamps=2)
    answers = [await client.post("/api/v1/stamps", json=body, headers=shop.diego.headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200], answers[0].text
    said = answers[0].json()
    assert said == answers[1].json()
    assert (said["stamps"], said["factor"], said["balance"], len(said["rewards"])) == (6, 3, 6, 1)
    flags = till.database.rows("SELECT flags, delta FROM stamp_events WHERE card_id = %s AND kind = 'earn'", card.id)
    assert flags == [(["happy_x3"], 6)]
    [(count, told)] = till.database.rows(
        "SELECT payload -> 'count', payload -> 'flags' FROM events"
        " WHERE kind = 'StampAdded' AND payload ->> 'card_id' = %s",
        str(card.id),
    )
    assert (count, told) == (6, ["happy_x3"])
    assert (await stamp(client, shop, card)).json()["balance"] == 9
    assert (await stamp(client, shop, card)).json()["code"] == "card_cap", "a cap counts purchases"


async def test_an_offline_visit_is_judged_by_its_own_hour(client: httpx.AsyncClient, shop: Shop) -> None:
    visit = (datetime.now(LIMA) - timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)
    hour = HappyHour.model_validate({"weekdays": [visit.isoweekday()], "starts": "15:00", "ends": "15:01"})
    shop.set_rules(LOOSE.model_copy(update={"happy_hours": (hour,)}))
    for at, factor in ((0, 2), (-1, 1), (59_999_999, 2), (60_000_000, 1)):
        occurred = (visit + timedelta(microseconds=at)).astimezone(UTC).isoformat()
        answer = await stamp(client, shop, shop.card(), occurred_at=occurred)
        assert (answer.status_code, answer.json().get("factor")) == (201, factor), answer.text


@pytest.mark.parametrize(("roll_over", "balance", "flags"), [(True, 3, []), (False, 0, ["surplus"])])
async def test_what_is_left_over_when_the_card_is_full(
    client: httpx.AsyncClient, shop: Shop, till: Till, roll_over: bool, balance: int, flags: list[str]
) -> None:
    shop.set_rules(LOOSE.model_copy(update={"roll_over": roll_over}))
    card = shop.card()
    await till.stamp(card, 8)
    last = shop.stamp(card, stamps=5)
    answer = (await client.post("/api/v1/stamps", json=last, headers=shop.diego.headers)).json()
    assert (answer["balance"], answer["stamps"]) == (balance, 2 + balance)
    [(told,)] = till.database.rows("SELECT flags FROM stamp_events WHERE id = %s", last["id"])
    assert told == flags
    void = {"id": shop.stamp(card)["id"]}
    undone = await client.post(f"/api/v1/stamps/{last['id']}/void", json=void, headers=shop.diego.headers)
    assert undone.json()["balance"] == 8


async def test_a_card_above_new_rules_keeps_what_it_holds(shop: Shop, till: Till) -> None:
    card = shop.card()
    await till.stamp(card, 9)
    shop.set_rules(LOOSE.model_copy(update={"roll_over": False, "steps": (Step(at=4, title="Torta"),)}))
    await till.stamp(card, 5)  # 9 are two cakes and one stamp; three more fill the third card, two are left over
    assert till.ledger(card)[-4:] == [
        ("earn", 3, 12), ("issue_reward", -4, 8), ("issue_reward", -4, 4), ("issue_reward", -4, 0),
    ]  # fmt: skip


# ---------------------------------------------------------------- the owner looks ahead


def test_the_outlook_counts_every_card_once() -> None:
    present = RewardRules(steps=(Step(at=10, title="Almuerzo"),))
    standings = [Standing(2, True, 5), Standing(7, False, 3), Standing(9, True, 2), Standing(12, False, 1)]
    longer = RewardRules(steps=(Step(at=12, title="Almuerzo"),), stamps_expire_days=30)
    shorter = RewardRules(steps=(Step(at=8, title="Almuerzo"),))
    open_rewards = OpenRewards(rewards=4, with_end=1)
    assert outlook_of(longer, present, standings, open_rewards) == Outlook(
        cards=11,
        full_at_next_stamp=1,
        need_more=10,
        need_fewer=0,
        unchanged=0,
        for_good=7,
        rewards=4,
        rewards_with_end=1,
    )
    seen = outlook_of(shorter, present, standings, open_rewards)
    assert seen == Outlook(
        cards=11,
        full_at_next_stamp=6,
        need_more=0,
        need_fewer=5,
        unchanged=0,
        for_good=0,
        rewards=4,
        rewards_with_end=1,
    )
    assert outlook_in_words(seen, "es") == [
        "11 tarjetas en curso conservan sus sellos.",
        "6 tarjetas se llenan con su próximo sello.",
        "5 tarjetas necesitarán menos sellos que ahora para llenarse.",
        "4 premios por recoger siguen valiendo igual.",
        "1 premio conserva la fecha de vencimiento que ya tenía.",
    ]
    assert outlook_of(present, None, standings, open_rewards).unchanged == 8
    assert outlook_in_words(outlook_of(present, present, [], OpenRewards(0, 0)), "en") == ["No card has stamps now."]


async def test_a_preview_changes_nothing_and_says_what_would_be(
    client: httpx.AsyncClient, shop: Shop, till: Till
) -> None:
    for count in (2, 6, 6, 9):
        await till.stamp(shop.card(), count)
    proposed = {"steps": [{"at": 7, "title": "Torta"}], "stamps_expire_days": 30}
    url = f"/api/v1/businesses/{shop.business_id}/rules"
    answer = await client.post(f"{url}/preview", json=proposed, headers=shop.rosa.headers | {"Accept-Language": "en"})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["cards"], said["full_at_next_stamp"], said["need_fewer"], said["for_good"]) == (4, 3, 1, 4)
    assert said["rewards"] == 3
    assert said["in_words"][0] == "4 cards in progress keep their stamps."
    assert said["terms"] == rules_in_words(RewardRules.model_validate(proposed), "en")
    versions = (await client.get(f"{url}/versions", headers=shop.rosa.headers)).json()
    assert [version["version"] for version in versions["versions"]] == [1]


async def test_every_version_is_kept_and_listed(client: httpx.AsyncClient, shop: Shop) -> None:
    for at in (6, 7, 8):
        body = {"steps": [{"at": at, "title": "Torta"}]}
        answer = await client.put("/api/v1/reward-rules", json=body, headers=shop.rosa.headers)
        assert answer.status_code == 200, answer.text
    url, seen, before = f"/api/v1/businesses/{shop.business_id}/rules/versions", list[dict[str, Any]](), None
    while True:
        params = {"limit": 3} | ({"before": before} if before else {})
        page = (await client.get(url, params=params, headers=shop.rosa.headers)).json()
        seen, before = seen + page["versions"], page["next"]
        if before is None:
            break
    assert [(one["version"], one["in_force"], one["by"]) for one in seen] == [
        (4, True, "Rosa Quispe"), (3, False, "Rosa Quispe"), (2, False, "Rosa Quispe"), (1, False, None),
    ]  # fmt: skip
    assert [one["rules"]["steps"][-1]["at"] for one in seen] == [8, 7, 6, 10]
    assert seen[0]["terms"][0] == "Con 8 sellos se llena la tarjeta: Torta."


async def test_what_is_owed_by_when_it_ends(client: httpx.AsyncClient, shop: Shop, till: Till) -> None:
    await till.stamp(shop.card(), 6)
    url = f"/api/v1/businesses/{shop.business_id}/owed"
    assert (await client.get(url, headers=shop.rosa.headers)).json() == {
        "stamps": [{"ends": "never", "cards": 1, "stamps": 6}],
        "rewards": [{"ends": "never", "title": "Café gratis", "rewards": 1}],
    }
    shop.set_rules(LOOSE.model_copy(update={"stamps_expire_days": 20, "rewards_expire_days": 7}))
    gone, card, handed = shop.card(), shop.card(), shop.card()
    await till.stamp(gone, 2)
    till.pass_time(timedelta(days=21))
    await till.stamp(card, 5)
    await till.stamp(handed, 5)
    await till.hand_over(till.rewards(handed)[0])
    stamps = await owed_stamps(till.db, shop.business_id)
    assert sorted((one.ends, one.cards, one.stamps) for one in stamps) == [("never", 1, 6), ("within_30_days", 2, 10)]
    rewards = await owed_rewards(till.db, shop.business_id, most=10)
    assert sorted((one.title, one.ends, one.rewards) for one in rewards) == [
        ("Café gratis", "never", 1), ("Café gratis", "within_7_days", 1),
    ]  # fmt: skip


async def test_the_card_s_page_says_the_rules_in_words(client: httpx.AsyncClient, shop: Shop) -> None:
    card = shop.card()
    page = await client.get(f"/api/v1/cards/by-link/{shop.code}{card.link}")
    assert page.json()["terms"] == rules_in_words(LOOSE, "es")

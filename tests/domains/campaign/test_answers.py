"""Why a customer got a message or not: what is told is what the plan does, for every trigger and kind of person."""

from datetime import timedelta
from typing import Any

import pytest

from sello.domains.campaign.planning.rules import Planned
from sello.shared import clock
from tests.support.campaigns import Campaigns, agree, reach
from tests.support.evenings import past
from tests.support.shop import LOOSE, Shop, TestCard
from tests.support.till import Till

KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "inactivity", "days_inactive": 14, "at_most_days": 60},
    {"kind": "birthday", "days_before": 3},
    {"kind": "milestone", "visit": 3},
    {"kind": "near_reward", "missing": 2, "after_days": 2},
    {"kind": "reward_unused", "after_days": 3},
    {"kind": "expiring", "before_days": 10, "what": "both"},
    {"kind": "expiring", "before_days": 14, "what": "stamps"},
    {"kind": "segment"},
)


async def people(shop: Shop, till: Till) -> dict[str, TestCard]:
    """Whoever a trigger may or may not mean."""
    shop.set_rules(LOOSE.model_copy(update={"rewards_expire_days": 12, "stamps_expire_days": 14}))
    names = (
        "new", "away14", "away13", "away60", "away61", "third", "second", "three", "four", "five", "six", "collected",
        "birthday", "other_day", "silent", "out", "blocked",
    )  # fmt: skip
    cards = {name: shop.card(name=name, days_ago=100) for name in names}
    away = [(cards[f"away{days}"], (days,)) for days in (14, 13, 60, 61)]
    past(shop, [*away, (cards["third"], (9, 8)), (cards["second"], (9,))])
    for name, count in (("three", 3), ("four", 4), ("five", 5), ("six", 6), ("collected", 5)):
        await till.stamp(cards[name], count)
    await till.hand_over(till.rewards(cards["collected"])[0])
    for name in ("silent", "out", "blocked"):
        await till.stamp(cards[name], 8)
    soon = clock.now() - timedelta(hours=5) + timedelta(days=3 + 3)
    with shop.connect() as connection:
        for name, day in (("birthday", soon), ("other_day", soon + timedelta(days=1))):
            connection.execute(
                "UPDATE customers SET birth_month = %s, birth_day = %s WHERE id = %s",
                (day.month, day.day, cards[name].customer_id),
            )
    agree(shop, *(card for name, card in cards.items() if name != "silent"))
    agree(shop, cards["out"], kind="opt_out")
    reach(shop, cards["blocked"], "blocked_at")
    return cards


@pytest.mark.parametrize("trigger", KINDS, ids=lambda one: "-".join(map(str, one.values())))
async def test_what_is_told_is_what_the_plan_does(
    campaigns: Campaigns, shop: Shop, till: Till, trigger: dict[str, Any]
) -> None:
    cards = await people(shop, till)
    if trigger["kind"] == "segment":
        listed = [cards[name] for name in ("new", "five", "out", "blocked", "silent")]
        trigger = trigger | {"customer_ids": [str(card.customer_id) for card in listed]}
    campaign = await campaigns.start(trigger)
    till.pass_time(timedelta(days=3))
    for name in ("third", "second"):
        await till.stamp(cards[name])

    async def told(card: TestCard) -> tuple[str, str | None]:
        answers = (await campaigns.get(f"customers/{card.customer_id}/campaign-answers"))["answers"]
        return next((one["outcome"], one["reason"]) for one in answers if one["campaign_id"] == campaign["id"])

    before = {name: await told(card) for name, card in cards.items()}
    planned = await campaigns.plan(campaign)
    meant = {row[0] for row in campaigns.members(campaign)}
    got = {name for name, card in cards.items() if card.customer_id in meant}
    assert {name for name, said in before.items() if said == ("no_match", "tomorrow")} == got, before
    assert planned == Planned(len(got), 0)
    assert got, "nobody was meant: the scene is empty for this trigger"
    assert {name for name, card in cards.items() if (await told(card))[0] == "message"} == got
    left = (await campaigns.get(f"campaigns/{campaign['id']}/left-out", limit=100))["customers"]
    names = {str(card.customer_id): name for name, card in cards.items()}
    listed_out = {names[one["customer_id"]]: one["reason"] for one in left if one["reason"] != "already"}
    assert listed_out == {name: said[1] for name, said in before.items() if said[0] == "left_out"}

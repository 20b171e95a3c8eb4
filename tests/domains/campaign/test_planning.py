"""Who is meant, who gets a message, who is held out: once for each occasion, one message a week."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sello.domains.campaign.planning.rules import Planned, arm_of
from sello.shared import clock
from sello.shared.ids import CustomerId, new_id
from tests.support.campaigns import Campaigns, agree, reach, template
from tests.support.evenings import past
from tests.support.shop import LOOSE, Shop
from tests.support.till import Till

LIMA = ZoneInfo("America/Lima")


def today() -> date:
    return clock.now().astimezone(LIMA).date()


async def test_who_was_away_gets_one_message_with_a_code_and_a_link(campaigns: Campaigns, shop: Shop) -> None:
    ana, bea, carla, dora = (shop.card(name=name, days_ago=300) for name in ("Ana", "Bea", "Carla", "Dora"))
    agree(shop, ana, bea, carla, dora)
    past(shop, [(ana, (14, 40)), (bea, (13,)), (carla, (200,))])
    campaign = await campaigns.start({"kind": "inactivity", "days_inactive": 14})
    assert await campaigns.plan(campaign) == Planned(1, 0)
    last = today() - timedelta(days=14)
    assert campaigns.members(campaign) == [(ana.customer_id, f"visit:{last}", "message")]
    rows = campaigns.database.rows(
        "SELECT s.sender, s.category, s.cost_micros, s.due_at - s.planned_at, w.from_at = s.due_at, d.percent, d.gift,"
        " (d.expires_at AT TIME ZONE 'America/Lima')::date - (s.due_at AT TIME ZONE 'America/Lima')::date,"
        " char_length(d.code), char_length(l.token), l.expires_at > d.expires_at"
        " FROM campaign_sends s JOIN send_windows w ON w.send_id = s.id JOIN discount_codes d ON d.send_id = s.id"
        " JOIN short_links l ON l.send_id = s.id WHERE s.campaign_id = %s",
        campaign["id"],
    )
    assert [row[:3] + row[4:] for row in rows] == [
        ("+15005550006", "marketing", 278_610, True, 20, None, 15, 13, 13, True)
    ]
    assert await campaigns.plan(campaign) == Planned(0, 0)
    progress = (await campaigns.get(f"campaigns/{campaign['id']}"))["progress"]
    assert (progress["members"], progress["waiting"]) == (1, 1)


async def test_nobody_who_may_not_be_written_to_is_planned(campaigns: Campaigns, shop: Shop) -> None:
    cards = {name: shop.card(name=name) for name in ("ok", "never", "out", "invalid", "away", "blocked", "held")}
    past(shop, [(card, (20,)) for card in cards.values()])
    agree(shop, *(card for name, card in cards.items() if name != "never"))
    agree(shop, cards["out"], kind="opt_out")
    reach(shop, cards["invalid"], "invalid_at")
    reach(shop, cards["away"], "unreachable_at")
    reach(shop, cards["blocked"], "blocked_at")
    reach(shop, cards["held"], "pause_until", "tomorrow")
    pending = shop.card(name="pending", confirmed=False)
    campaign = await campaigns.start({"kind": "inactivity"})
    assert await campaigns.plan(campaign) == Planned(1, 0)
    assert [row[0] for row in campaigns.members(campaign)] == [cards["ok"].customer_id]
    assert pending.customer_id not in {row[0] for row in campaigns.members(campaign)}
    left = await campaigns.get(f"campaigns/{campaign['id']}/left-out")
    assert Counter(one["reason"] for one in left["customers"]) == Counter(
        ["already", "no_consent", "opted_out", "phone_invalid", "not_on_whatsapp", "blocked", "marketing_paused"]
    )
    utility = await campaigns.start(
        {"kind": "inactivity"}, template_id=template(shop, category="utility"), name="Un aviso"
    )
    assert await campaigns.plan(utility, only=[cards["held"].customer_id]) == Planned(1, 0), "a pause is of marketing"


async def test_a_second_campaign_waits_for_the_week_of_the_first(campaigns: Campaigns, shop: Shop, till: Till) -> None:
    ana = shop.card()
    agree(shop, ana)
    past(shop, [(ana, (20,))])
    first = await campaigns.start({"kind": "inactivity"})
    second = await campaigns.start({"kind": "segment", "customer_ids": [str(ana.customer_id)]}, name="Otra")
    assert await campaigns.plan(first) == Planned(1, 0)
    assert await campaigns.plan(second) == Planned(0, 0)
    answers = (await campaigns.get(f"customers/{ana.customer_id}/campaign-answers"))["answers"]
    said = {one["campaign_name"]: (one["outcome"], one["reason"]) for one in answers}
    assert said == {"Te extrañamos": ("message", None), "Otra": ("left_out", "recent_message")}
    till.pass_time(timedelta(hours=167, minutes=59))
    assert await campaigns.plan(second) == Planned(0, 0)
    till.pass_time(timedelta(minutes=2))
    assert await campaigns.plan(second) == Planned(1, 0)


async def test_birthdays_come_once_a_year_and_the_29th_of_february_on_the_28th(
    campaigns: Campaigns, shop: Shop, till: Till
) -> None:
    ana, leap = shop.card(name="Ana", days_ago=1500), shop.card(name="Bea", days_ago=1500)
    agree(shop, ana, leap)
    soon = today() + timedelta(days=2)
    with shop.connect() as connection:
        connection.execute(
            "UPDATE customers SET birth_month = %s, birth_day = %s WHERE id = %s",
            (soon.month, soon.day, ana.customer_id),
        )
        connection.execute("UPDATE customers SET birth_month = 2, birth_day = 29 WHERE id = %s", (leap.customer_id,))
    campaign = await campaigns.start({"kind": "birthday", "days_before": 2}, gift="Torta", discount_percent=None)
    assert await campaigns.plan(campaign) == Planned(1, 0)
    assert campaigns.members(campaign) == [(ana.customer_id, f"year:{soon.year}", "message")]
    assert await campaigns.plan(campaign) == Planned(0, 0)
    year = next(year for year in range(soon.year + 1, soon.year + 9) if year % 4)
    shift = datetime(year, 2, 26, 17, tzinfo=UTC) - clock.now()
    till.pass_time(shift)
    assert await campaigns.plan(campaign) == Planned(1, 0)
    assert campaigns.members(campaign)[-1] == (leap.customer_id, f"year:{year}", "message")


async def test_the_nth_visit_counts_days_and_forgets_voided_stamps(
    campaigns: Campaigns, shop: Shop, till: Till
) -> None:
    ana, bea = shop.card(name="Ana"), shop.card(name="Bea")
    agree(shop, ana, bea)
    past(shop, [(ana, (9, 8)), (bea, (9, 8))])
    campaign = await campaigns.start({"kind": "milestone", "visit": 3})
    await till.stamp(ana)
    await till.stamp(ana)
    gone = await till.stamp(bea)
    await till.void(gone)
    assert await campaigns.plan(campaign) == Planned(1, 0)
    assert campaigns.members(campaign) == [(ana.customer_id, "visit:3", "message")]
    till.pass_time(timedelta(days=1))
    await till.stamp(ana)
    assert await campaigns.plan(campaign) == Planned(0, 0)


async def test_near_a_reward_and_not_here_for_days(campaigns: Campaigns, shop: Shop, till: Till) -> None:
    ana, bea = shop.card(name="Ana"), shop.card(name="Bea")
    agree(shop, ana, bea)
    await till.stamp(ana, 3)
    await till.stamp(bea, 2)
    campaign = await campaigns.start({"kind": "near_reward", "missing": 2, "after_days": 3})
    assert await campaigns.plan(campaign) == Planned(0, 0)
    till.pass_time(timedelta(days=3))
    assert await campaigns.plan(campaign) == Planned(1, 0)
    assert campaigns.members(campaign) == [(ana.customer_id, "cycle:0:5", "message")]


async def test_a_reward_that_waits_and_one_that_expires(campaigns: Campaigns, shop: Shop, till: Till) -> None:
    shop.set_rules(LOOSE.model_copy(update={"rewards_expire_days": 20, "stamps_expire_days": 30}))
    ana, bea = shop.card(name="Ana"), shop.card(name="Bea")
    agree(shop, ana, bea)
    await till.stamp(ana, 6)
    await till.stamp(bea, 5)
    await till.hand_over(till.rewards(bea)[0])
    unused = await campaigns.start({"kind": "reward_unused", "after_days": 7})
    ending = await campaigns.start({"kind": "expiring", "before_days": 5}, name="Se acaba")
    assert await campaigns.plan(unused) == Planned(0, 0)
    till.pass_time(timedelta(days=7))
    assert await campaigns.plan(unused) == Planned(1, 0)
    assert campaigns.members(unused) == [(ana.customer_id, f"reward:{till.rewards(ana)[0]}", "message")]
    till.pass_time(timedelta(days=8))
    assert await campaigns.plan(ending) == Planned(1, 0), "Bea collected hers; her stamps last longer"
    assert campaigns.members(ending)[0][:2] == (ana.customer_id, f"rewards:{today() + timedelta(days=20)}")
    till.pass_time(timedelta(days=-15))


async def test_a_segment_means_its_list_once_and_ends_by_itself(campaigns: Campaigns, shop: Shop, till: Till) -> None:
    ana, bea, carla = (shop.card(name=name) for name in ("Ana", "Bea", "Carla"))
    agree(shop, ana, bea, carla)
    people = [str(ana.customer_id), str(bea.customer_id)]
    campaign = await campaigns.start({"kind": "segment", "customer_ids": people})
    assert campaign["trigger"] == {"kind": "segment", "customers": 2}
    assert await campaigns.plan_shop() == Planned(2, 0)
    assert (await campaigns.get(f"campaigns/{campaign['id']}"))["state"] == "active", "two messages wait"
    with shop.connect() as connection:
        connection.execute(
            "UPDATE campaign_sends SET claimed_at = app_now(), claims = 1, accepted_at = app_now(), rank = 2,"
            " sid = 'SM' || replace(id::text, '-', '') WHERE campaign_id = %(id)s",
            campaign,
        )
        connection.execute(
            "UPDATE campaigns SET committed_micros = (SELECT sum(cost_micros) FROM campaign_sends"
            " WHERE campaign_id = %(id)s) WHERE id = %(id)s",
            campaign,
        )
        connection.execute(
            "UPDATE campaigns c SET committed_micros ="
            " (SELECT sum(s.cost_micros) FROM campaign_sends s WHERE s.campaign_id = c.id) WHERE c.id = %s",
            (campaign["id"],),
        )
    assert await campaigns.plan_shop() == Planned(0, 0)
    assert (await campaigns.get(f"campaigns/{campaign['id']}"))["state"] == "ended"


async def test_who_is_held_out_is_drawn_once_and_kept(campaigns: Campaigns, shop: Shop) -> None:
    cards = [shop.card(name=f"Cliente {number}") for number in range(60)]
    agree(shop, *cards)
    past(shop, [(card, (20,)) for card in cards])
    campaign = await campaigns.start({"kind": "inactivity"}, holdout_percent=50)
    planned = await campaigns.plan(campaign)
    assert planned.messages + planned.held_out == 60
    assert 12 < planned.held_out < 48
    arms = {row[0]: row[2] for row in campaigns.members(campaign)}
    key = shop.settings.keys.mac("campaign-arm", _bytes(campaign["id"]))
    assert arms == {card.customer_id: arm_of(key, card.customer_id, 50) for card in cards}
    # The next occasion: everybody keeps their arm, also those whose draw would be another one by now.
    swapped = next(customer for customer, arm in arms.items() if arm == "holdout")
    with shop.connect() as connection:
        connection.execute("UPDATE cards SET history_at = history_at + interval '3 days'")
        connection.execute("UPDATE campaigns SET holdout_percent = 0 WHERE id = %s", (campaign["id"],))
        connection.execute(
            "UPDATE send_windows SET from_at = from_at - interval '8 days', until_at = until_at - interval '8 days'"
            " WHERE business_id = %s",
            (shop.business_id,),
        )
    again = await campaigns.plan(campaign)
    assert again == planned
    after = {(row[0], row[2]) for row in campaigns.members(campaign)}
    assert after == set(arms.items()), f"one arm each, {swapped} too"
    with shop.connect() as connection:
        connection.execute("UPDATE cards SET history_at = history_at - interval '3 days'")


def _bytes(text: Any) -> bytes:
    from uuid import UUID

    return UUID(text).bytes


def test_the_draw_is_fair() -> None:
    key = b"k" * 32
    people = [CustomerId(new_id()) for _ in range(20_000)]
    assert [arm_of(key, one, 0) for one in people[:100]] == ["message"] * 100
    share = sum(arm_of(key, one, 10) == "holdout" for one in people) / len(people)
    assert 0.085 < share < 0.115
    other = sum(arm_of(b"o" * 32, one, 50) == arm_of(key, one, 50) for one in people) / len(people)
    assert 0.45 < other < 0.55, "another campaign draws anew"


async def test_no_more_is_planned_than_the_budget_holds(campaigns: Campaigns, shop: Shop) -> None:
    cards = [shop.card(name=f"Cliente {number}") for number in range(5)]
    agree(shop, *cards)
    past(shop, [(card, (20,)) for card in cards])
    campaign = await campaigns.start({"kind": "inactivity"}, budget_centimos=60)
    assert await campaigns.plan(campaign) == Planned(2, 0), "0.60 soles are two messages at 0.2786"
    assert await campaigns.plan(campaign) == Planned(0, 0)


async def test_quiet_hours_wait_for_the_shops_morning(campaigns: Campaigns, shop: Shop, till: Till) -> None:
    ana = shop.card()
    agree(shop, ana)
    past(shop, [(ana, (20,))])
    night = datetime.combine(today() + timedelta(days=1), datetime.min.time(), LIMA) + timedelta(hours=3)
    till.pass_time(night - clock.now())
    campaign = await campaigns.start({"kind": "inactivity"}, quiet_from="20:00", quiet_until="09:30")
    assert await campaigns.plan(campaign) == Planned(1, 0)
    due = campaigns.database.rows("SELECT due_at FROM campaign_sends WHERE campaign_id = %s", campaign["id"])[0][0]
    assert due.astimezone(LIMA) == night.replace(hour=9, minute=30)


async def test_paused_and_ended_ones_plan_nobody_and_an_end_lets_go(campaigns: Campaigns, shop: Shop) -> None:
    from sello.domains.campaign.planning.actions import let_go
    from sello.shared.ids import CampaignId

    ana, bea = shop.card(name="Ana"), shop.card(name="Bea")
    agree(shop, ana, bea)
    past(shop, [(ana, (20,))])
    campaign = await campaigns.start({"kind": "inactivity"})
    await campaigns.put(campaign, "pause")
    assert await campaigns.plan(campaign) == Planned(0, 0)
    await campaigns.put(campaign, "pause", method="DELETE")
    assert await campaigns.plan(campaign) == Planned(1, 0)
    await campaigns.put(campaign, "end")
    assert await campaigns.plan(campaign) == Planned(0, 0)
    assert await let_go(campaigns.db, shop.business_id, CampaignId(campaign["id"])) == 1
    assert await let_go(campaigns.db, shop.business_id, CampaignId(campaign["id"])) == 0
    rows = campaigns.database.rows(
        "SELECT s.released_why, w.freed_at IS NOT NULL, d.withdrawn_at IS NOT NULL FROM campaign_sends s"
        " JOIN send_windows w ON w.send_id = s.id JOIN discount_codes d ON d.send_id = s.id WHERE s.campaign_id = %s",
        campaign["id"],
    )
    assert rows == [("ended", True, True)]


async def test_whoever_comes_in_is_not_told_that_they_are_missed(campaigns: Campaigns, shop: Shop, till: Till) -> None:
    from sello.domains.campaign.planning.actions import plan_customer
    from tests.support.campaigns import SENDER

    ana = shop.card()
    agree(shop, ana)
    past(shop, [(ana, (20,))])
    campaign = await campaigns.start({"kind": "inactivity"})
    milestone = await campaigns.start({"kind": "milestone", "visit": 2}, name="Segunda visita")
    await campaigns.plan(campaign)
    await till.stamp(ana)
    for _ in range(2):
        await plan_customer(
            campaigns.db, shop.settings.keys, shop.business_id, ana.customer_id, sender=SENDER, stamped=True
        )
    assert campaigns.database.rows(
        "SELECT released_why FROM campaign_sends WHERE campaign_id = %s", campaign["id"]
    ) == [("visited",)]
    assert campaigns.members(milestone) == [(ana.customer_id, "visit:2", "message")], "her week is free again"


@pytest.mark.parametrize("kind", ["inactivity", "birthday", "milestone", "near_reward", "reward_unused", "expiring"])
async def test_an_estimate_writes_nothing_and_explains_everybody(campaigns: Campaigns, shop: Shop, kind: str) -> None:
    ana, bea = shop.card(name="Ana"), shop.card(name="Bea")
    agree(shop, ana)
    past(shop, [(ana, (20,)), (bea, (20,))])
    answer = await campaigns.client.post(
        "/api/v1/audience-estimates", json={"trigger": {"kind": kind}}, headers=shop.rosa.headers
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["customers"] == 2
    assert found["matching"] == found["messages"] + found["held_out"] + sum(one["count"] for one in found["left_out"])
    if kind == "inactivity":
        assert (found["messages"], found["left_out"]) == (1, [{"reason": "no_consent", "count": 1}])
    assert campaigns.database.rows("SELECT 1 FROM campaigns WHERE business_id = %s", shop.business_id) == []

"""The home page beside its numbers: the day by its hours, the lines of thirty days, who is slipping away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from sello.domains.analytics.days.rules import DayMoves, HourRow, by_hours, days_of
from sello.shared.ids import new_id
from tests.support.counting import World, ago
from tests.support.shop import Person, Shop

LIMA = ZoneInfo("America/Lima")
TODAY = date(2026, 11, 23)


async def asked(client: httpx.AsyncClient, what: str, by: Person, **query: Any) -> Any:
    answer = await client.get(f"/api/v1/dashboard/{what}", params=query, headers=by.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


# ---------------------------------------------------------------- hours


async def test_today_beside_the_same_weekday(world: World, client: httpx.AsyncClient) -> None:
    """In Lima at noon, so that neither a minute before nor one after is another day."""
    noon = datetime.now(LIMA).replace(hour=12, minute=30, second=0, microsecond=0)
    ana, beto, carla = (world.card() for _ in range(3))
    north = world.branches[1]
    for card, weeks, minutes, branch in (
        (carla, 2, 60, None), (ana, 1, 60, None), (beto, 1, -60, None),
        (beto, 0, 125, None), (ana, 0, 5, north), (ana, 0, 1, None),  # Ana twice: one visit
    ):  # fmt: skip
        at = noon - timedelta(weeks=weeks, minutes=minutes)
        world.till.pass_time(at - datetime.now(LIMA) - world.till.late)
        await world.stamp(card, at, branch=branch)
    world.till.pass_time(noon - datetime.now(LIMA) - world.till.late)
    found = await asked(client, "hours", world.shop.rosa)
    assert (found["today"], found["zone"]) == (noon.date().isoformat(), "America/Lima")
    assert (found["visits"], found["stamps"], found["weeks"], found["usual_by_now"]) == (2, 3, 2, 1.0)
    assert [(hour["hour"], hour["visits"], hour["usual"]) for hour in found["hours"]] == [
        (10, 1, 0.0),
        (11, 0, 1.0),
        (12, 1, 0.0),
        (13, 0, 0.5),
    ]
    here = await asked(client, "hours", world.shop.diego, branch_id=str(north))
    assert (here["visits"], here["stamps"], here["usual_by_now"]) == (1, 1, None)
    assert (await asked(client, "hours", world.shop.rosa, branch_id=str(new_id())))["visits"] == 0


async def test_a_stamp_counts_at_once_and_a_void_as_fast(world: World, client: httpx.AsyncClient) -> None:
    """No reaction has run: the ledger itself is asked."""
    card = world.card()
    body = world.shop.stamp(card, stamps=5)
    await client.post("/api/v1/stamps", json=body, headers=world.shop.diego.headers)
    found = await asked(client, "hours", world.shop.rosa)
    assert (found["visits"], found["stamps"]) == (1, 5)
    void = {"id": str(new_id())}
    await client.post(f"/api/v1/stamps/{body['id']}/void", json=void, headers=world.shop.diego.headers)
    found = await asked(client, "hours", world.shop.rosa)
    assert (found["visits"], found["stamps"], found["hours"]) == (0, 0, [])


async def test_who_collects_is_marked(world: World, client: httpx.AsyncClient) -> None:
    card = world.card()
    await world.stamp(card, ago(0), count=5)
    await world.till.hand_over(world.till.rewards(card)[0])
    found = await asked(client, "hours", world.shop.rosa)
    assert found["rewards"] == 1
    assert [(hour["visits"], hour["with_reward"]) for hour in found["hours"]] == [(1, 1)]


def hour_row(weeks_ago: int | None, hour: int | None, visits: int, by_now: int) -> HourRow:
    now = datetime(2026, 11, 23, 23, tzinfo=UTC)
    return HourRow("America/Lima", now, TODAY, weeks_ago, hour, visits, by_now, 0, visits, 0)


def test_weeks_in_which_nobody_came_are_not_usual() -> None:
    rows = [hour_row(0, 9, 4, 4), hour_row(1, 9, 2, 2), hour_row(3, 8, 1, 1), hour_row(3, 20, 5, 0)]
    day = by_hours(rows)
    assert (day.visits, day.weeks, day.usual_by_now) == (4, 2, 1.5)
    assert [(hour.hour, hour.usual) for hour in day.hours][:2] == [(8, 0.5), (9, 1.0)]
    assert len(day.hours) == 13


def test_a_day_without_anybody() -> None:
    day = by_hours([hour_row(None, None, 0, 0)])
    assert (day.visits, day.weeks, day.usual_by_now, day.hours) == (0, 0, None, ())


# ---------------------------------------------------------------- days


async def test_the_lines_end_where_the_numbers_stand(world: World, client: httpx.AsyncClient) -> None:
    """Compared with the home page's own numbers, which are summed by another statement."""
    ana, beto, carla, dora = (world.card() for _ in range(4))
    for card, days in ((ana, (75, 50, 40, 10, 1, 0)), (beto, (50, 40)), (carla, (5,)), (dora, (80,))):
        for day in days:
            world.history(card, ago(day))
    await world.count(ana.id, beto.id, carla.id, dora.id)
    days = (await asked(client, "days", world.shop.rosa))["days"]
    numbers = await asked(client, "metrics", world.shop.rosa)
    assert len(days) == 30
    assert days[-1]["day"] == numbers["day"]
    assert (days[-1]["retention"], days[-1]["at_risk"]) == (
        numbers["retention"]["value"],
        numbers["at_risk"]["value"],
    )
    assert sum(day["visits"] for day in days) == numbers["last_30_days"]["visits"]["value"] == 4
    branch = (await asked(client, "days", world.shop.rosa, branch_id=str(world.branches[1])))["days"]
    assert {(day["visits"], day["at_risk"]) for day in branch} == {(0, None)}


def test_what_was_before_stands_in_the_first_day() -> None:
    first = TODAY - timedelta(days=59)
    moves = [
        DayMoves(TODAY, first, 0, 8, 4, 2),
        DayMoves(TODAY, TODAY - timedelta(days=29), 3, 2, 2, 0),
        DayMoves(TODAY, TODAY, 5, 0, 2, -1),
    ]
    days = days_of(moves, of_branch=False)
    assert (days[0].visits, days[0].retention, days[0].at_risk) == (3, 0.75, 2)
    assert (days[-1].visits, days[-1].retention, days[-1].at_risk) == (5, 1.0, 1)


def test_a_shop_without_days_has_empty_ones() -> None:
    days = days_of([DayMoves(TODAY, None, 0, 0, 0, 0)], of_branch=False)
    assert [day.day for day in days] == [TODAY - timedelta(days=ago) for ago in reversed(range(30))]
    assert {(day.visits, day.retention, day.at_risk) for day in days} == {(0, None, 0)}


# ---------------------------------------------------------------- who is slipping away


async def test_who_is_missed_by_name(world: World, client: httpx.AsyncClient, neighbour: Shop) -> None:
    often, rarely, lost, here = (world.card() for _ in range(4))
    for card, days in ((often, (30, 27, 24, 21, 10)), (rarely, (60, 20)), (lost, (90,)), (here, (2, 1))):
        for day in days:
            world.history(card, ago(day))
    await world.count(often.id, rarely.id, lost.id, here.id)
    found = (await asked(client, "at-risk", world.shop.rosa))["customers"]
    assert {one["customer_id"]: (one["visits"], one["days_away"]) for one in found} == {
        str(often.customer_id): (5, 10),
        str(rarely.customer_id): (2, 20),
    }
    assert found[0]["name"] == "Ana Torres"
    assert len((await asked(client, "at-risk", world.shop.rosa, limit=1))["customers"]) == 1
    assert (await asked(client, "at-risk", neighbour.rosa))["customers"] == []
    refused = await client.get("/api/v1/dashboard/at-risk", headers=world.shop.diego.headers)
    assert refused.status_code == 403


@pytest.mark.parametrize("what", ["hours", "days", "at-risk"])
async def test_a_new_shop_is_answered(world: World, client: httpx.AsyncClient, what: str) -> None:
    await asked(client, what, world.shop.rosa)

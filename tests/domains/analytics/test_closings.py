"""Each shop's days end at its own midnight, in order, once; nights that nobody kept are caught up."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sello.domains.analytics.closings.actions import close_days
from sello.domains.analytics.closings.queries import due_shops
from sello.infrastructure.database.db import PlatformPool
from tests.support.counting import World, ago


def closed(world: World) -> list[date]:
    """The days whose end was told, in order."""
    rows = world.database.rows(
        "SELECT (payload ->> 'day')::date FROM events WHERE business_id = %s AND kind = 'DayClosed'"
        " ORDER BY recorded_at, id",
        world.business_id,
    )
    return [day for (day,) in rows]


def at(world: World, moment: datetime) -> None:
    """It is this moment."""
    world.database.set_clock(moment - datetime.now(UTC))


def moment(zone: str, *when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone))  # type: ignore[misc,arg-type]


async def test_days_are_closed_once_and_in_order(world: World) -> None:
    db, shop = world.till.db, world.business_id
    lima = "America/Lima"
    at(world, moment(lima, 2027, 3, 10, 0, 5))
    assert await close_days(db, shop) == 1  # a new shop begins with its yesterday
    assert await close_days(db, shop) == 0
    at(world, moment(lima, 2027, 3, 10, 23, 59))
    assert await close_days(db, shop) == 0
    at(world, moment(lima, 2027, 3, 11, 0, 1))
    assert await close_days(db, shop) == 1
    at(world, moment(lima, 2027, 3, 14, 12, 0))  # three nights nobody kept
    assert await close_days(db, shop) == 3
    assert closed(world) == [date(2027, 3, day) for day in (9, 10, 11, 12, 13)]


@pytest.mark.parametrize(
    ("zone", "year", "month", "day"),
    [
        ("America/Santiago", 2027, 4, 4),  # the clock goes back at midnight: 23:00 to 23:59 comes twice
        ("America/Santiago", 2027, 9, 5),  # it goes forward at midnight: there is no 00:30
        ("Pacific/Auckland", 2027, 9, 26),
        ("Asia/Kathmandu", 2027, 5, 5),
    ],
)
async def test_a_day_of_23_or_25_hours_is_one_day(world: World, zone: str, year: int, month: int, day: int) -> None:
    world.database.rows("UPDATE businesses SET zone = %s WHERE id = %s", zone, world.business_id)
    noon = moment(zone, year, month, day, 12).astimezone(UTC) - timedelta(days=2)
    for quarter in range(4 * 24 * 4):
        if quarter % 3 == 0:
            at(world, noon + timedelta(minutes=15 * quarter))
            await close_days(world.till.db, world.business_id)
    found = closed(world)
    assert found == [found[0] + timedelta(days=n) for n in range(len(found))]
    assert date(year, month, day) in found
    assert len(found) == 5


async def test_only_shops_whose_midnight_has_passed_are_due(world: World, platform_db: PlatformPool) -> None:
    async def due() -> bool:
        return world.business_id in {shop.business_id for shop in await due_shops(platform_db)}

    assert await due()
    await close_days(world.till.db, world.business_id)
    assert not await due()
    world.database.set_clock(timedelta(days=1))
    assert await due()
    world.database.rows("UPDATE businesses SET closed_at = app_now() WHERE id = %s", world.business_id)
    assert not await due()


async def test_closing_counts_what_a_lost_reaction_left(world: World) -> None:
    card = world.card()
    await world.stamp(card, ago(1))
    await close_days(world.till.db, world.business_id)
    assert world.whole(ago(1))["visits"] == 1
    [(told,)] = world.database.rows(
        "SELECT payload FROM events WHERE business_id = %s AND kind = 'DayClosed'", world.business_id
    )
    assert (told["visits"], told["stamps"], told["at_risk"]) == (1, 1, 0)

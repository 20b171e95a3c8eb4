"""One night of one shop."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sello.domains.business import current_rules
from sello.domains.loyalty.expiry.actions import announce_expiry, expire_rewards, expire_stamps
from sello.domains.loyalty.gifts.actions import give_birthdays
from sello.domains.loyalty.gifts.rules import birthdays_after
from sello.domains.loyalty.nights import queries
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId

_BEFORE_ALL: Final = date(2000, 1, 1)
_OVERLAP: Final = timedelta(days=7)  # a reward that was being handed over at midnight is looked at again


@dataclass(frozen=True, slots=True)
class Nightly:
    """How much a night did; it began `seconds_late` after the shop's midnight."""

    stamps_expired: int
    rewards_expired: int
    announced: int
    birthdays: int
    seconds_late: float = field(default=0.0, compare=False)


async def work_night(db: Db, business_id: BusinessId) -> Nightly | None:
    """Work off every day that has begun at the shop since the last time; None when there is nothing to do.

    Each part commits by itself and finds nothing the second time, so it may be killed anywhere, started again and run
    beside itself. Days are the shop's: a change to or from daylight saving time neither adds nor loses one.
    """
    night = await queries.night_of(db, business_id)
    if night is None or (night.done_through is not None and night.done_through >= night.today):
        return None
    today, rules = night.today, await current_rules(db, business_id)
    since = _BEFORE_ALL if night.done_through is None else night.done_through - _OVERLAP
    birthdays = birthdays_after(night.done_through, today)
    done = Nightly(
        stamps_expired=await expire_stamps(db, business_id, today),
        rewards_expired=await expire_rewards(db, business_id, today, since=since),
        announced=await announce_expiry(db, business_id, today),
        birthdays=await give_birthdays(db, business_id, birthdays, today, rules) if rules else 0,
        seconds_late=round(night.seconds, 1),
    )
    await queries.close_night(db, business_id, today)
    return done

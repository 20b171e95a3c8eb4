"""Privacy requests: kinds, states, and the working days within which they are to be answered. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sello.shared.ids import AccountId, CustomerId

RequestKind = Literal["access", "rectification", "erasure", "opposition"]
RequestSource = Literal["card", "counter", "owner"]
Outcome = Literal["granted", "refused"]
RequestState = Literal["open", "overdue", "granted", "refused"]

# Peru's national holidays as they stood in November 2026 (D. Leg. 713 and later laws). Its limits: days that a decree
# declares non-working for the public sector and regional holidays are not in it, nor years after HOLIDAYS_UNTIL. A
# holiday that is missing here makes an answer due earlier, never later.
HOLIDAYS_UNTIL: Final = 2027
_EVERY_YEAR: Final = (
    (1, 1), (5, 1), (6, 7), (6, 29), (7, 23), (7, 28), (7, 29), (8, 6), (8, 30), (10, 8), (11, 1), (12, 8), (12, 9),
    (12, 25),
)  # fmt: skip
_HOLY_THURSDAYS_AND_FRIDAYS: Final = (date(2026, 4, 2), date(2026, 4, 3), date(2027, 3, 25), date(2027, 3, 26))
HOLIDAYS: Final = frozenset(
    {date(year, month, day) for year in (2026, HOLIDAYS_UNTIL) for month, day in _EVERY_YEAR}
    | set(_HOLY_THURSDAYS_AND_FRIDAYS)
)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """A request as its row says; `wish` and `answer` are None once the person is erased. `today` is the shop's day."""

    id: UUID
    customer_id: CustomerId
    customer_name: str | None
    kind: RequestKind
    source: RequestSource
    wish: str | None
    opened_by: AccountId | None
    opened_at: datetime
    due_on: date
    answered_at: datetime | None
    outcome: Outcome | None
    answer: str | None
    today: date

    @property
    def state(self) -> RequestState:
        """Open ones are overdue from the day after `due_on`."""
        if self.outcome is not None:
            return self.outcome
        return "overdue" if self.today > self.due_on else "open"


def is_working_day(day: date) -> bool:
    """Monday to Friday, holidays aside."""
    return day.weekday() < _SATURDAY and day not in HOLIDAYS


def due_on(opened: date, working_days: int) -> date:
    """The last day for an answer: the n-th working day after the one on which it was asked."""
    day = opened
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_working_day(day)
    return day

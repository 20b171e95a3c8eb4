"""Read a page of the shop's customers, or all of them as a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sello.domains.analytics.directory import queries
from sello.domains.analytics.directory.queries import Filter
from sello.domains.analytics.directory.rules import (
    LAST,
    MOST_IN_A_FILE,
    Counts,
    Group,
    Listed,
    Order,
    Place,
    containing,
    head_of,
    lines_of,
    place_after,
    place_of,
)
from sello.domains.business import current_rules, write_audit
from sello.domains.customer import csv_of
from sello.domains.loyalty import ByDigits, ByWords, search_of
from sello.infrastructure.database.db import Db
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.errors.languages import Language
from sello.shared.ids import BusinessId

_NO_ID: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Page:
    """Customers, how many stamps fill a card (None before the first rules), and where the next page begins."""

    customers: list[Listed]
    of: int | None
    next: str | None


def filter_of(q: str | None, *, group: Group, marketing: bool | None, ids: list[UUID] | None) -> Filter:
    """Whom to list; refuses invalid for a text that is neither digits nor a name."""
    search = ByWords([]) if q is None else search_of(q)
    digits = search.digits if isinstance(search, ByDigits) else None
    likes = [] if isinstance(search, ByDigits) else [containing(word) for word in search.words]
    return Filter(group=group, marketing=marketing, digits=digits, likes=likes, ids=ids)


async def page_of(
    db: Db, business_id: BusinessId, which: Filter, *, order: Order, cursor: str | None, limit: int
) -> Page:
    """The page of the list that begins at `cursor`; refuses invalid."""
    place = place_of(cursor, order) if cursor is not None else None
    found = await _read(db, business_id, which, order, place, limit + 1)
    rules = await current_rules(db, business_id)
    shown = found[:limit]
    more = place_after(shown[-1], order) if len(found) > limit else None
    return Page(shown, rules.stamps_required if rules else None, more)


async def counts_of(db: Db, business_id: BusinessId) -> Counts:
    """How many customers are in each group."""
    counts = await queries.counts_of(db, business_id)
    assert counts is not None  # noqa: S101  # sums have a row
    return counts


async def file_of(db: Db, caller: Caller, which: Filter, *, order: Order, language: Language) -> bytes:
    """The whole list as CSV that spreadsheets open as text; who took it is in the audit log.

    Refuses too_much_to_export.
    """

    async def work(tx: Db) -> bytes:
        zone = await queries.zone_of(tx, caller.business_id)
        found = await _read(tx, caller.business_id, which, order, None, MOST_IN_A_FILE + 1)
        if len(found) > MOST_IN_A_FILE or zone is None:
            raise Refused("too_much_to_export")
        await write_audit(
            tx,
            caller.business_id,
            account_id=caller.account_id,
            action="customers.listed",
            details={"customers": len(found), "group": which.group},
        )
        lines = lines_of(found, ZoneInfo(zone.zone), language)
        return csv_of(lines or [head_of(language)])

    return await db.transact(caller.business_id, work)


async def _read(
    db: Db, business_id: BusinessId, which: Filter, order: Order, place: Place | None, limit: int
) -> list[Listed]:
    if order == "name":
        after, after_id = (place.key, place.id) if place else ("", _NO_ID)
        return await queries.people_by_name(db, business_id, which, after=after, after_id=after_id, limit=limit)
    page = queries.people_by_visit if order == "visit" else queries.people_by_enrolment
    before = datetime.fromisoformat(place.key) if place else None
    before_id = place.id if place else LAST
    return await page(db, business_id, which, before=before, before_id=before_id, limit=limit)

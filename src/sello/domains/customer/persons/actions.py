"""Hand out everything about a person; erase it everywhere."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sello.domains.business import write_audit
from sello.domains.customer.persons import queries
from sello.domains.customer.persons.queries import Row, Subject
from sello.domains.customer.persons.rules import (
    MOST_LINES,
    Line,
    Lines,
    Table,
    confirmation_purposes,
)
from sello.events import CustomerErased
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.auth import Caller, Keys
from sello.shared.auth.links import read_link, sign_link
from sello.shared.errors import Refused, Unavailable
from sello.shared.ids import AccountId, BusinessId, CustomerId

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """What a part erases with: the installation's keys, and the member who asked (None: nobody of the shop)."""

    keys: Keys
    member: AccountId | None


Load = Callable[[Db, BusinessId, list[CustomerId], int], Awaitable[Lines]]
Lock = Callable[[Db, BusinessId, list[CustomerId]], Awaitable[None]]
Blank = Callable[[Db, BusinessId, list[CustomerId], Ground], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """What one domain keeps about people.

    `load` reads at most so many lines of each table; `lock` locks what `blank` will write, in the order of ids; `blank`
    may run twice. Parts are used from the highest domain to the lowest, so that cards are locked before customers.
    """

    tables: Mapping[str, Table]
    load: Load
    lock: Lock
    blank: Blank


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did; `new` is False when there was nobody left to erase."""

    customer_id: CustomerId
    new: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What is held, by table, and what confirms its erasure within ten minutes."""

    customer_id: CustomerId
    rows: Mapping[str, int]
    confirmation: str


@dataclass(frozen=True, slots=True)
class Persons:
    """Every part, the highest domain first. Put on `app.state.persons` by entry."""

    parts: tuple[Part, ...] = field()

    @property
    def tables(self) -> Mapping[str, Table]:
        """Every table about people."""
        return dict(chain.from_iterable(part.tables.items() for part in self.parts))

    async def export(
        self, db: Db, business_id: BusinessId, customer_id: CustomerId, *, by: AccountId | None
    ) -> tuple[CustomerId, Lines, datetime]:
        """Everything about a person, with the duplicates merged into them, and the moment; the audit log says so.

        Refuses customer_not_found (and for somebody erased), too_much_to_export.
        """
        subjects = await self._known(db, business_id, customer_id)
        lines = await self._lines(db, business_id, subjects)
        await write_audit(
            db,
            business_id,
            account_id=by,
            action="customer.exported",
            subject_id=subjects[0].id,
            details={"rows": sum(map(len, lines.values()))},
        )
        return subjects[0].id, lines, clock.now()

    async def preview(self, db: Db, keys: Keys, caller: Caller, customer_id: CustomerId) -> Preview:
        """What erasing would take away or make nobody's, and the confirmation for it; refuses customer_not_found."""
        subjects = await self._known(db, caller.business_id, customer_id)
        lines = await self._lines(db, caller.business_id, subjects)
        purpose, _ = confirmation_purposes(str(caller.account_id), clock.now())
        rows = {table: len(found) for table, found in lines.items() if found}
        return Preview(subjects[0].id, rows, sign_link(keys, purpose, subjects[0].id))

    async def erase_confirmed(
        self, db: Db, keys: Keys, caller: Caller, customer_id: CustomerId, confirmation: str
    ) -> Erased:
        """Erase what the same person has just looked at. Refuses erasure_unconfirmed, customer_not_found."""
        subjects = await queries.subjects_of(db, caller.business_id, customer_id)
        if not subjects:
            raise Refused("customer_not_found")
        purposes = confirmation_purposes(str(caller.account_id), clock.now())
        if subjects[0].id not in [read_link(keys, purpose, confirmation) for purpose in purposes]:
            raise Refused("erasure_unconfirmed")
        return await self.erase(db, keys, caller.business_id, customer_id, by=caller)

    async def erase(
        self, db: Db, keys: Keys, business_id: BusinessId, customer_id: CustomerId, *, by: Caller | None
    ) -> Erased:
        """Erase a person and the duplicates merged into them, all in one transaction; erasing again changes nothing.

        Ledger, balances and receipts stay, as nobody's. Without `by` it is an old erasure that a restored backup did
        not know. Refuses customer_not_found. Locks the cards, then the customers, each in the order of their ids.
        """
        member = by.account_id if by is not None and by.role != "admin" else None

        async def work(tx: Db) -> Erased | None:
            subjects = await queries.subjects_of(tx, business_id, customer_id)
            if not subjects:
                raise Refused("customer_not_found")
            ids = [subject.id for subject in subjects]
            for part in self.parts:
                await part.lock(tx, business_id, ids)
            if [subject.id for subject in await queries.subjects_of(tx, business_id, customer_id)] != ids:
                return None  # merged while we waited for the locks
            locked = await queries.lock_customers(tx, business_id, ids)
            new = any(subject.erased_at is None for subject in locked)
            for part in self.parts:
                await part.blank(tx, business_id, ids, Ground(keys, member))
            await _note(tx, business_id, ids, by)
            return Erased(ids[0], new)

        for _ in range(_TRIES):
            erased = await db.transact(business_id, work)
            if erased is not None:
                return erased
        raise Unavailable("busy")

    async def _known(self, db: Db, business_id: BusinessId, customer_id: CustomerId) -> list[Subject]:
        subjects = await queries.subjects_of(db, business_id, customer_id)
        if not subjects or subjects[0].erased_at is not None:
            raise Refused("customer_not_found")
        return subjects

    async def _lines(self, db: Db, business_id: BusinessId, subjects: Sequence[Subject]) -> dict[str, Sequence[Line]]:
        ids, lines = [subject.id for subject in subjects], dict[str, Sequence[Line]]()
        for part in reversed(self.parts):
            lines |= await part.load(db, business_id, ids, MOST_LINES + 1)
        if any(len(found) > MOST_LINES for found in lines.values()):
            raise Refused("too_much_to_export")  # never a part of the truth that looks like all of it
        return lines


async def _note(tx: Db, business_id: BusinessId, ids: list[CustomerId], by: Caller | None) -> None:
    """Put them on the list, tell it and log it, once."""
    if await queries.list_erasures(tx, business_id, ids) == 0:
        return
    for customer_id in ids:
        await facts.record(tx, business_id, CustomerErased(customer_id=customer_id))
    await write_audit(
        tx,
        business_id,
        account_id=by.account_id if by else None,
        action="customer.erased",
        subject_id=ids[0],
        details={"customers": len(ids)},
    )


def lines_of(rows: Sequence[Row]) -> list[Line]:
    """Rows as an export lists them."""
    return [row.line for row in rows]


# ---------------------------------------------------------------- this domain's own part


async def _load(db: Db, business_id: BusinessId, ids: list[CustomerId], most: int) -> Lines:
    return {
        "customers": lines_of(await queries.customer_lines(db, business_id, ids, most=most)),
        "consent_events": lines_of(await queries.consent_lines(db, business_id, ids, most=most)),
        "privacy_requests": lines_of(await queries.request_lines(db, business_id, ids, most=most)),
        "audit_log": lines_of(await queries.audit_lines(db, business_id, ids, most=most)),
    }


async def _lock(tx: Db, business_id: BusinessId, ids: list[CustomerId]) -> None:
    await queries.lock_customers(tx, business_id, ids)


async def _blank(tx: Db, business_id: BusinessId, ids: list[CustomerId], ground: Ground) -> None:
    await queries.blank_customers(tx, business_id, ids)
    await queries.forget_consent_traces(tx, business_id, ids)
    await queries.close_requests(tx, business_id, ids, answered_by=ground.member)
    await queries.forget_audit_texts(tx, business_id, ids)
    await queries.forget_keys(tx, business_id, ids)


_ID = "names the row, not the person"
_STAFF = "a member of staff: another person's data"
_CODE = "one of a few words of ours"

PART = Part(
    {
        "customers": Table(
            shown=(
                "id", "phone", "new_phone", "new_phone_at", "name", "birth_month", "birth_day", "source",
                "enrolled_at", "confirmed_at", "merged_into", "erased_at", "opted_in_at", "opted_out_at",
            ),
            hidden={
                "business_id": _ID,
                "last_three": "follows from the phone",
                "name_folded": "follows from the name",
                "confirmed_by": _STAFF,
                "network_hash": "cannot be read back by anybody",
            },
            erased=(
                "phone", "new_phone", "new_phone_at", "name", "name_folded", "birth_month", "birth_day",
                "last_three", "network_hash",
            ),
            harmless={"source": _CODE},
        ),
        "consent_events": Table(
            shown=("customer_id", "kind", "source", "text_version", "poster_id", "recorded_at"),
            hidden={"business_id": _ID, "id": _ID, "network_hash": "cannot be read back by anybody"},
            erased=("poster_id", "network_hash"),
            harmless={"kind": _CODE, "source": _CODE, "text_version": "a text we published"},
        ),
        "privacy_requests": Table(
            shown=(
                "id", "customer_id", "kind", "source", "wish", "opened_at", "due_on", "answered_at", "outcome",
                "answer",
            ),
            hidden={"business_id": _ID, "opened_by": _STAFF, "answered_by": _STAFF},
            erased=("wish", "answer"),
            harmless={"kind": _CODE, "source": _CODE, "outcome": _CODE},
        ),
        "erasures": Table(
            shown=(),
            hidden=dict.fromkeys(
                ("business_id", "customer_id", "erased_at", "stored_at"), "there is none while anybody is shown"
            ),
        ),
        "audit_log": Table(
            shown=("action", "subject_id", "reason", "recorded_at"),
            hidden={"business_id": _ID, "id": _ID, "account_id": _STAFF, "details": "ids and counts"},
            erased=("reason",),
            harmless={"action": _CODE, "details": "ids, counts and names of fields"},
        ),
        "idempotency_keys": Table(
            shown=(),
            hidden=dict.fromkeys(
                ("business_id", "key", "request_hash", "resource_id", "created_at"), "made up by a browser for a day"
            ),
            erased=("key", "request_hash"),
        ),
    },
    _load,
    _lock,
    _blank,
)  # fmt: skip

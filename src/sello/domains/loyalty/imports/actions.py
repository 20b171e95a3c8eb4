"""Import a file: read it, tell what is wrong with it, and write it in batches, each a transaction of its own.

Whoever is stopped begins again: what was written is found by its ids and stays as it is.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation

from sello.domains.business import current_rules, write_audit
from sello.domains.customer import people_by_phone
from sello.domains.loyalty.history.actions import Brought, Ground, ground_of, unwritten, write_people, write_visits
from sello.domains.loyalty.history.rules import NewPerson, NewVisit
from sello.domains.loyalty.imports import queries
from sello.domains.loyalty.imports.rules import (
    MOST_PEOPLE,
    MOST_PROBLEMS,
    MOST_VISITS,
    Forecast,
    Import,
    ImportSource,
    Order,
    Reading,
    Shop,
    batches,
    read_file,
)
from sello.domains.loyalty.rewards.rules import member_of
from sello.events import ImportOpened
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.shared import clock
from sello.shared.auth import Caller, Keys
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, BusinessId, new_id

_ASKED_AT_ONCE: Final = 5000

Row = TypeVar("Row")
Told = Callable[[int], None]
"""Is told how many lines are worked off so far."""


class _Ended(Exception):
    """It was stopped meanwhile, or somebody of the shop was erased, who may stand in the file."""


def _silent(lines: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Brief:
    """A file with what is to be done with it and who brought it; `account_id` None for the terminal."""

    order: Order
    data: bytes
    source: ImportSource
    account_id: AccountId | None


async def open_import(db: Db, business_id: BusinessId, brief: Brief, *, keep_file: bool) -> UUID:
    """Note that a file was brought, with its bytes if the work is done later; an audit row says who.

    Refuses import_running while another one that was sent over HTTP has not ended.
    """
    id = new_id()
    order = brief.order

    async def work(tx: Db) -> None:
        await queries.insert_import(
            tx,
            business_id,
            id,
            kind=order.kind,
            source=brief.source,
            dry_run=order.dry_run,
            count_stamps=order.count_stamps,
            skip_bad=order.skip_bad,
            account_id=brief.account_id,
            sha256=hashlib.sha256(brief.data).digest(),
            file=brief.data if keep_file else None,
        )
        details = {"kind": order.kind, "source": brief.source, "dry_run": order.dry_run}
        await write_audit(
            tx, business_id, account_id=brief.account_id, action="import.opened", subject_id=id, details=details
        )
        if keep_file:
            await facts.record(tx, business_id, ImportOpened(import_id=id))

    try:
        await db.transact(business_id, work)
    except UniqueViolation as error:
        raise Refused("import_running") from error
    return id


async def send_file(db: Db, caller: Caller, order: Order, data: bytes) -> Import:
    """Take a file that is worked off in the background; refuses csv_empty, rules_missing, import_running."""
    if not data.strip():
        raise Refused("csv_empty")
    if order.count_stamps and await current_rules(db, caller.business_id) is None:
        raise Refused("rules_missing")
    brief = Brief(order, data, "api", member_of(caller))
    return await import_of(db, caller.business_id, await open_import(db, caller.business_id, brief, keep_file=True))


async def stop_import(db: Db, caller: Caller, import_id: UUID) -> None:
    """End an import where it is; what it has written stays. One that has ended stays as it is. Refuses not_found."""
    await import_of(db, caller.business_id, import_id)
    if await queries.end_import(db, caller.business_id, import_id, outcome="expired"):
        await write_audit(
            db, caller.business_id, account_id=caller.account_id, action="import.stopped", subject_id=import_id
        )


async def import_of(db: Db, business_id: BusinessId, import_id: UUID) -> Import:
    """Where an import stands; refuses not_found."""
    found = await queries.import_of(db, business_id, import_id)
    if found is None:
        raise Refused("not_found")
    return found


async def read(ground: Ground, order: Order, data: bytes) -> Reading:
    """The file as it was understood, off the event loop. Refuses rules_missing when stamps are wanted without rules."""
    if order.count_stamps and ground.rules is None:
        raise Refused("rules_missing")
    required = ground.rules.stamps_required if ground.rules is not None else None
    return await asyncio.to_thread(read_file, order.kind, data, Shop(ground.zone, clock.now(), required))


async def forecast(db: Db, ground: Ground, reading: Reading) -> Forecast:
    """What importing the good lines would add now, and what is known already."""
    visits = {ground.visit_id(visit): visit.phone for visit in reading.visits}
    ids = [*visits, *(ground.paper_id(person.phone) for person in reading.people if person.stamps)]
    new = set[UUID]()
    for some in _parts(ids):
        new |= await unwritten(db, ground, some)
    phones = {person.phone for person in reading.people} | {phone for id, phone in visits.items() if id in new}
    everybody = phones | set(visits.values())
    known = 0
    for part in _parts(sorted(phones)):
        known += len(await people_by_phone(db, ground.business_id, part))
    strangers = len(phones) - known
    return Forecast(strangers, len(everybody) - strangers, len(new), len(ids) - len(new))


async def carry_out(db: Db, ground: Ground, import_id: UUID, reading: Reading, *, told: Told = _silent) -> Import:
    """Do with a file that was read what was asked for; where the import stands afterwards.

    With bad lines that are not to be left out nothing is written. Whoever ends it meanwhile ends it where it is. One
    fact a batch lets the statistics follow.
    """
    found = await import_of(db, ground.business_id, import_id)
    bad = len(reading.problems)
    await queries.start_import(db, ground.business_id, import_id, lines=reading.lines, bad_lines=bad)
    outcome = "done"
    if bad and not found.skip_bad:
        outcome = "refused"
    elif found.dry_run:
        said = await forecast(db, ground, reading)
        brought = Brought(said.new_customers, said.new_entries)
        await _advance(db, ground, import_id, reading.lines - bad, brought)
    else:
        done = 0
        with suppress(_Ended):
            async for lines in _batches(db, ground, import_id, reading, counted=found.count_stamps):
                done += lines
                told(done)
    await queries.end_import(db, ground.business_id, import_id, outcome=outcome)
    return await import_of(db, ground.business_id, import_id)


async def keep_problems(db: Db, ground: Ground, import_id: UUID, reading: Reading) -> None:
    """Keep the first problems for whoever asks over HTTP."""
    rows = [
        {
            "number": number,
            "line": problem.line,
            "code": problem.code,
            "field": problem.column,
            "found": problem.found,
            "facts": dict(problem.facts),
        }
        for number, problem in enumerate(reading.problems[:MOST_PROBLEMS], 1)
    ]
    if rows:
        await queries.insert_problems(db, ground.business_id, import_id, rows=msgspec.json.encode(rows).decode())


async def work_off(db: Db, keys: Keys, business_id: BusinessId, import_id: UUID) -> Import | None:
    """Carry out an import whose file was kept; None when it has ended, or its shop may not act any more."""
    kept = await queries.file_of(db, business_id, import_id)
    found = await queries.import_of(db, business_id, import_id)
    if kept is None or kept.file is None or found is None:
        return None
    try:
        ground = await ground_of(db, keys, business_id)
        reading = await read(ground, found.order, kept.file)
    except Refused:  # closed, suspended or without rules since it was asked for
        await queries.end_import(db, business_id, import_id, outcome="expired")
        return None
    await keep_problems(db, ground, import_id, reading)
    return await carry_out(db, ground, import_id, reading)


async def _batches(db: Db, ground: Ground, import_id: UUID, reading: Reading, *, counted: bool) -> AsyncIterator[int]:
    """Write batch after batch; how many lines each was."""
    for visits in batches(reading.visits, most=MOST_VISITS):

        async def of_visits(tx: Db, some: Sequence[NewVisit] = visits) -> None:
            brought = await write_visits(tx, ground, some, counted=counted, import_id=import_id)
            await _advance(tx, ground, import_id, len(some), brought)

        await db.transact(ground.business_id, of_visits)
        yield len(visits)
    for people in _parts(reading.people, MOST_PEOPLE):

        async def of_people(tx: Db, some: Sequence[NewPerson] = people) -> None:
            brought = await write_people(tx, ground, some, import_id=import_id)
            await _advance(tx, ground, import_id, len(some), brought)

        await db.transact(ground.business_id, of_people)
        yield len(people)


async def _advance(db: Db, ground: Ground, import_id: UUID, lines: int, brought: Brought) -> None:
    advanced = await queries.advance_import(
        db,
        ground.business_id,
        import_id,
        lines=lines,
        customers=brought.customers,
        entries=brought.entries,
        stamps=brought.stamps,
        rewards=brought.rewards,
    )
    if not advanced:  # with what this batch has written
        raise _Ended


def _parts(rows: Sequence[Row], most: int = _ASKED_AT_ONCE) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), most):
        yield rows[start : start + most]

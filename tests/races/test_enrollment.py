"""Enrolments and confirmations at the same moment: barriers let every request go at once, on real connections."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from sello.domains.customer import ConsentKind, Person, Receipt, network_hash, set_consent
from sello.domains.loyalty.enrollments import actions
from sello.domains.loyalty.enrollments.actions import Enrolled
from sello.domains.loyalty.enrollments.rules import Confirmation, Enrolment
from sello.domains.loyalty.stamps.actions import Rulebook, add_stamp
from sello.domains.loyalty.stamps.rules import StampOrder
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.shared.errors import Refused
from sello.shared.ids import CustomerId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard

Result = TypeVar("Result")
Work = Callable[[], Awaitable[Result]]


async def at_once(*works: Work[Result]) -> list[Result | str]:
    """Every piece of work in its own task, released together; a refusal becomes its code."""
    barrier = asyncio.Barrier(len(works))

    async def one(work: Work[Result]) -> Result | str:
        await barrier.wait()
        try:
            return await work()
        except Refused as refused:
            return refused.code

    return await asyncio.gather(*(one(work) for work in works))


def deadlocks(database: TestDatabase) -> int:
    return int(database.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


def until_somebody_waits(database: TestDatabase) -> None:
    """Return once a connection waits for a lock."""
    while not database.rows("SELECT 1 FROM pg_locks WHERE NOT granted"):
        time.sleep(0.01)


def confirming(db: TenantPool, shop: Shop, card: TestCard) -> Work[Confirmation]:
    return lambda: actions.confirm_card(db, shop.diego.caller, card.id, digits=card.phone[-3:])


def enrolling(db: TenantPool, settings: Settings, shop: Shop, phone: str, *, key: str | None = None) -> Work[Enrolled]:
    order = Enrolment(Person("Ana", phone), None, None, network_hash(settings.keys, "192.0.2.0/24"))
    return lambda: actions.enrol(db, settings.keys, shop.business_id, order, key=key)


def stamping(db: TenantPool, shop: Shop, scan_code: str) -> Work[str]:
    order = StampOrder(
        id=StampId(new_id()), account_id=shop.diego.account_id, membership_version=1, card_id=None, customer_id=None,
        scan_code=scan_code, code_issued_at=None, occurred_at=datetime.now(UTC), count=1, amount_centimos=None,
        device_id=None, branch_id=None, override_reason=None,
    )  # fmt: skip

    async def work() -> str:
        await add_stamp(db, Rulebook(), shop.business_id, order)
        return "counted"

    return work


def people(database: TestDatabase, shop: Shop, phone: str) -> list[tuple[int, ...]]:
    """(confirmed, merged, pending) customers and cards of a phone."""
    return database.rows(
        "SELECT count(*) FILTER (WHERE t.confirmed_at IS NOT NULL), count(*) FILTER (WHERE t.merged_into IS NOT NULL),"
        " count(*) FILTER (WHERE t.confirmed_at IS NULL AND t.merged_into IS NULL) FROM"
        " (SELECT u.id, u.phone, u.business_id, u.confirmed_at, u.merged_into FROM customers u UNION ALL"
        "  SELECT c.id, u.phone, u.business_id, c.confirmed_at, c.merged_into FROM cards c"
        "    JOIN customers u ON u.id = c.customer_id) t WHERE t.business_id = %s AND t.phone = %s",
        shop.business_id,
        phone,
    )


async def test_20_pending_cards_of_one_phone_confirmed_at_once_are_one_card(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    before = deadlocks(database)
    for _ in range(3):
        phone = shop.phone()
        cards = [shop.card(phone=phone, confirmed=False) for _ in range(20)]
        results = await at_once(*(confirming(db, shop, card) for card in cards))
        said = Counter(isinstance(result, Confirmation) and result.merged for result in results)
        assert said == {True: 19, False: 1}
        assert len({result.card_id for result in results if isinstance(result, Confirmation)}) == 1
        assert people(database, shop, phone) == [(2, 38, 0)]
        facts = database.rows(
            "SELECT kind, count(*) FROM events WHERE business_id = %s AND payload ->> 'customer_id' = %s GROUP BY 1",
            shop.business_id,
            str(next(r.customer_id for r in results if isinstance(r, Confirmation))),
        )
        assert dict(facts) == {"CardConfirmed": 1, "CardMerged": 19}
    assert deadlocks(database) == before


async def test_one_pending_card_confirmed_by_20_at_once_is_confirmed_once(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    card, known = shop.card(confirmed=False), shop.card()
    double = shop.card(phone=known.phone, confirmed=False)
    first = await at_once(*(confirming(db, shop, card) for _ in range(20)))
    second = await at_once(*(confirming(db, shop, double) for _ in range(20)))
    assert Counter(first) == {Confirmation(card.id, card.customer_id, merged=False, balance=0): 20}
    assert Counter(second) == {Confirmation(known.id, known.customer_id, merged=True, balance=0): 20}
    facts = database.rows("SELECT kind, count(*) FROM events WHERE business_id = %s GROUP BY 1", shop.business_id)
    assert dict(facts) == {"CardConfirmed": 1, "CardMerged": 1}


async def test_stamps_and_merges_cross_without_losing_one(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    before = deadlocks(database)
    known = shop.card()
    pending = [shop.card(phone=known.phone, confirmed=False) for _ in range(8)]
    works: list[Work[Confirmation | str]] = [
        work
        for card in pending
        for work in (
            stamping(db, shop, known.scan_code),
            confirming(db, shop, card),
            stamping(db, shop, card.scan_code),
        )
    ]
    results = await at_once(*works)
    counted = results.count("counted")
    assert set(results) - {"counted", "card_pending"} <= {r for r in results if isinstance(r, Confirmation)}
    assert 8 <= counted <= 16
    earned = database.rows(
        "SELECT count(*) FROM stamp_events WHERE business_id = %s AND kind = 'earn' AND card_id = %s",
        shop.business_id,
        known.id,
    )
    assert earned == [(counted,)]
    assert people(database, shop, known.phone) == [(2, 16, 0)]
    assert deadlocks(database) == before


async def test_the_same_key_20_times_at_once_is_one_customer(
    db: TenantPool, shop: Shop, database: TestDatabase, settings: Settings
) -> None:
    phone, key = shop.phone(), str(uuid4())
    results = await at_once(*(enrolling(db, settings, shop, phone, key=key) for _ in range(20)))
    assert Counter(isinstance(result, Enrolled) and result.new for result in results) == {True: 1, False: 19}
    assert len({result.link for result in results if isinstance(result, Enrolled)}) == 1
    assert people(database, shop, phone) == [(0, 0, 2)]


async def test_20_enrolments_of_one_phone_at_once_leave_five(
    db: TenantPool, shop: Shop, database: TestDatabase, settings: Settings
) -> None:
    before = deadlocks(database)
    phone = shop.phone()
    results = await at_once(*(enrolling(db, settings, shop, phone) for _ in range(20)))
    assert Counter(r if isinstance(r, str) else "new" for r in results) == {"new": 5, "too_many_requests": 15}
    others = await at_once(*(enrolling(db, settings, shop, shop.phone()) for _ in range(60)))
    assert Counter(r if isinstance(r, str) else "new" for r in others) == {"new": 55, "too_many_requests": 5}
    assert deadlocks(database) == before


async def test_20_tills_enrol_one_phone_at_once_and_find_one_customer(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    person, same = Person("Bruno", shop.phone()), CustomerId(new_id())
    ids = [CustomerId(new_id()) for _ in range(10)] + [same] * 10

    async def till(id: CustomerId) -> tuple[CustomerId, bool]:
        found = await actions.enrol_at_till(db, shop.diego.caller, id, person)
        return found.customer.id, found.new

    results = await at_once(*((lambda id=id: till(id)) for id in ids))
    assert Counter(new for _, new in (r for r in results if isinstance(r, tuple))) == {True: 1, False: 19}
    assert len({id for id, _ in (r for r in results if isinstance(r, tuple))}) == 1
    assert people(database, shop, person.phone) == [(2, 0, 0)]


async def test_a_till_and_pending_cards_meet_on_one_phone(db: TenantPool, shop: Shop, database: TestDatabase) -> None:
    phone = shop.phone()
    cards = [shop.card(phone=phone, confirmed=False) for _ in range(10)]

    async def till() -> Confirmation:
        found = await actions.enrol_at_till(db, shop.diego.caller, CustomerId(new_id()), Person("Ana", phone))
        return Confirmation(found.card.id, found.customer.id, merged=not found.new, balance=0)

    results = await at_once(till, *(confirming(db, shop, card) for card in cards))
    assert len({result.card_id for result in results if isinstance(result, Confirmation)}) == 1
    assert people(database, shop, phone)[0][0] == 2
    assert people(database, shop, phone)[0][2] == 0


async def test_words_on_marketing_at_once_leave_the_last_one_standing(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    known = shop.card()
    pending = shop.card(phone=known.phone, confirmed=False)

    def saying(card: TestCard, n: int) -> Work[object]:
        kind: ConsentKind = "opt_in" if n % 2 else "opt_out"
        return lambda: set_consent(db, shop.business_id, card.customer_id, kind, Receipt("card", f"v{n}"))

    works: list[Work[object]] = [saying(card, n) for n in range(10) for card in (known, pending)]
    await at_once(*works, confirming(db, shop, pending))
    last, derived = database.rows(
        "SELECT (SELECT e.kind FROM consent_events e WHERE e.customer_id = u.id ORDER BY recorded_at DESC, id DESC"
        " LIMIT 1), CASE WHEN u.opted_in_at IS NULL THEN 'opt_out' ELSE 'opt_in' END FROM customers u WHERE u.id = %s",
        known.customer_id,
    )[0]
    assert last == derived
    newest = database.rows(
        "SELECT DISTINCT ON (business_id) kind FROM consent_events WHERE business_id = %s"
        " ORDER BY business_id, recorded_at DESC, id DESC",
        shop.business_id,
    )
    assert newest == [(last,)]


async def test_a_word_that_waited_for_another_is_the_later_one(
    db: TenantPool, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card()
    with shop.connect() as other, other.transaction():
        other.execute("SELECT FROM customers WHERE id = %s FOR NO KEY UPDATE", (card.customer_id,))
        stop = Receipt("card", "2026-11-es")
        stopping = asyncio.create_task(set_consent(db, shop.business_id, card.customer_id, "opt_out", stop))
        await asyncio.to_thread(until_somebody_waits, database)
        other.execute(
            "WITH word AS (INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version)"
            " VALUES (%s, new_id(), %s, 'opt_in', 'card', '2026-11-es') RETURNING customer_id, recorded_at)"
            " UPDATE customers u SET opted_in_at = word.recorded_at FROM word WHERE u.id = word.customer_id",
            (shop.business_id, card.customer_id),
        )
    assert (await stopping).kind == "opt_out"
    words = database.rows(
        "SELECT kind FROM consent_events WHERE customer_id = %s ORDER BY recorded_at", card.customer_id
    )
    assert words == [("opt_in",), ("opt_out",)]

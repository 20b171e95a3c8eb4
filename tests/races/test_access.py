"""Tills, PINs and keys at the same moment: barriers let everybody go at once, on real connections."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from sello.domains.business.closures.actions import suspend
from sello.domains.business.devices import actions as devices
from sello.domains.business.devices.actions import Enrolled
from sello.domains.business.keys import actions as keys
from sello.domains.business.pins import actions as pins
from sello.domains.loyalty.stamps.actions import Rulebook, add_stamp
from sello.domains.loyalty.stamps.rules import StampOrder
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.auth import Claims, TokenIssuer
from sello.shared.errors import Refused
from sello.shared.ids import AccountId, DeviceId, SessionId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Person, Shop, TestCard

PIN = "2586"
Work = Callable[[], Awaitable[Any]]


async def at_once(*works: Work) -> list[Any]:
    """Every piece of work in its own task, released together; a refusal becomes its code."""
    barrier = asyncio.Barrier(len(works))

    async def one(work: Work) -> Any:
        await barrier.wait()
        try:
            return await work()
        except Refused as refused:
            return refused.code

    return await asyncio.gather(*(one(work) for work in works))


class Codes(Counter[str]):
    """How often each refusal came; everything else is `done`."""

    @classmethod
    def of(cls, results: list[Any]) -> "Codes":
        """Of these results."""
        return cls(result if isinstance(result, str) else "done" for result in results)


@pytest.fixture
def tokens(settings: Settings) -> TokenIssuer:
    return TokenIssuer(settings.keys)


@pytest.fixture
async def tablet(db: TenantPool, shop: Shop, settings: Settings, tokens: TokenIssuer) -> Enrolled:
    """A tablet of Rosa's; Rosa and Diego have a PIN."""
    for person in (shop.rosa, shop.diego):
        await pins.set_pin(db, settings.keys, person.caller, PIN)
    return await devices.enrol_till(
        db, settings.keys, tokens, shop.rosa.caller, new_id(), name="Tablet", branch_id=None
    )


def switching(
    platform_db: PlatformPool, settings: Settings, tokens: TokenIssuer, tablet: Enrolled, who: Person, pin: str
) -> Work:
    till = tokens.verify(tablet.access_token)
    return lambda: pins.switch(platform_db, settings.keys, tokens, till, who.account_id, pin, agent="")


def queued(till: Claims, card: TestCard, giver: Person) -> StampOrder:
    return StampOrder(
        id=StampId(new_id()), account_id=giver.account_id, membership_version=None, card_id=card.id,
        customer_id=None, scan_code=None, code_issued_at=None, occurred_at=datetime.now(UTC), count=1,
        amount_centimos=None, device_id=till.device_id, branch_id=None, override_reason=None,
        credential_id=till.session_id,
    )  # fmt: skip


async def test_twenty_wrong_pins_at_once_are_five_tries(
    platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer, tablet: Enrolled,
    database: TestDatabase,
) -> None:  # fmt: skip
    wrong = switching(platform_db, settings, tokens, tablet, shop.diego, "9041")
    results = await at_once(*[wrong] * 20)
    # The fifth is told that it was the last.
    assert Codes.of(results) == {"pin_wrong": 4, "pin_locked": 16}
    right = switching(platform_db, settings, tokens, tablet, shop.diego, PIN)
    assert await at_once(right) == ["pin_locked"]
    tries = database.rows("SELECT tries FROM pin_tries WHERE account_id = %s", shop.diego.account_id)
    assert tries == [(5,)]


async def test_wrong_pins_on_eight_tills_at_once_are_twenty_tries_of_the_shop(
    db: TenantPool, platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer, tablet: Enrolled,
    database: TestDatabase,
) -> None:  # fmt: skip
    enrol = partial(devices.enrol_till, db, settings.keys, tokens, shop.rosa.caller, name="Tablet", branch_id=None)
    tills = [tablet, *[await enrol(new_id()) for _ in range(7)]]
    guesses = [switching(platform_db, settings, tokens, till, shop.diego, "9041") for till in tills for _ in range(4)]
    assert Codes.of(await at_once(*guesses)) == {"pin_wrong": 20, "pin_shop_locked": 12}
    assert database.rows("SELECT tries FROM pin_shop_tries WHERE business_id = %s", shop.business_id) == [(20,)]
    counted = database.rows("SELECT sum(tries) FROM pin_tries WHERE business_id = %s", shop.business_id)
    assert counted == [(20,)], "a try that was not looked at counts for nobody"


async def test_of_two_who_switch_at_once_one_stands_at_the_till(
    platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer, tablet: Enrolled,
    database: TestDatabase,
) -> None:  # fmt: skip
    both = [switching(platform_db, settings, tokens, tablet, person, PIN) for person in (shop.rosa, shop.diego)]
    for _ in range(10):
        assert Codes.of(await at_once(*both)) == {"done": 2}
        alive = database.rows(
            "SELECT count(*) FROM sessions WHERE device_id = %s AND revoked_at IS NULL", tablet.device_id
        )
        assert alive == [(1,)]


async def test_a_credential_shown_twenty_times_at_once_has_one_successor(
    platform_db: PlatformPool, settings: Settings, tokens: TokenIssuer, tablet: Enrolled, database: TestDatabase
) -> None:
    token = tablet.device_token
    for _ in range(5):
        renewal = partial(devices.renew_till, platform_db, settings.keys, tokens, token)
        answers = await at_once(*[renewal] * 20)
        assert all(isinstance(answer, Enrolled) for answer in answers), Codes.of(answers)
        (token,) = {answer.device_token for answer in answers}
    rows = database.rows(
        "SELECT generation, recoveries, revoked_why FROM device_credentials WHERE device_id = %s", tablet.device_id
    )
    assert rows == [(6, 0, None)]


async def test_one_code_shown_by_twenty_machines_enrols_one(
    db: TenantPool, platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer,
    database: TestDatabase,
) -> None:  # fmt: skip
    code = await devices.make_code(db, settings.keys, shop.rosa.caller, name="Caja", branch_id=None, replaces=None)
    works: list[Work] = [
        partial(devices.enrol_by_code, platform_db, settings.keys, tokens, code.code, new_id()) for _ in range(20)
    ]
    assert Codes.of(await at_once(*works)) == {"done": 1, "device_code_invalid": 19}
    assert database.rows("SELECT count(*) FROM devices WHERE business_id = %s", shop.business_id) == [(1,)]


async def test_a_till_revoked_while_it_uploads_counts_what_came_before_and_nothing_after(
    db: TenantPool, platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer, tablet: Enrolled,
    database: TestDatabase,
) -> None:  # fmt: skip
    await switching(platform_db, settings, tokens, tablet, shop.diego, PIN)()
    till, rulebook = tokens.verify(tablet.access_token), Rulebook()
    cards = [shop.card() for _ in range(20)]
    uploads: list[Work] = [
        partial(add_stamp, db, rulebook, shop.business_id, queued(till, card, shop.diego)) for card in cards
    ]
    revoke: Work = lambda: devices.end_till(db, shop.rosa.caller, DeviceId(tablet.device_id))  # noqa: E731
    results = await at_once(*uploads[:10], revoke, *uploads[10:])
    found = Codes.of([result for number, result in enumerate(results) if number != 10])
    assert set(found) <= {"done", "device_ended", "device_unknown"}
    assert database.rows("SELECT count(*) FROM stamp_events WHERE business_id = %s", shop.business_id) == [
        (found["done"],)
    ]
    assert set(Codes.of(await at_once(*uploads))) <= {"device_ended"}


async def test_a_till_revoked_while_somebody_switches_leaves_nobody_signed_in(
    db: TenantPool, platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer,
    database: TestDatabase,
) -> None:  # fmt: skip
    await pins.set_pin(db, settings.keys, shop.diego.caller, PIN)
    for _ in range(10):
        tablet = await devices.enrol_till(
            db, settings.keys, tokens, shop.rosa.caller, new_id(), name="Tablet", branch_id=None
        )
        await at_once(
            switching(platform_db, settings, tokens, tablet, shop.diego, PIN),
            partial(devices.end_till, db, shop.rosa.caller, tablet.device_id),
        )
        alive = database.rows(
            "SELECT count(*) FROM sessions WHERE device_id = %s AND revoked_at IS NULL", tablet.device_id
        )
        assert alive == [(0,)]


async def test_a_pin_cleared_while_it_is_typed_leaves_nobody_signed_in(
    db: TenantPool, platform_db: PlatformPool, settings: Settings, shop: Shop, tokens: TokenIssuer, tablet: Enrolled,
    database: TestDatabase,
) -> None:  # fmt: skip
    for _ in range(10):
        await at_once(
            switching(platform_db, settings, tokens, tablet, shop.diego, PIN),
            lambda: pins.clear_pin(db, shop.rosa.caller, shop.diego.account_id),
        )
        alive = database.rows(
            "SELECT count(*) FROM sessions WHERE device_id = %s AND revoked_at IS NULL", tablet.device_id
        )
        assert alive == [(0,)]
        await pins.set_pin(db, settings.keys, shop.diego.caller, PIN)
        database.rows("DELETE FROM pin_tries WHERE account_id = %s", shop.diego.account_id)


async def test_a_key_revoked_while_it_stamps_is_out_for_good(
    db: TenantPool, platform_db: PlatformPool, shop: Shop, database: TestDatabase
) -> None:
    made = await keys.make_key(db, platform_db, shop.rosa.caller, name="Odoo", scopes=["stamps:write"], expires_at=None)
    rulebook, cards = Rulebook(), [shop.card() for _ in range(20)]

    def stamping(card: TestCard) -> Work:
        order = StampOrder(
            id=StampId(new_id()), account_id=made.id, membership_version=1, card_id=card.id, customer_id=None,
            scan_code=None, code_issued_at=None, occurred_at=datetime.now(UTC), count=1, amount_centimos=None,
            device_id=None, branch_id=None, override_reason=None,
        )  # fmt: skip
        return lambda: add_stamp(db, rulebook, shop.business_id, order)

    revoke: Work = lambda: keys.end_key(db, shop.rosa.caller, made.id)  # noqa: E731
    results = await at_once(*map(stamping, cards), revoke)
    assert set(Codes.of(results)) <= {"done", "membership_ended"}
    assert Codes.of(await at_once(*map(stamping, cards))) == {"membership_ended": 20}


async def test_a_shop_suspended_twenty_times_at_once_is_audited_once(
    platform_db: PlatformPool, shop: Shop, database: TestDatabase
) -> None:
    with shop.connect() as owner:
        admin = AccountId(new_id())
        owner.execute(
            "INSERT INTO accounts (id, email, name, password_hash) VALUES (%s, %s, 'Admin', 'x')",
            (admin, f"{uuid4().hex}@example.pe"),
        )
    claims = Claims(admin, None, "admin", 0, SessionId(new_id()), 0)
    work: Work = lambda: suspend(platform_db, claims, shop.business_id, reason="Nobody answers")  # noqa: E731
    await at_once(*[work] * 20)
    audited = database.rows(
        "SELECT count(*) FROM audit_log WHERE business_id = %s AND action = 'business.suspended'", shop.business_id
    )
    assert audited == [(1,)]

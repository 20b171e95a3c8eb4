"""Mail to strangers is counted under a lock: twenty who ask at once get no more of it than twenty in a row."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from sello.domains.business.accounts.actions import request_reset
from sello.domains.business.accounts.rules import MOST_LINKS_AN_HOUR
from sello.domains.business.staff.actions import invite
from sello.domains.business.staff.rules import MOST_INVITATIONS_A_DAY
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.errors import Refused
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

RACERS = 20


async def at_once(work: Callable[[int], Awaitable[object]]) -> Counter[str]:
    """How often it was done, and how often refused with which code, by twenty who began together."""
    barrier = asyncio.Barrier(RACERS)

    async def one(number: int) -> str:
        await barrier.wait()
        try:
            await work(number)
        except Refused as refused:
            return refused.code
        return "done"

    return Counter(await asyncio.gather(*(one(number) for number in range(RACERS))))


async def test_no_mailbox_is_filled_by_resets_asked_for_at_once(
    shop: Shop, database: TestDatabase, platform_db: PlatformPool
) -> None:
    [(email,)] = database.rows("SELECT email FROM accounts WHERE id = %s", shop.rosa.account_id)
    assert await at_once(lambda _: request_reset(platform_db, email=email)) == {"done": RACERS}
    made = database.rows("SELECT count(*) FROM account_tokens WHERE account_id = %s", shop.rosa.account_id)
    assert made == [(MOST_LINKS_AN_HOUR,)]
    mails = database.rows(
        "SELECT count(*) FROM pgqueuer j JOIN account_tokens t"
        " ON t.id::text = convert_from(j.payload, 'UTF8')::jsonb ->> 'token_id'"
        " WHERE j.entrypoint = 'mail.reset' AND t.account_id = %s",
        shop.rosa.account_id,
    )
    assert mails == [(MOST_LINKS_AN_HOUR,)]


async def test_a_shop_s_invitations_of_a_day_are_counted_once_each(
    shop: Shop, database: TestDatabase, db: TenantPool, platform_db: PlatformPool
) -> None:
    left = 3
    database.rows(
        "INSERT INTO audit_log (id, business_id, account_id, action)"
        " SELECT new_id(), %s, %s, 'staff.invited' FROM generate_series(1, %s)",
        shop.business_id,
        shop.rosa.account_id,
        MOST_INVITATIONS_A_DAY - left,
    )

    async def ask(number: int) -> object:
        email = f"{shop.business_id.hex[:10]}-{number}@example.pe"
        return await invite(db, platform_db, shop.rosa.caller, email=email, name="Luz", role="staff")

    assert await at_once(ask) == {"done": left, "too_many_requests": RACERS - left}

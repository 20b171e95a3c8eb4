"""Plans at the same moment: barriers let everybody go at once, on real connections."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from sello.domains.campaign.codes.actions import Use, redeem_code
from sello.domains.campaign.planning.rules import Planned
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import new_id
from tests.support.campaigns import Campaigns, agree
from tests.support.evenings import past
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import code_of


@pytest.fixture
def campaigns(shop: Shop, client: httpx.AsyncClient, db: TenantPool, database: TestDatabase) -> Campaigns:
    return Campaigns(shop, client, db, database)


async def at_once(*works: Awaitable[Any]) -> list[Any]:
    """Every piece of work in its own task, released together."""
    barrier = asyncio.Barrier(len(works))

    async def one(work: Awaitable[Any]) -> Any:
        await barrier.wait()
        return await work

    return await asyncio.gather(*(one(work) for work in works))


async def test_twenty_planners_of_four_campaigns_are_one_message(campaigns: Campaigns, shop: Shop) -> None:
    ana = shop.card()
    agree(shop, ana)
    past(shop, [(ana, (20,))])
    running = [await campaigns.start({"kind": "inactivity"}, name=f"Campaña {number}") for number in range(4)]
    planned = await at_once(*(campaigns.plan(running[number % 4]) for number in range(20)))
    assert sum(planned, Planned(0, 0)) == Planned(1, 0)
    rows = campaigns.database.rows(
        "SELECT (SELECT count(*) FROM campaign_sends WHERE customer_id = %(id)s),"
        " (SELECT count(*) FROM send_windows WHERE customer_id = %(id)s),"
        " (SELECT count(*) FROM campaign_members WHERE customer_id = %(id)s),"
        " (SELECT count(*) FROM discount_codes WHERE customer_id = %(id)s)".replace("%(id)s", "%s"),
        *[ana.customer_id] * 4,
    )
    assert rows == [(1, 1, 1, 1)]


async def test_eight_planners_of_a_whole_shop_plan_each_customer_once(campaigns: Campaigns, shop: Shop) -> None:
    cards = [shop.card(name=f"Cliente {number}") for number in range(80)]
    agree(shop, *cards)
    past(shop, [(card, (20,)) for card in cards])
    campaign = await campaigns.start({"kind": "inactivity"}, holdout_percent=30)
    planned = sum(await at_once(*(campaigns.plan(campaign) for _ in range(8))), Planned(0, 0))
    assert planned.messages + planned.held_out == 80
    assert len(campaigns.members(campaign)) == 80


async def test_a_code_is_used_once_however_many_tills_try(campaigns: Campaigns, shop: Shop) -> None:
    ana = shop.card()
    agree(shop, ana)
    past(shop, [(ana, (20,))])
    await campaigns.plan(await campaigns.start({"kind": "inactivity"}))
    code = campaigns.database.rows("SELECT code FROM discount_codes WHERE customer_id = %s", ana.customer_id)[0][0]
    tries = [code_of(redeem_code(campaigns.db, shop.diego.caller, code, Use(id=new_id()))) for _ in range(20)]
    done = await at_once(*tries)
    assert sorted(one if isinstance(one, str) else "done" for one in done) == ["code_used"] * 19 + ["done"]
    same = Use(id=new_id())
    again = await at_once(*(code_of(redeem_code(campaigns.db, shop.diego.caller, code, same)) for _ in range(3)))
    assert again == ["code_used"] * 3

"""What campaigns keep for how long: young rows stay, old ones go, and no message's result goes with them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from sello.domains.campaign.alerts.actions import raise_alert
from sello.domains.campaign.inbox.actions import receive
from sello.domains.campaign.inbox.rules import phone_hash
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.database.retention import forget_old_rows
from sello.shared.ids import new_id
from tests.support.campaign_scenes import SENDER, Scenes
from tests.support.servers import Servers, TestDatabase
from tests.support.shop import make_shop

# table, and after how many days its row is gone (counted from when it was over)
KEPT = {"sender_phones": 8, "webhook_inbox": 90, "short_links": 120, "campaign_alerts": 400}


@pytest.fixture
def own(servers: Servers) -> Iterator[TestDatabase]:
    """A database of the test's own: what is over its time goes from it with everybody's rows."""
    database = servers.database("sello_kept")
    yield database
    database.set_clock(None)


async def test_rows_of_campaigns_are_kept_for_their_time(
    own: TestDatabase, servers: Servers, app: FastAPI, tmp_path: Path
) -> None:
    settings, database = Settings(**own.environment(servers, home=tmp_path)), own
    shop = make_shop(settings)
    scenes = Scenes(shop.owner_url, app)
    db, platform_db = TenantPool(settings.database_url, size=2), PlatformPool(settings.database_platform_url, size=2)
    await db.open()
    await platform_db.open()
    campaign = scenes.campaign(shop)
    sent = scenes.send(shop, shop.card(), campaign=campaign, accepted=True)
    await db.transact(
        shop.business_id, lambda tx: raise_alert(tx, shop.business_id, campaign, "not_delivered", {"count": 1})
    )
    inbox = await receive(platform_db, "status", new_id().bytes, {"MessageSid": sent.sid})
    hashed = phone_hash(settings.keys, f"+519{new_id().int % 10**8:08d}")
    database.rows("INSERT INTO sender_phones (sender, phone_hash, last_at) VALUES (%s, %s, app_now())", SENDER, hashed)

    def left() -> dict[str, bool]:
        [row] = database.rows(
            "SELECT EXISTS (SELECT FROM sender_phones WHERE phone_hash = %s),"
            " EXISTS (SELECT FROM webhook_inbox WHERE id = %s),"
            " EXISTS (SELECT FROM short_links WHERE send_id = %s),"
            " EXISTS (SELECT FROM campaign_alerts WHERE campaign_id = %s)",
            hashed,
            inbox,
            sent.id,
            campaign,
        )
        return dict(zip(KEPT, row, strict=True))

    for days in sorted(KEPT.values()):
        database.set_clock(timedelta(days=days, hours=-1))
        await forget_old_rows(platform_db)
        assert left() == {table: days <= last for table, last in KEPT.items()}
        database.set_clock(timedelta(days=days, hours=1))
        await forget_old_rows(platform_db)
        assert left() == {table: days < last for table, last in KEPT.items()}
    assert database.rows("SELECT count(*) FROM campaign_sends WHERE id = %s", sent.id) == [(1,)]
    assert database.rows("SELECT count(*) FROM campaign_members WHERE send_id = %s", sent.id) == [(1,)]
    scenes.close()
    await db.close()
    await platform_db.close()

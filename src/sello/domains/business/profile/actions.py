"""Change how a shop presents itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import psycopg

from sello.domains.business.audit import write_audit
from sello.domains.business.files import hide, present_file, show, store
from sello.domains.business.profile import queries
from sello.domains.business.profile.rules import Profile, may_be_picture
from sello.domains.business.staff.queries import lock_shop
from sello.events import BusinessChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db
from sello.infrastructure.pictures import Pictures
from sello.infrastructure.storage import Link, Storage
from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId

LOGO_LINK: Final = timedelta(days=1)  # pages that strangers keep open go on showing it


async def change_profile(db: Db, caller: Caller, changes: dict[str, Any]) -> Profile:
    """Change what `changes` (fields of Profile) names; the same values again change nothing.

    The zone is fixed by the first reward rules, because no stamp can be given before them and every stamp's day is
    counted in it. Locks the shop's row. Refuses slug_taken, zone_fixed.
    """
    business_id = caller.business_id

    async def work(tx: Db) -> Profile:
        present = await queries.locked_profile(tx, business_id)
        if present is None:
            raise Refused("not_found")
        wanted = replace(present, **changes)
        changed = sorted(name for name in changes if getattr(wanted, name) != getattr(present, name))
        if not changed:
            return present
        if "zone" in changed and present.rule_version > 0:
            raise Refused("zone_fixed")
        await queries.put_profile(tx, business_id, wanted)
        await _tell(tx, caller, changed)
        return wanted

    try:
        return await db.transact(business_id, work)
    except psycopg.errors.UniqueViolation as error:
        raise Refused("slug_taken") from error


async def put_logo(db: Db, storage: Storage, pictures: Pictures, caller: Caller, data: bytes) -> None:
    """Make this picture the shop's logo. Refuses logo_unreadable, logo_too_many_pixels, unavailable."""
    if not may_be_picture(data):
        raise Refused("logo_unreadable")
    business_id = caller.business_id
    file = await store(db, storage, business_id, "logo", await pictures.clean(data))

    async def work(tx: Db) -> None:
        await lock_shop(tx, business_id)
        await show(tx, business_id, "logo", file)
        await _tell(tx, caller, ["logo"])

    await db.transact(business_id, work)


async def remove_logo(db: Db, caller: Caller) -> None:
    """Do without a logo."""

    async def work(tx: Db) -> None:
        await lock_shop(tx, caller.business_id)
        if await hide(tx, caller.business_id, "logo"):
            await _tell(tx, caller, ["logo"])

    await db.transact(caller.business_id, work)


async def logo_link(db: Db, storage: Storage, business_id: BusinessId) -> Link | None:
    """Where the shop's logo is for a day, or None."""
    logo = await present_file(db, business_id, "logo")
    return await storage.link(logo.name, lifetime=LOGO_LINK) if logo else None


async def _tell(tx: Db, caller: Caller, changed: list[str]) -> None:
    await facts.record(tx, caller.business_id, BusinessChanged(fields=changed))
    await write_audit(
        tx,
        caller.business_id,
        account_id=caller.account_id,
        action="business.changed",
        subject_id=caller.business_id,
        details={"fields": changed},
    )

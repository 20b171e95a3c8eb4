"""What an imported shop needs to live here: its files, its statistics, and that whoever was erased stays erased.

Runs inside the import's transaction. What it stores outside the database has names that follow from what is stored, so
an import that was killed and is tried again leaves nothing lying about.
"""

from contextlib import closing

from sello.domains.analytics import close_days, count_shop
from sello.domains.business import keep_logo
from sello.domains.business.poster.jobs import JOBS as POSTERS
from sello.domains.customer.persons.jobs import follow_erasures
from sello.domains.loyalty import work_night
from sello.entry.personal_data import PERSONS
from sello.entry.settings import Settings
from sello.entry.storing import storage_of
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.database.jobs import enqueue
from sello.infrastructure.pictures import Pictures
from sello.infrastructure.storage import Storage
from sello.shared.ids import BusinessId


async def settle(
    settings: Settings, db: Db, platform_db: PlatformDb, business_id: BusinessId, logo: bytes | None, *, store: bool
) -> int:
    """Make the shop whole; how many people were erased once more. Without `store` nothing leaves the transaction.

    Refuses logo_unreadable, logo_too_many_pixels.
    """
    storage = storage_of(settings)
    again = await follow_erasures(db, storage, PERSONS, settings.keys, business_id, store=store)
    if logo is not None:
        await _hang(db, storage, business_id, logo, store=store)
    await count_shop(db, business_id)
    # What fell due since the archive was made: nobody waits for the next night's job to see it.
    await work_night(db, business_id)
    await close_days(db, business_id)
    for name in POSTERS:
        await enqueue(platform_db, name, {"business_id": str(business_id)})
    return again


async def _hang(db: Db, storage: Storage, business_id: BusinessId, logo: bytes, *, store: bool) -> None:
    """The logo, cleaned like any picture that a stranger sends."""
    with closing(Pictures()) as pictures:
        png = await pictures.clean(logo)
    if store:
        await keep_logo(db, storage, business_id, png)

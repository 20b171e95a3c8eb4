"""Ask for an archive, look how far it is, get a link to it. The owner alone, with the password once more."""

from uuid import UUID

from sello.domains.business.archives import queries
from sello.domains.business.archives.rules import LINK, MOST_A_DAY, Archive, state_of
from sello.domains.business.audit import write_audit
from sello.domains.business.credentials import prove_again
from sello.domains.business.staff.queries import lock_shop
from sello.events import ArchiveAsked
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.storage import Link, Storage
from sello.shared import clock
from sello.shared.auth import Caller, Keys, Passwords
from sello.shared.errors import Refused
from sello.shared.ids import new_id

_SHOWN = 20


async def ask_archive(
    db: Db, platform: PlatformDb, passwords: Passwords, keys: Keys, caller: Caller, *, password: str, network: str
) -> Archive:
    """Have an archive made; the reaction to ArchiveAsked makes it. Locks the shop's row.

    Refuses forbidden (a platform admin has the command line), archive_running, too_many_requests (five a day), and
    what `credentials.prove` refuses.
    """
    await _prove(platform, passwords, keys, caller, password=password, network=network)
    business_id, id_ = caller.business_id, new_id()

    async def work(tx: Db) -> Archive:
        await lock_shop(tx, business_id)
        if await queries.asked_today(tx, business_id) >= MOST_A_DAY:
            raise Refused("too_many_requests", after=3600)
        if await queries.insert_archive(tx, business_id, id_, asked_by=caller.account_id) == 0:
            raise Refused("archive_running")
        await facts.record(tx, business_id, ArchiveAsked(archive_id=id_))
        await write_audit(tx, business_id, account_id=caller.account_id, action="archive.asked", subject_id=id_)
        return await _archive(tx, caller, id_)

    return await db.transact(business_id, work)


async def recent_archives(db: Db, caller: Caller) -> list[Archive]:
    """The shop's last archives, the newest first."""
    return await queries.archives_of(db, caller.business_id, most=_SHOWN)


async def archive(db: Db, caller: Caller, id_: UUID) -> Archive:
    """One of them; refuses not_found."""
    return await _archive(db, caller, id_)


async def link_archive(
    db: Db,
    platform: PlatformDb,
    storage: Storage,
    passwords: Passwords,
    keys: Keys,
    caller: Caller,
    id_: UUID,
    *,
    password: str,
    network: str,
) -> Link:
    """An address that downloads it for a quarter of an hour; audited.

    Refuses forbidden, not_found (also while it is not ready, or no more), and what `credentials.prove` refuses.
    """
    await _prove(platform, passwords, keys, caller, password=password, network=network)
    found = await _archive(db, caller, id_)
    if found.name is None or state_of(found, clock.now()) != "ready":
        raise Refused("not_found")
    await write_audit(db, caller.business_id, account_id=caller.account_id, action="archive.linked", subject_id=id_)
    return await storage.link(found.name, lifetime=LINK)


async def _prove(
    platform: PlatformDb, passwords: Passwords, keys: Keys, caller: Caller, *, password: str, network: str
) -> None:
    if caller.role != "owner":
        raise Refused("forbidden")
    await prove_again(platform, passwords, keys, caller.account_id, password=password, network=network)


async def _archive(db: Db, caller: Caller, id_: UUID) -> Archive:
    found = await queries.archive_of(db, caller.business_id, id_)
    if found is None:
        raise Refused("not_found")
    return found

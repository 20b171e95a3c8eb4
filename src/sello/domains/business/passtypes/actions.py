"""Give a shop its own pass type id."""

from collections.abc import Callable

import psycopg

from sello.domains.business.audit import write_audit_as_platform
from sello.domains.business.passtypes import queries
from sello.domains.business.sessions.queries import business_exists
from sello.events import BusinessChanged
from sello.infrastructure.database import facts
from sello.infrastructure.database.db import PlatformDb
from sello.shared.auth import Claims
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId


async def set_pass_type(
    db: PlatformDb,
    admin: Claims,
    business_id: BusinessId,
    pass_type_id: str | None,
    *,
    is_installed: Callable[[str], bool],
) -> None:
    """Let the shop's cards go out under this id from now on; None: the platform's. The same again changes nothing.

    Cards that are in phones keep theirs: an id never changes under a card. Refuses not_found, pass_type_unknown (no
    certificate of it is here), pass_type_taken.
    """
    if pass_type_id is not None and not is_installed(pass_type_id):
        raise Refused("pass_type_unknown")

    async def work(tx: PlatformDb) -> None:
        if not await business_exists(tx, business_id):
            raise Refused("not_found")
        if await queries.put_pass_type(tx, business_id, pass_type_id=pass_type_id):
            await facts.record_as_platform(tx, business_id, BusinessChanged(fields=["apple_pass_type_id"]))
            await write_audit_as_platform(
                tx,
                business_id,
                account_id=admin.account_id,
                action="business.pass_type_set",
                subject_id=business_id,
                details={"pass_type_id": pass_type_id},
            )

    try:
        await db.transact(work)
    except psycopg.errors.UniqueViolation as error:
        raise Refused("pass_type_taken") from error

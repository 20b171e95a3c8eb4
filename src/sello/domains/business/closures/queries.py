"""The two moments that stop a shop."""

from datetime import timedelta

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId


async def suspend_business(db: PlatformDb, business_id: BusinessId) -> int:
    """Suspend a shop; 0 rows when it is suspended or there is none."""
    return await db.execute(
        "UPDATE businesses SET suspended_at = app_now() WHERE id = %(business_id)s AND suspended_at IS NULL",
        business_id=business_id,
    )


async def resume_business(db: PlatformDb, business_id: BusinessId) -> int:
    """End a suspension; 0 rows when there is none."""
    return await db.execute(
        "UPDATE businesses SET suspended_at = NULL WHERE id = %(business_id)s AND suspended_at IS NOT NULL",
        business_id=business_id,
    )


async def close_business(db: Db, business_id: BusinessId) -> int:
    """Close a shop; 0 rows when it is closed."""
    return await db.execute(
        business_id, "UPDATE businesses SET closed_at = app_now() WHERE id = %(business_id)s AND closed_at IS NULL"
    )


async def reopen_business(db: Db, business_id: BusinessId, *, within: timedelta) -> int:
    """Open a shop again; 0 rows when it is open, or closed for longer than that."""
    return await db.execute(
        business_id,
        """
        UPDATE businesses SET closed_at = NULL
        WHERE id = %(business_id)s AND closed_at > app_now() - %(within)s
        """,
        within=within,
    )

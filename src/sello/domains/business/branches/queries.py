"""Branches of a shop."""

from dataclasses import dataclass
from datetime import datetime

from sello.infrastructure.database.db import Db
from sello.shared.ids import BranchId, BusinessId


@dataclass(frozen=True, slots=True)
class Branch:
    """A place of the shop, and how many tills stand there."""

    id: BranchId
    name: str
    closed_at: datetime | None
    latitude: float | None
    longitude: float | None
    tills: int


_BRANCH = """
    SELECT b.id, b.name, b.closed_at, b.latitude, b.longitude,
      (SELECT count(*) FROM devices d WHERE d.business_id = b.business_id AND d.branch_id = b.id
         AND d.revoked_at IS NULL) AS tills
    FROM branches b
"""


async def branches_of(db: Db, business_id: BusinessId) -> list[Branch]:
    """All branches, the open ones first, by name."""
    return await db.fetch_all(
        Branch,
        business_id,
        _BRANCH + "WHERE b.business_id = %(business_id)s ORDER BY b.closed_at IS NOT NULL, b.name, b.id LIMIT 500",
    )


async def branch_of(db: Db, business_id: BusinessId, branch_id: BranchId) -> Branch | None:
    """One branch."""
    return await db.fetch_one(
        Branch,
        business_id,
        _BRANCH + "WHERE b.business_id = %(business_id)s AND b.id = %(branch_id)s",
        branch_id=branch_id,
    )


async def insert_branch(db: Db, business_id: BusinessId, branch_id: BranchId, name: str) -> int:
    """Open a branch; 0 rows when that id already is one."""
    return await db.execute(
        business_id,
        """
        INSERT INTO branches (business_id, id, name) VALUES (%(business_id)s, %(branch_id)s, %(name)s)
        ON CONFLICT (business_id, id) DO NOTHING
        """,
        branch_id=branch_id,
        name=name,
    )


async def rename_branch(db: Db, business_id: BusinessId, branch_id: BranchId, name: str) -> int:
    """Call a branch otherwise."""
    return await db.execute(
        business_id,
        "UPDATE branches SET name = %(name)s WHERE business_id = %(business_id)s AND id = %(branch_id)s",
        branch_id=branch_id,
        name=name,
    )


async def place_branch(
    db: Db, business_id: BusinessId, branch_id: BranchId, *, latitude: float | None, longitude: float | None
) -> int:
    """Say where a branch is (None: nobody is told); 0 rows when it is there already or there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE branches SET latitude = %(latitude)s, longitude = %(longitude)s
        WHERE business_id = %(business_id)s AND id = %(branch_id)s
          AND (latitude, longitude) IS DISTINCT FROM (%(latitude)s::float8, %(longitude)s::float8)
        """,
        branch_id=branch_id,
        latitude=latitude,
        longitude=longitude,
    )


async def close_branch(db: Db, business_id: BusinessId, branch_id: BranchId) -> int:
    """Close a branch; 0 rows when it is closed or there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE branches SET closed_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(branch_id)s AND closed_at IS NULL
        """,
        branch_id=branch_id,
    )


async def reopen_branch(db: Db, business_id: BusinessId, branch_id: BranchId) -> int:
    """Open a closed branch again; 0 rows when it is open or there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE branches SET closed_at = NULL
        WHERE business_id = %(business_id)s AND id = %(branch_id)s AND closed_at IS NOT NULL
        """,
        branch_id=branch_id,
    )

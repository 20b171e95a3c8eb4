"""Shops, branches, tills and rule versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BranchId, BusinessId, DeviceId


@dataclass(frozen=True, slots=True)
class Business:
    """A shop as its row says."""

    id: BusinessId
    code: str
    slug: str
    name: str
    zone: str
    locale: str
    rule_version: int
    suspended_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RulesRow:
    """One version of the rules."""

    version: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """A till."""

    id: DeviceId
    name: str
    branch_id: BranchId | None
    enrolled_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A place of the shop."""

    id: BranchId
    name: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """The number of a rules version."""

    version: int


async def business_of(db: Db, business_id: BusinessId) -> Business | None:
    """The shop itself."""
    return await db.fetch_one(
        Business,
        business_id,
        """
        SELECT id, code, slug, name, zone, locale, rule_version, suspended_at, closed_at
        FROM businesses WHERE id = %(business_id)s
        """,
    )


async def rules_in_force(db: Db, business_id: BusinessId) -> RulesRow | None:
    """The newest version of the rules, or None before the first."""
    return await db.fetch_one(
        RulesRow,
        business_id,
        """
        SELECT r.version, r.body FROM businesses b
        JOIN reward_rules r ON r.business_id = b.id AND r.version = b.rule_version
        WHERE b.id = %(business_id)s
        """,
    )


async def next_rules_version(db: Db, business_id: BusinessId) -> Version | None:
    """Count the shop's rule version up, locking the shop's row until the transaction ends."""
    return await db.fetch_one(
        Version,
        business_id,
        """
        UPDATE businesses SET rule_version = rule_version + 1 WHERE id = %(business_id)s
        RETURNING rule_version AS version
        """,
    )


async def insert_rules(
    db: Db, business_id: BusinessId, version: int, body: str, *, account_id: AccountId | None
) -> None:
    """Keep a version of the rules (JSON text)."""
    await db.execute(
        business_id,
        """
        INSERT INTO reward_rules (business_id, version, body, created_by)
        VALUES (%(business_id)s, %(version)s, %(body)s::jsonb, %(account_id)s)
        """,
        version=version,
        body=body,
        account_id=account_id,
    )


async def insert_device(
    db: Db,
    business_id: BusinessId,
    device_id: DeviceId,
    *,
    name: str,
    branch_id: BranchId | None,
    account_id: AccountId,
) -> int:
    """Enrol a till; 0 rows when that id already is one."""
    return await db.execute(
        business_id,
        """
        INSERT INTO devices (business_id, id, name, branch_id, enrolled_by)
        VALUES (%(business_id)s, %(device_id)s, %(name)s, %(branch_id)s, %(account_id)s)
        ON CONFLICT (business_id, id) DO NOTHING
        """,
        device_id=device_id,
        name=name,
        branch_id=branch_id,
        account_id=account_id,
    )


async def device_of(db: Db, business_id: BusinessId, device_id: DeviceId) -> Device | None:
    """One till."""
    return await db.fetch_one(
        Device,
        business_id,
        """
        SELECT id, name, branch_id, enrolled_at, revoked_at FROM devices
        WHERE business_id = %(business_id)s AND id = %(device_id)s
        """,
        device_id=device_id,
    )


async def devices_of(db: Db, business_id: BusinessId) -> list[Device]:
    """All tills, the newest first."""
    return await db.fetch_all(
        Device,
        business_id,
        """
        SELECT id, name, branch_id, enrolled_at, revoked_at FROM devices
        WHERE business_id = %(business_id)s ORDER BY enrolled_at DESC, id LIMIT 500
        """,
    )


async def revoke_device(db: Db, business_id: BusinessId, device_id: DeviceId) -> int:
    """End a till; 0 rows when there is none."""
    return await db.execute(
        business_id,
        """
        UPDATE devices SET revoked_at = coalesce(revoked_at, app_now())
        WHERE business_id = %(business_id)s AND id = %(device_id)s
        """,
        device_id=device_id,
    )


async def branches_of(db: Db, business_id: BusinessId) -> list[Branch]:
    """All branches by name."""
    return await db.fetch_all(
        Branch,
        business_id,
        "SELECT id, name, closed_at FROM branches WHERE business_id = %(business_id)s ORDER BY name, id LIMIT 500",
    )


async def branch_of(db: Db, business_id: BusinessId, branch_id: BranchId) -> Branch | None:
    """One branch."""
    return await db.fetch_one(
        Branch,
        business_id,
        "SELECT id, name, closed_at FROM branches WHERE business_id = %(business_id)s AND id = %(branch_id)s",
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

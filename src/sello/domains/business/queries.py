"""Shops and rule versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sello.domains.business.rules import Picture
from sello.infrastructure.database.db import Db
from sello.shared.ids import AccountId, BusinessId


@dataclass(frozen=True, slots=True)
class Business:
    """A shop as its row says."""

    id: BusinessId
    code: str
    slug: str
    name: str
    zone: str
    locale: str
    picture: Picture
    rule_version: int
    suspended_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RulesRow:
    """One version of the rules."""

    version: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RulesVersion(RulesRow):
    """A version with when and by whom it was made; `by` is None for the first one and for a platform admin's."""

    created_at: datetime
    by: str | None
    in_force: bool


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
        SELECT id, code, slug, name, zone, locale, picture, rule_version, suspended_at, closed_at
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


async def rules_versions(db: Db, business_id: BusinessId, *, before: int, most: int) -> list[RulesVersion]:
    """Versions with a number below `before`, the newest first."""
    return await db.fetch_all(
        RulesVersion,
        business_id,
        """
        SELECT r.version, r.body, r.created_at, m.name AS by, r.version = b.rule_version AS in_force
        FROM reward_rules r JOIN businesses b ON b.id = r.business_id
        LEFT JOIN memberships m ON m.business_id = r.business_id AND m.account_id = r.created_by
        WHERE r.business_id = %(business_id)s AND r.version < %(before)s ORDER BY r.version DESC LIMIT %(most)s
        """,
        before=before,
        most=most,
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

"""Versions of the reward rules with their time in force."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class Term:
    """A version and when it came into force."""

    version: int
    since: datetime


@dataclass(frozen=True, slots=True)
class TermWithBody(Term):
    """A version with its rules; `until` is when the next one came, None while it is in force."""

    until: datetime | None
    body: dict[str, Any]


async def term_of(db: Db, business_id: BusinessId, version: int) -> TermWithBody | None:
    """One version of the rules."""
    return await db.fetch_one(
        TermWithBody,
        business_id,
        """
        SELECT r.version, r.created_at AS since, n.created_at AS until, r.body FROM reward_rules r
        LEFT JOIN reward_rules n ON n.business_id = r.business_id AND n.version = r.version + 1
        WHERE r.business_id = %(business_id)s AND r.version = %(version)s
        """,
        version=version,
    )


async def terms_of(db: Db, business_id: BusinessId, *, most: int) -> list[Term]:
    """The versions, the newest first."""
    return await db.fetch_all(
        Term,
        business_id,
        """
        SELECT version, created_at AS since FROM reward_rules
        WHERE business_id = %(business_id)s ORDER BY version DESC LIMIT %(most)s
        """,
        most=most,
    )

"""Whose message has this sid: asked above the tenants, for callbacks that say nothing else."""

from dataclasses import dataclass

from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import BusinessId, SendId


@dataclass(frozen=True, slots=True)
class Owner:
    """One of our messages by its sid."""

    sid: str
    business_id: BusinessId
    send_id: SendId


async def owners_of(db: PlatformDb, sids: list[str]) -> list[Owner]:
    """The messages with these sids; unknown ones are left out."""
    return await db.fetch_all(
        Owner,
        "SELECT sid, business_id, id AS send_id FROM campaign_sends WHERE sid = ANY (%(sids)s)",
        sids=sids,
    )

"""The pass type ids of shops."""

from dataclasses import dataclass

from sello.infrastructure.database.db import Db, PlatformDb
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class OwnPassType:
    """A shop's own pass type id; None: the platform's."""

    pass_type_id: str | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A shop that has a pass type id of its own."""

    id: BusinessId
    name: str
    pass_type_id: str


async def own_pass_type(db: Db, business_id: BusinessId) -> OwnPassType | None:
    """The shop's own."""
    return await db.fetch_one(
        OwnPassType,
        business_id,
        "SELECT apple_pass_type_id AS pass_type_id FROM businesses WHERE id = %(business_id)s",
    )


async def put_pass_type(db: PlatformDb, business_id: BusinessId, *, pass_type_id: str | None) -> int:
    """Give a shop its own, or the platform's; 0 rows when it has it. Raises UniqueViolation: another shop's."""
    return await db.execute(
        """
        UPDATE businesses SET apple_pass_type_id = %(pass_type_id)s::text
        WHERE id = %(business_id)s AND apple_pass_type_id IS DISTINCT FROM %(pass_type_id)s::text
        """,
        business_id=business_id,
        pass_type_id=pass_type_id,
    )


async def holders(db: PlatformDb) -> list[Holder]:
    """Every shop with a pass type id of its own."""
    return await db.fetch_all(
        Holder,
        """
        SELECT id, name, apple_pass_type_id AS pass_type_id FROM businesses
        WHERE apple_pass_type_id IS NOT NULL ORDER BY apple_pass_type_id
        """,
    )

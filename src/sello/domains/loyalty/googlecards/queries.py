"""Google's passes and classes by their rows."""

from dataclasses import dataclass
from uuid import UUID

from sello.domains.loyalty.googlecards.rules import GooglePass, Noted
from sello.infrastructure.database.db import Db
from sello.shared.ids import BusinessId, CardId


@dataclass(frozen=True, slots=True)
class Put:
    """What Google last took as the shop's class."""

    digest: bytes


@dataclass(frozen=True, slots=True)
class Locked:
    """A pass whose row is locked."""

    id: UUID


@dataclass(frozen=True, slots=True)
class ShopCode:
    """The code that a shop's links begin with; it never changes."""

    code: str


async def shop_code(db: Db, business_id: BusinessId) -> ShopCode | None:
    """The shop's code, also of one that has closed."""
    return await db.fetch_one(ShopCode, business_id, "SELECT code FROM businesses WHERE id = %(business_id)s")


async def google_passes(db: Db, business_id: BusinessId, card_id: CardId) -> list[GooglePass]:
    """The passes that show this card: its own and, where others were merged into it, theirs."""
    return await db.fetch_all(
        GooglePass,
        business_id,
        """
        SELECT p.id, p.card_id, p.serial, p.locale, p.tag, p.shown_seq, p.saved_at FROM wallet_passes p
        WHERE p.business_id = %(business_id)s AND p.kind = 'google' AND (p.card_id = %(card_id)s OR p.card_id IN (
          SELECT m.id FROM cards m WHERE m.business_id = %(business_id)s AND m.merged_into = %(card_id)s))
        ORDER BY p.id
        """,
        card_id=card_id,
    )


async def insert_pass(
    db: Db, business_id: BusinessId, card_id: CardId, *, id: UUID, serial: str, locale: str, seq: int
) -> int:
    """A pass for the card; 0 rows when it has one."""
    return await db.execute(
        business_id,
        """
        INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, locale, noted_seq)
        VALUES (%(business_id)s, %(id)s, %(card_id)s, 'google', %(serial)s, %(locale)s, %(seq)s)
        ON CONFLICT (business_id, card_id, kind) DO NOTHING
        """,
        card_id=card_id,
        id=id,
        serial=serial,
        locale=locale,
        seq=seq,
    )


async def lock_pass(db: Db, business_id: BusinessId, pass_id: UUID) -> Locked | None:
    """Lock a pass until the transaction ends: what its person was told is counted by one at a time."""
    return await db.fetch_one(
        Locked,
        business_id,
        "SELECT id FROM wallet_passes WHERE business_id = %(business_id)s AND id = %(pass_id)s FOR NO KEY UPDATE",
        pass_id=pass_id,
    )


async def noted_of(db: Db, business_id: BusinessId, pass_id: UUID) -> list[Noted]:
    """What Google was given and the person told, as far as it is kept, the newest first."""
    return await db.fetch_all(
        Noted,
        business_id,
        """
        SELECT kind, at, details FROM wallet_events
        WHERE business_id = %(business_id)s AND pass_id = %(pass_id)s AND kind IN ('patched', 'notified')
        ORDER BY number DESC
        """,
        pass_id=pass_id,
    )


async def mark_patched(db: Db, business_id: BusinessId, pass_id: UUID, *, tag: int, seq: int) -> int:
    """Google has what was noted up to `tag`, and the card up to its entry `seq`."""
    return await db.execute(
        business_id,
        """
        UPDATE wallet_passes SET patched_tag = greatest(patched_tag, %(tag)s),
          shown_seq = greatest(coalesce(shown_seq, 0), %(seq)s), shown_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(pass_id)s
        """,
        pass_id=pass_id,
        tag=tag,
        seq=seq,
    )


async def mark_left(db: Db, business_id: BusinessId, pass_id: UUID, *, tag: int) -> int:
    """Google will never take what was noted up to `tag`: it is owed no more."""
    return await db.execute(
        business_id,
        """
        UPDATE wallet_passes SET patched_tag = greatest(patched_tag, %(tag)s)
        WHERE business_id = %(business_id)s AND id = %(pass_id)s
        """,
        pass_id=pass_id,
        tag=tag,
    )


async def mark_saved(db: Db, business_id: BusinessId, pass_id: UUID, *, saved: bool) -> int:
    """Somebody keeps it in a phone, or nobody any more; 0 rows when that is known."""
    return await db.execute(
        business_id,
        """
        UPDATE wallet_passes SET saved_at = CASE WHEN %(saved)s THEN app_now() END
        WHERE business_id = %(business_id)s AND id = %(pass_id)s AND (saved_at IS NOT NULL) <> %(saved)s
        """,
        pass_id=pass_id,
        saved=saved,
    )


async def class_put(db: Db, business_id: BusinessId) -> Put | None:
    """The class that Google has of this shop."""
    return await db.fetch_one(Put, business_id, "SELECT digest FROM google_classes WHERE business_id = %(business_id)s")


async def keep_class(db: Db, business_id: BusinessId, *, digest: bytes) -> int:
    """Google has taken this class."""
    return await db.execute(
        business_id,
        """
        INSERT INTO google_classes (business_id, digest) VALUES (%(business_id)s, %(digest)s)
        ON CONFLICT (business_id) DO UPDATE SET digest = excluded.digest, put_at = app_now()
        """,
        digest=digest,
    )

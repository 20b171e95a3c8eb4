"""Phones and what they show. As platform: a phone names a pass, and nobody knows the shop before that."""

from dataclasses import dataclass
from uuid import UUID

from sello.infrastructure.database.db import PlatformDb
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class Locked:
    """A pass whose row is held until the transaction ends."""

    tag: int


@dataclass(frozen=True, slots=True)
class Device:
    """A phone's row."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Registered:
    """Whether a registration is a new one."""

    new: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many."""

    count: int


@dataclass(frozen=True, slots=True)
class Tag:
    """The number of a change."""

    tag: int


@dataclass(frozen=True, slots=True)
class Changed:
    """A pass that has changed since."""

    business_id: BusinessId
    pass_id: UUID
    serial: str
    tag: int


async def lock_pass(db: PlatformDb, business_id: BusinessId, pass_id: UUID) -> Locked | None:
    """Hold a pass: who registers, unregisters or notes a change waits for the others."""
    return await db.fetch_one(
        Locked,
        "SELECT tag FROM wallet_passes WHERE business_id = %(business_id)s AND id = %(pass_id)s FOR NO KEY UPDATE",
        business_id=business_id,
        pass_id=pass_id,
    )


async def put_device(
    db: PlatformDb, id_: UUID, *, device_id: str, pass_type_id: str, push_token_sealed: bytes
) -> Device | None:
    """A phone with its present push token."""
    return await db.fetch_one(
        Device,
        """
        INSERT INTO wallet_devices AS d (id, device_id, pass_type_id, push_token_sealed)
        VALUES (%(id)s, %(device_id)s, %(pass_type_id)s, %(push_token_sealed)s)
        ON CONFLICT (device_id, pass_type_id) DO UPDATE
          SET push_token_sealed = excluded.push_token_sealed, seen_at = app_now()
        RETURNING d.id
        """,
        id=id_,
        device_id=device_id,
        pass_type_id=pass_type_id,
        push_token_sealed=push_token_sealed,
    )


async def put_registration(db: PlatformDb, business_id: BusinessId, pass_id: UUID, device: UUID) -> Registered | None:
    """The phone wants to hear of the pass; one that wanted to before keeps what it was told."""
    return await db.fetch_one(
        Registered,
        """
        INSERT INTO wallet_registrations AS r (business_id, pass_id, device)
        VALUES (%(business_id)s, %(pass_id)s, %(device)s)
        ON CONFLICT (business_id, pass_id, device) DO UPDATE SET registered_at = app_now()
        RETURNING xmax = 0 AS new
        """,
        business_id=business_id,
        pass_id=pass_id,
        device=device,
    )


async def push_out(db: PlatformDb, business_id: BusinessId, pass_id: UUID, *, most: int) -> int:
    """Let those phones go that registered longest ago, until no more than `most` are left."""
    return await db.execute(
        """
        DELETE FROM wallet_registrations WHERE (business_id, pass_id, device) IN (
          SELECT business_id, pass_id, device FROM wallet_registrations
          WHERE business_id = %(business_id)s AND pass_id = %(pass_id)s
          ORDER BY registered_at DESC, device DESC OFFSET %(most)s)
        """,
        business_id=business_id,
        pass_id=pass_id,
        most=most,
    )


async def count_phones(db: PlatformDb, business_id: BusinessId, pass_id: UUID) -> Count | None:
    """How many phones want to hear of a pass."""
    return await db.fetch_one(
        Count,
        "SELECT count(*) FROM wallet_registrations WHERE business_id = %(business_id)s AND pass_id = %(pass_id)s",
        business_id=business_id,
        pass_id=pass_id,
    )


async def note_saved(db: PlatformDb, business_id: BusinessId, pass_id: UUID) -> int:
    """Somebody keeps the pass: since its first phone."""
    return await db.execute(
        """
        UPDATE wallet_passes SET saved_at = app_now()
        WHERE business_id = %(business_id)s AND id = %(pass_id)s AND saved_at IS NULL
        """,
        business_id=business_id,
        pass_id=pass_id,
    )


async def renew_tag(db: PlatformDb, business_id: BusinessId, pass_id: UUID, device: UUID) -> int:
    """A pass that a phone took over counts as changed for that phone alone; the others owe nothing by it.

    Takes the tag of the pass type, which everybody else then waits for: the last thing in a transaction.
    """
    return await db.execute(
        """
        WITH taken AS (
          UPDATE wallet_tags g SET last = g.last + 1 FROM wallet_passes p
          WHERE p.business_id = %(business_id)s AND p.id = %(pass_id)s AND g.pass_type_id = p.pass_type_id
          RETURNING g.last
        ), noted AS (
          UPDATE wallet_passes p SET tag = taken.last FROM taken
          WHERE p.business_id = %(business_id)s AND p.id = %(pass_id)s
        )
        UPDATE wallet_registrations r SET pushed_tag = taken.last FROM taken, wallet_passes p
        WHERE r.business_id = %(business_id)s AND r.pass_id = %(pass_id)s AND r.device <> %(device)s
          AND p.business_id = r.business_id AND p.id = r.pass_id AND r.pushed_tag = p.tag
        """,
        business_id=business_id,
        pass_id=pass_id,
        device=device,
    )


async def delete_registration(
    db: PlatformDb, business_id: BusinessId, pass_id: UUID, *, device_id: str, pass_type_id: str
) -> int:
    """The phone does not want to hear of the pass any more; 0 rows when it never did."""
    return await db.execute(
        """
        DELETE FROM wallet_registrations r USING wallet_devices d
        WHERE r.business_id = %(business_id)s AND r.pass_id = %(pass_id)s AND d.id = r.device
          AND d.device_id = %(device_id)s AND d.pass_type_id = %(pass_type_id)s
        """,
        business_id=business_id,
        pass_id=pass_id,
        device_id=device_id,
        pass_type_id=pass_type_id,
    )


async def forget_idle_device(db: PlatformDb, *, device_id: str, pass_type_id: str) -> int:
    """Forget a phone that shows no pass any more."""
    return await db.execute(
        """
        DELETE FROM wallet_devices d WHERE d.device_id = %(device_id)s AND d.pass_type_id = %(pass_type_id)s
          AND NOT EXISTS (SELECT FROM wallet_registrations r WHERE r.device = d.id)
        """,
        device_id=device_id,
        pass_type_id=pass_type_id,
    )


async def newest_tag(db: PlatformDb, pass_type_id: str) -> Tag | None:
    """The number of the latest change of a pass type."""
    return await db.fetch_one(
        Tag, "SELECT last AS tag FROM wallet_tags WHERE pass_type_id = %(pass_type_id)s", pass_type_id=pass_type_id
    )


async def changed_passes(db: PlatformDb, *, device_id: str, pass_type_id: str, since: int) -> list[Changed]:
    """What a phone shows that has changed after a tag, the oldest change first."""
    return await db.fetch_all(
        Changed,
        """
        SELECT p.business_id, p.id AS pass_id, p.serial, p.tag
        FROM wallet_devices d JOIN wallet_registrations r ON r.device = d.id
        JOIN wallet_passes p ON p.business_id = r.business_id AND p.id = r.pass_id
        WHERE d.device_id = %(device_id)s AND d.pass_type_id = %(pass_type_id)s AND p.tag > %(since)s
        ORDER BY p.tag, p.serial
        """,
        device_id=device_id,
        pass_type_id=pass_type_id,
        since=since,
    )


async def write_log(db: PlatformDb, id_: UUID, message: str, *, most: int) -> int:
    """Keep a line that names no pass of ours; the oldest beyond `most` go."""
    return await db.execute(
        """
        WITH over AS (
          DELETE FROM wallet_logs WHERE id IN (SELECT id FROM wallet_logs ORDER BY id DESC OFFSET %(most)s)
        )
        INSERT INTO wallet_logs (id, message) VALUES (%(id)s, %(message)s)
        """,
        id=id_,
        message=message,
        most=most - 1,
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A pass that a phone's words name."""

    business_id: BusinessId
    pass_id: UUID


async def named_pass(db: PlatformDb, serials: list[str]) -> Named | None:
    """The first of these serials that is a pass of ours."""
    return await db.fetch_one(
        Named,
        """
        SELECT business_id, id AS pass_id FROM wallet_passes
        WHERE serial = ANY (%(serials)s) AND kind = 'apple' ORDER BY array_position(%(serials)s, serial) LIMIT 1
        """,
        serials=serials,
    )

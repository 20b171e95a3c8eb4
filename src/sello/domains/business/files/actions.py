"""Store a file, then show it; hide it again. Keep a picture for everybody."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sello.domains.business.files import queries
from sello.domains.business.files.queries import File
from sello.infrastructure.database.db import Db
from sello.infrastructure.storage import (
    PublicKind,
    Storage,
    StoredKind,
    content_type_of,
    name_of,
    new_name,
    public_name_of,
)
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId, new_id


@dataclass(frozen=True, slots=True)
class PublicPicture:
    """A picture that everybody may fetch, by an address that never shows another."""

    name: str
    url: str


async def store(db: Db, storage: Storage, business_id: BusinessId, kind: StoredKind, data: bytes) -> File:
    """Write the row, then the object; nobody is shown it yet. Whoever dies in between leaves a row that says so."""
    name = new_name(business_id, kind)
    file = File(new_id(), name, hashlib.sha256(data).digest())
    await queries.insert_file(db, business_id, file, kind=kind, content_type=content_type_of(name), size=len(data))
    await storage.put(name, data)
    return file


async def keep_logo(tx: Db, storage: Storage, business_id: BusinessId, png: bytes) -> None:
    """Store a clean picture as the logo of a shop that is being imported, in the import's transaction.

    Its name follows from what it is, unlike others': tried again after a crash it is the same file.
    """
    digest = hashlib.sha256(png)
    name = name_of(business_id, "logo", hashlib.sha256(business_id.bytes + png).digest())
    file = File(new_id(), name, digest.digest())
    await queries.insert_file(tx, business_id, file, kind="logo", content_type=content_type_of(name), size=len(png))
    await storage.put(name, png)
    await show(tx, business_id, "logo", file)


async def show(tx: Db, business_id: BusinessId, kind: StoredKind, file: File) -> None:
    """Let a stored file take the place of the present one, in a transaction that holds the shop's row locked."""
    await queries.remove_present(tx, business_id, kind)
    if await queries.mark_stored(tx, business_id, file.id) == 0:
        raise Unavailable  # it waited for more than a day and was swept away; the next try stores it anew


async def hide(tx: Db, business_id: BusinessId, kind: StoredKind) -> bool:
    """End the present file; False when there was none."""
    return await queries.remove_present(tx, business_id, kind) > 0


async def keep_picture(
    db: Db, storage: Storage, business_id: BusinessId, kind: PublicKind, digest: bytes,
    draw: Callable[[], Awaitable[bytes]], *, base_url: str,
) -> PublicPicture:  # fmt: skip
    """The picture (PNG) with this digest of all that it shows, drawn where the storage does not have it. For jobs.

    Two at once store the same bytes twice; one that the storage lost is put there again. Raises Unavailable.
    """
    said = business_id.bytes + kind.encode() + digest
    name = public_name_of(kind, hashlib.sha256(said).digest())
    if await queries.kept_picture(db, business_id, name) is None or await storage.head(name) is None:
        png = await draw()
        file = File(new_id(), name, hashlib.sha256(png).digest())
        await queries.insert_picture(db, business_id, file, kind=kind, size=len(png))
        await storage.put(name, png)
        if await queries.mark_kept(db, business_id, name) == 0:
            raise Unavailable  # the sweep took its row meanwhile; the next try stores it anew
    short = name.removeprefix("public/")
    return PublicPicture(short, f"{base_url}/pictures/{short}")


async def public_logo(db: Db, storage: Storage, business_id: BusinessId, *, base_url: str) -> PublicPicture | None:
    """The shop's logo for everybody; None without one. For jobs. Raises Unavailable."""
    logo = await queries.present_file(db, business_id, "logo")
    if logo is None:
        return None

    async def draw() -> bytes:
        data = await storage.get(logo.name)
        if data is None:
            raise Unavailable
        return data

    return await keep_picture(db, storage, business_id, "emblem", logo.sha256, draw, base_url=base_url)

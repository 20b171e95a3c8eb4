"""Store a file, then show it; hide it again."""

import hashlib

from sello.domains.business.files import queries
from sello.domains.business.files.queries import File
from sello.infrastructure.database.db import Db
from sello.infrastructure.storage import Storage, StoredKind, content_type_of, new_name
from sello.shared.errors import Unavailable
from sello.shared.ids import BusinessId, new_id


async def store(db: Db, storage: Storage, business_id: BusinessId, kind: StoredKind, data: bytes) -> File:
    """Write the row, then the object; nobody is shown it yet. Whoever dies in between leaves a row that says so."""
    name = new_name(business_id, kind)
    file = File(new_id(), name, hashlib.sha256(data).digest())
    await queries.insert_file(db, business_id, file, kind=kind, content_type=content_type_of(name), size=len(data))
    await storage.put(name, data)
    return file


async def show(tx: Db, business_id: BusinessId, kind: StoredKind, file: File) -> None:
    """Let a stored file take the place of the present one, in a transaction that holds the shop's row locked."""
    await queries.remove_present(tx, business_id, kind)
    if await queries.mark_stored(tx, business_id, file.id) == 0:
        raise Unavailable  # it waited for more than a day and was swept away; the next try stores it anew


async def hide(tx: Db, business_id: BusinessId, kind: StoredKind) -> bool:
    """End the present file; False when there was none."""
    return await queries.remove_present(tx, business_id, kind) > 0

"""Idempotency keys: which thing a request with a key has made. Ids, never bodies; kept for 24 hours."""

from dataclasses import dataclass
from uuid import UUID

from sello.infrastructure.database.db import Db
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId


@dataclass(frozen=True, slots=True)
class _Made:
    request_hash: bytes
    resource_id: UUID


async def claim(tx: Db, business_id: BusinessId, key: str, *, request_hash: bytes, resource_id: UUID) -> UUID:
    """`resource_id`, which the caller now makes in this transaction; or what the same request made before.

    A second request with the key waits until the first has committed. Refuses key_reused for another request.
    """
    if await _insert(tx, business_id, key, request_hash=request_hash, resource_id=resource_id):
        return resource_id
    made = await _made(tx, business_id, key)
    if made is None:  # cleared away between the two statements: it is a day old
        return await claim(tx, business_id, key, request_hash=request_hash, resource_id=resource_id)
    if made.request_hash != request_hash:
        raise Refused("key_reused")
    return made.resource_id


async def _insert(tx: Db, business_id: BusinessId, key: str, *, request_hash: bytes, resource_id: UUID) -> int:
    return await tx.execute(
        business_id,
        """
        INSERT INTO idempotency_keys (business_id, key, request_hash, resource_id)
        VALUES (%(business_id)s, %(key)s, %(request_hash)s, %(resource_id)s)
        ON CONFLICT (business_id, key) DO NOTHING
        """,
        key=key,
        request_hash=request_hash,
        resource_id=resource_id,
    )


async def _made(tx: Db, business_id: BusinessId, key: str) -> _Made | None:
    return await tx.fetch_one(
        _Made,
        business_id,
        """
        SELECT request_hash, resource_id FROM idempotency_keys
        WHERE business_id = %(business_id)s AND key = %(key)s
        """,
        key=key,
    )

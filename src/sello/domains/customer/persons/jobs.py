"""The list of erasures outside the database: what a restored backup is held against."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from sello.domains.customer.persons import queries
from sello.domains.customer.persons.actions import Persons
from sello.domains.customer.persons.queries import Erasure
from sello.events import CustomerErased
from sello.infrastructure.database.db import Db, PlatformDb
from sello.infrastructure.database.relay import Reaction, Reactions
from sello.infrastructure.services import Services, Work
from sello.infrastructure.storage import Storage
from sello.shared.auth import Keys
from sello.shared.errors import Refused
from sello.shared.ids import BusinessId, CustomerId
from sello.shared.logs import log

STORE: Final = "customer.store_erasure"
_FOLDER: Final = "erased"
_MOST: Final = 1000
_NOBODY: Final = UUID(int=0)


async def store_erasure(services: Services, payload: dict[str, Any]) -> None:
    """Reaction to CustomerErased: keep the erasure, ids and time alone, in the storage.

    Writing the same small file again changes nothing.
    """
    business_id, customer_id = BusinessId(UUID(payload["business_id"])), CustomerId(UUID(payload["customer_id"]))
    erasure = await queries.erasure_of(services.db, business_id, customer_id)
    if erasure is None:
        return
    await _keep(services.storage, erasure)
    await queries.mark_stored(services.db, business_id, customer_id)


async def follow_erasures(
    db: Db, storage: Storage, persons: Persons, keys: Keys, business_id: BusinessId, *, store: bool
) -> int:
    """Of a shop that is being imported: erase who was erased here after its archive was made; how many.

    Then, with `store`, the storage's list knows everybody whom the archive brought as erased. May be tried again.
    """
    again = 0
    for name in await storage.names(f"{_FOLDER}/{business_id}"):
        customer_id = CustomerId(UUID(name.rpartition("/")[2].removesuffix(".json")))
        try:
            again += (await persons.erase(db, keys, business_id, customer_id, by=None)).new
        except Refused as refused:
            if refused.code != "customer_not_found":
                raise
    after = CustomerId(_NOBODY)
    while store and (page := await queries.erasures_of(db, business_id, after=after, most=_MOST)):
        for erasure in page:
            await _keep(storage, erasure)
        after = page[-1].customer_id
    return again


async def _keep(storage: Storage, erasure: Erasure) -> None:
    text = json.dumps({"erased_at": erasure.erased_at.isoformat()})
    await storage.put(f"{_FOLDER}/{erasure.business_id}/{erasure.customer_id}.json", text.encode())


async def reapply_erasures(
    db: Db, platform_db: PlatformDb, storage: Storage, persons: Persons, keys: Keys
) -> tuple[int, int]:
    """Erase again whoever a restored backup has brought back: (on the lists, erased now).

    Both lists count: the database's own and the one in the storage, which knows what the backup does not. People the
    backup never held are passed over. May be broken off and run again.
    """
    listed, again = 0, 0
    seen = set[tuple[BusinessId, CustomerId]]()
    async for business_id, customer_id in _listed(platform_db, storage):
        if (business_id, customer_id) in seen:
            continue
        seen.add((business_id, customer_id))
        listed += 1
        try:
            erased = await persons.erase(db, keys, business_id, customer_id, by=None)
        except Refused as refused:
            if refused.code != "customer_not_found":
                raise
            continue
        again += erased.new
    log.info("erasures_reapplied", listed=listed, customers=again)
    return listed, again


async def _listed(platform_db: PlatformDb, storage: Storage) -> AsyncIterator[tuple[BusinessId, CustomerId]]:
    last = (_NOBODY, _NOBODY)
    while found := await queries.erasures_after(platform_db, business_id=last[0], customer_id=last[1], most=_MOST):
        for erasure in found:
            yield erasure.business_id, erasure.customer_id
        last = (found[-1].business_id, found[-1].customer_id)
    for name in await storage.names(_FOLDER):
        _, business_id, file = name.split("/")
        yield BusinessId(UUID(business_id)), CustomerId(UUID(file.removesuffix(".json")))


JOBS: Final[dict[str, Work]] = {STORE: store_erasure}
REACTIONS: Final[Reactions] = {CustomerErased: (Reaction(entrypoint=STORE),)}

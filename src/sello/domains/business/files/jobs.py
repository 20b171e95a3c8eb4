"""The nightly sweep of the storage."""

from typing import Any, Final

from sello.domains.business.files import queries
from sello.infrastructure.services import Services, Work
from sello.shared.logs import log

SWEEP: Final = "files.sweep"
_MOST: Final = 500


async def sweep(services: Services, _: dict[str, Any]) -> None:
    """Delete files that nobody has been shown for a day; a shop that closed a month ago shows no public pictures.

    May run twice: deleting what is gone changes nothing.
    """
    for shop in await queries.closed_shops(services.platform_db):
        await queries.remove_pictures(services.db, shop.business_id)
    gone = 0
    while True:
        over = await queries.over_files(services.platform_db, most=_MOST)
        for file in over:
            await services.storage.delete(file.name)
            gone += await queries.mark_deleted(services.db, file.business_id, file.id)
        if len(over) < _MOST:
            break
    log.info("files_swept", files=gone)


JOBS: Final[dict[str, Work]] = {SWEEP: sweep}

"""Ids that clients make before their first try."""

from datetime import timedelta
from uuid import UUID

from sello.shared import clock
from sello.shared.errors import Refused
from sello.shared.ids import time_of

OLDEST = timedelta(days=7, hours=1)
NEWEST = timedelta(hours=1)


def plausible_id(value: UUID) -> UUID:
    """The id, when it is a UUIDv7 of [now - 7 d - 1 h, now + 1 h]; otherwise Refused `id_not_plausible`."""
    now = clock.now()
    if value.version != 7 or not now - OLDEST <= time_of(value) <= now + NEWEST:
        raise Refused("id_not_plausible")
    return value

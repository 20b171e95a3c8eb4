"""Places in the log, as opaque text for the client."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sello.shared.errors import Refused

PAGE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Just after the row with this moment and id."""

    recorded_at: datetime
    id: UUID


def cursor_of(place: Place) -> str:
    """The place as URL-safe text."""
    return base64.urlsafe_b64encode(f"{place.recorded_at.isoformat()}|{place.id}".encode()).decode()


def place_of(cursor: str) -> Place:
    """The place of a cursor; refuses `invalid` for text we did not make."""
    try:
        moment, id_ = base64.urlsafe_b64decode(cursor.encode("ascii")).decode().split("|")
        place = Place(datetime.fromisoformat(moment), UUID(id_))
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise Refused("invalid", field="cursor") from error
    if place.recorded_at.tzinfo is None:
        raise Refused("invalid", field="cursor")
    return place

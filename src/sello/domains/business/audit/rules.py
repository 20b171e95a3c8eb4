"""What may stand in the log, and places in it as opaque text for the client. Pure."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sello.shared.errors import Refused

PAGE = 50

# Everything that is written to the log, `noun.verb`. The pages have a sentence for each; an older release may have
# written others.
Action = Literal[
    "admin.created", "admin.read", "admin.wrote",
    "api_key.created", "api_key.revoked",
    "archive.asked", "archive.linked", "archive.made",
    "branch.closed", "branch.opened", "branch.placed", "branch.renamed", "branch.reopened",
    "business.changed", "business.closed", "business.exported", "business.imported", "business.pass_type_set",
    "business.registered",
    "business.reopened", "business.resumed", "business.suspended",
    "campaign.activated", "campaign.ended", "campaign.paused", "campaign.resumed",
    "code.redemption_voided",
    "consent.heard",
    "customer.corrected", "customer.distinction_undone", "customer.erased", "customer.exported", "customer.merged",
    "customer.phone_confirmed", "customer.told_apart", "customers.listed",
    "device.changed", "device.code_ended", "device.code_made", "device.enrolled", "device.replaced", "device.reused",
    "device.revoked",
    "import.opened", "import.stopped",
    "job.requeued",
    "password.changed",
    "pin.cleared", "pin.set", "pin.shop_locked", "pin.tries_forgiven",
    "privacy.request_answered", "privacy.request_opened",
    "redemption.voided",
    "second_factor.added", "second_factor.removed",
    "session.reused",
    "staff.changed", "staff.dismissed", "staff.invited", "staff.joined", "staff.uninvited",
    "stamp.voided", "stamps.adjusted",
    "template.archived", "template.submitted",
]  # fmt: skip


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

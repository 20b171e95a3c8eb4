"""Roles of people at a shop, and how long an invitation holds. Pure."""

from datetime import timedelta
from typing import Literal

StaffRole = Literal["owner", "staff"]

INVITATION_LIFETIME = timedelta(days=7)
MOST_INVITATIONS_A_DAY = 50  # of one shop: nobody sends mail to strangers through us


def loses_owner(*, was: StaffRole, becomes: StaffRole | None, other_owners: int) -> bool:
    """Whether the change (None: a dismissal) would leave the shop without an owner."""
    return was == "owner" and becomes != "owner" and other_owners == 0

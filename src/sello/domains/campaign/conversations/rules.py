"""What became of a message, in one word. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

MessageState = Literal["planned", "claimed", "unknown", "accepted", "sent", "delivered", "read", "failed", "released"]

_BY_RANK: Final[dict[int, MessageState]] = {4: "sent", 5: "failed", 6: "delivered", 7: "read"}


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a customer: of a campaign, or an answer (`what`) to something they asked (`asked`)."""

    id: UUID
    kind: Literal["campaign", "reply"]
    at: datetime
    campaign_id: UUID | None
    campaign_name: str | None
    template_name: str | None
    what: str | None
    asked: str | None
    rank: int
    is_claimed: bool
    is_accepted: bool
    is_unknown: bool
    released_why: str | None
    error_code: int | None
    clicked_at: datetime | None
    code: str | None
    code_redeemed_at: datetime | None

    @property
    def state(self) -> MessageState:
        """How far it got; what was released never went out."""
        if self.released_why is not None:
            return "released"
        if self.rank in _BY_RANK:
            return _BY_RANK[self.rank]
        if self.is_accepted:
            return "accepted"
        if self.is_unknown:
            return "unknown"
        return "claimed" if self.is_claimed else "planned"


@dataclass(frozen=True, slots=True)
class Reachable:
    """How a customer can be reached by WhatsApp, as far as is known."""

    opted_in_at: datetime | None
    opted_out_at: datetime | None
    window_until: datetime | None
    invalid_at: datetime | None
    unreachable_at: datetime | None
    blocked_at: datetime | None
    pause_until: datetime | None

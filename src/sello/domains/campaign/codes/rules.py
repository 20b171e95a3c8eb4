"""What a discount code is and who may do what with it when. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, NewType
from uuid import UUID
from zoneinfo import ZoneInfo

from sello.shared.auth import Caller
from sello.shared.errors import Refused
from sello.shared.ids import ALPHABET, AccountId, CampaignId, CustomerId, SendId

CodeId = NewType("CodeId", UUID)
CodeState = Literal["usable", "used", "expired", "withdrawn"]
LENGTH: Final = 13
UNDO_WITHIN: Final = timedelta(seconds=60)

# As people read Crockford's letters aloud and type them.
_HEARD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountCode:
    """A code and its use that stands; `now` is the database's clock when it was read."""

    id: CodeId
    code: str
    campaign_id: CampaignId
    campaign_name: str
    customer_id: CustomerId
    customer_name: str | None
    send_id: SendId
    percent: int | None
    gift: str | None
    issued_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    redemption_id: UUID | None
    redeemed_by: AccountId | None
    used_by: str | None
    used_at: datetime | None
    amount_centimos: int | None
    zone: str
    now: datetime

    @property
    def state(self) -> CodeState:
        """What it is worth; its last moment is not part of its time."""
        if self.used_at is not None:
            return "used"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "expired" if self.now >= self.expires_at else "usable"


def read_code(text: str) -> str:
    """A code as it was typed or scanned: any case, with or without hyphens; refuses code_not_found."""
    code = text.upper().translate(_HEARD)
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        raise Refused("code_not_found")
    return code


def check_member(caller: Caller) -> None:
    """Codes pass through the hands of the shop's own people; a platform admin has none there."""
    if caller.role == "admin":
        raise Refused("forbidden")


def check_usable(code: DiscountCode) -> None:
    """Refuse code_used, code_withdrawn, code_expired."""
    there = ZoneInfo(code.zone)
    if code.used_at is not None:
        raise Refused(
            "code_used", used_at=code.used_at.isoformat(), at_local=f"{code.used_at.astimezone(there):%d/%m %H:%M}"
        )
    if code.state == "withdrawn":
        raise Refused("code_withdrawn")
    if code.state == "expired":
        last = code.expires_at.astimezone(there) - timedelta(seconds=1)
        raise Refused("code_expired", expires_at=code.expires_at.isoformat(), at_local=f"{last:%d/%m}")


def check_void(code: DiscountCode, caller: Caller) -> None:
    """Whoever used it may take that back for a minute, an owner always. Refuses code_not_used, not_voidable."""
    if code.used_at is None:
        raise Refused("code_not_used")
    at_once = code.redeemed_by == caller.account_id and code.now - code.used_at <= UNDO_WITHIN
    if not at_once and caller.role == "staff":
        raise Refused("not_voidable")

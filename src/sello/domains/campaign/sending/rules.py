"""Whether a message may go out at this moment; whose turn it is; when a place in time is too late. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sello.domains.campaign.rules import next_loud
from sello.domains.campaign.templates.rules import is_sendable
from sello.shared.ids import BusinessId, CampaignId, CustomerId, SendId

WEEK: Final = timedelta(hours=168)
LATEST: Final = 0.1  # seconds after which a place in time is not used: 70 a second stay below 80 in any second
BATCH: Final = 50
_PAUSED: Final = timedelta(hours=1)  # for so long nobody looks again at what is paused
_NO_ROOM: Final = timedelta(minutes=15)

Why = Literal[
    "opt_out", "no_consent", "unconfirmed", "merged", "erased", "invalid", "unreachable", "blocked", "stopped",
    "held_back", "ended", "shop_closed", "late", "cap", "phone_cap", "refused", "not_seen",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A message whose time has come, with its person; both rows are locked."""

    id: SendId
    campaign_id: CampaignId
    customer_id: CustomerId
    claims: int
    planned_at: datetime
    due_at: datetime
    category: Literal["marketing", "utility"]
    cost_micros: int
    phone: str | None
    confirmed_at: datetime | None
    merged_into: CustomerId | None
    erased_at: datetime | None
    opted_in_at: datetime | None
    opted_out_at: datetime | None
    approval: str | None
    archived_at: datetime | None
    content_sid: str | None
    zone: str
    closed_at: datetime | None
    suspended_at: datetime | None
    invalid_at: datetime | None
    unreachable_at: datetime | None
    blocked_at: datetime | None
    stopped_at: datetime | None
    pause_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A message's campaign at the moment of the claim, its row locked too."""

    activated_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    quiet_from: int
    quiet_until: int


@dataclass(frozen=True, slots=True)
class Ended:
    """It will never go out, and why."""

    why: Why


@dataclass(frozen=True, slots=True)
class Later:
    """It is looked at again then."""

    due_at: datetime


def verdict(message: Candidate, ground: Ground, at: datetime) -> Ended | Later | None:
    """What stands against this message at this moment; None: nothing, it may go out.

    Who does not want it comes first: what a person said outlasts everything else.
    """
    why = _person(message, at) or _shop(message, ground, at)
    if why is not None:
        return Ended(why)
    if ground.activated_at is None or ground.paused_at is not None or message.suspended_at is not None:
        return Later(at + _PAUSED)
    if message.content_sid is None or not is_sendable(message.approval, message.archived_at):
        return Later(at + _PAUSED)
    loud = next_loud(at, message.zone, ground.quiet_from, ground.quiet_until)
    return Later(loud) if loud > at else None


def _person(message: Candidate, at: datetime) -> Why | None:
    if message.erased_at is not None or message.phone is None:
        return "erased"
    if message.opted_out_at is not None:
        return "opt_out"
    if message.opted_in_at is None:
        return "no_consent"
    if message.merged_into is not None:
        return "merged"
    if message.confirmed_at is None:
        return "unconfirmed"
    return _contact(message, at)


def _contact(message: Candidate, at: datetime) -> Why | None:
    if message.invalid_at is not None:
        return "invalid"
    if message.blocked_at is not None:
        return "blocked"
    if message.unreachable_at is not None:
        return "unreachable"
    if message.category == "marketing" and message.stopped_at is not None:
        return "stopped"
    if message.category == "marketing" and message.pause_until is not None and message.pause_until > at:
        return "held_back"
    return None


def _shop(message: Candidate, ground: Ground, at: datetime) -> Why | None:
    if message.closed_at is not None:
        return "shop_closed"
    if ground.ended_at is not None:
        return "ended"
    return "late" if at - message.planned_at >= WEEK else None


def paid(messages: Iterable[tuple[SendId, int]], *, budget: int | None, committed: int) -> tuple[list[SendId], int]:
    """Those that the budget still pays for, first come first served, and what they cost together."""
    ids: list[SendId] = []
    spent = 0
    for send_id, cost in messages:
        if budget is not None and committed + spent + cost > budget:
            break
        ids.append(send_id)
        spent += cost
    return ids, spent


def no_room_until(at: datetime) -> datetime:
    """When to look again after the number's people of a day were used up."""
    return at + _NO_ROOM


def paused_until(at: datetime) -> datetime:
    """When to look again at a message of a campaign that stopped."""
    return at + _PAUSED


def turns(due: Sequence[tuple[BusinessId, int]]) -> list[BusinessId]:
    """The shops whose turn it is, each once: those with a message of the first priority that is due anywhere."""
    first = min((priority for _, priority in due), default=None)
    return [business_id for business_id, priority in due if priority == first]


def share(free: int, shops: int) -> int:
    """How many messages one shop may claim at its turn, so that all of them get one soon."""
    return max(1, min(BATCH, free, -(-free // max(1, shops))))


def places(first: float, count: int, rate: int) -> Iterator[float]:
    """The seconds from now of places taken in a row."""
    return (first + number / rate for number in range(count))


def status_callback(base_url: str, business_id: BusinessId, send_id: SendId) -> str:
    """Where the provider tells of this message; its query comes back signed."""
    return f"{base_url}/webhooks/twilio/status?send={send_id}&shop={business_id}"


Grounds = Mapping[CampaignId, Ground]

"""Why a card in a phone shows what it shows. Pure: from what is known of it to one answer, and its sentence elsewhere.

A change goes a long way: noted, told to Apple, asked for by the phone, fetched; or patched at Google. Whatever stands
furthest back on that way is the answer, and nothing is guessed: a phone that does not ask may be off, without a signal
or lost, and the answer says just that it did not ask.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

PassKind = Literal["apple", "google"]
State = Literal["current", "waiting", "stuck", "absent", "over"]
EventKind = Literal[
    "issued", "registered", "unregistered", "noted", "pushed", "push_failed", "listed", "fetched", "logged", "saved",
    "patched", "notified", "failed", "voided",
]  # fmt: skip
Why = Literal[
    "current",
    "voided",
    # on its way, or late on it
    "noting",
    "queue_late",
    "sending",
    "retrying",
    # Apple
    "never_added",
    "updates_off",
    "phone_gone",
    "too_many_phones",
    "certificate_ended",
    "certificate_missing",
    "push_refused",
    "phone_silent",
    "listed_only",
    "phone_complains",
    # Google
    "not_saved",
    "removed",
    "google_refused",
]

PATIENCE: Final = timedelta(minutes=2)
"""How long a change may be on its way before it is called late: pushes arrive within seconds."""

LATE: Final = timedelta(minutes=10)
"""A card that is behind for longer is shown to the shop."""

_UNREGISTERED: Final[Mapping[str, Why]] = {"apns": "phone_gone", "cap": "too_many_phones"}


@dataclass(frozen=True, slots=True)
class WalletPass:
    """A card in a phone. `seq` is its ledger's latest entry, `owed_at` when the first that it does not show came.

    `changed_at`: when a change was noted last, of the ledger or of the shop's look; None: none since it was issued.
    `phones` ask for its changes.
    """

    id: UUID
    customer_id: UUID
    kind: PassKind
    pass_type_id: str
    issued_at: datetime
    saved_at: datetime | None
    changed_at: datetime | None
    noted_seq: int
    shown_seq: int | None
    shown_at: datetime | None
    voided_at: datetime | None
    seq: int
    owed_at: datetime | None
    phones: int

    @property
    def is_current(self) -> bool:
        """Whether it shows the latest entry and the latest look."""
        if self.shown_seq is None or self.shown_at is None or self.shown_seq < self.seq:
            return False
        # What Google has already is not sent again.
        return self.kind == "google" or self.changed_at is None or self.shown_at >= self.changed_at


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a pass."""

    pass_id: UUID
    kind: EventKind
    at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: `since` when it is so, `said` what the other side answered, word by word."""

    state: State
    why: Why
    since: datetime | None
    said: str | None = None


Last = Mapping[EventKind, Happened]
"""What happened last of each kind."""

Ends = Callable[[str], datetime | None]
"""When the certificate of a pass type ends; None: there is none."""


def last_of(happened: Iterable[Happened]) -> dict[UUID, dict[EventKind, Happened]]:
    """The last event of each kind, by pass."""
    found: dict[UUID, dict[EventKind, Happened]] = {}
    for one in happened:
        known = found.setdefault(one.pass_id, {})
        if one.kind not in known or known[one.kind].at < one.at:
            known[one.kind] = one
    return found


def verdict_of(one: WalletPass, last: Last, *, now: datetime, ends: Ends) -> Verdict:
    """Why this pass shows what it shows."""
    if one.voided_at is not None:
        return Verdict("over", "voided", one.voided_at)
    gone = _not_in_a_phone(one, last)
    if gone is not None:
        return gone
    if one.kind == "apple":
        end = ends(one.pass_type_id)
        if end is None:
            return Verdict("stuck", "certificate_missing", None, one.pass_type_id)
        if end <= now:
            return Verdict("stuck", "certificate_ended", end)
    if one.is_current:
        return Verdict("current", "current", one.shown_at)
    if one.noted_seq < one.seq:
        return _in_time("noting", one.owed_at, now=now)
    return _on_apples_way(one, last, now=now) if one.kind == "apple" else _on_googles_way(one, last, now=now)


def is_late(one: WalletPass, *, now: datetime) -> bool:
    """Whether the shop should know: an entry of its ledger is not shown for long."""
    return one.owed_at is not None and now - one.owed_at > LATE


def _not_in_a_phone(one: WalletPass, last: Last) -> Verdict | None:
    gone = last.get("unregistered")
    if one.kind == "google":
        if one.saved_at is not None:
            return None
        return Verdict("absent", "removed", gone.at) if gone else Verdict("absent", "not_saved", one.issued_at)
    if one.phones > 0:
        return None
    if one.saved_at is None and not last.keys() & {"registered", "unregistered", "fetched"}:
        return Verdict("absent", "never_added", one.issued_at)
    why = _UNREGISTERED.get(str(gone.details.get("why")), "updates_off") if gone else "updates_off"
    return Verdict("absent", why, gone.at if gone else None)


def _on_apples_way(one: WalletPass, last: Last, *, now: datetime) -> Verdict:
    since = one.changed_at or one.issued_at
    pushed, failed = _after(last, "pushed", since), _after(last, "push_failed", since)
    if failed is not None and (pushed is None or pushed.at < failed.at):
        return _failed(failed, "push_refused")
    if pushed is None:
        return _in_time("sending", since, now=now)
    said, listed = _after(last, "logged", since), _after(last, "listed", since)
    if said is not None:
        return Verdict("stuck", "phone_complains", said.at, _text(said, "text"))
    if listed is not None:
        return Verdict(_waited(listed.at, now), "listed_only", listed.at)
    return Verdict(_waited(pushed.at, now), "phone_silent", pushed.at)


def _on_googles_way(one: WalletPass, last: Last, *, now: datetime) -> Verdict:
    since = one.changed_at or one.issued_at
    failed = _after(last, "failed", since)
    return _failed(failed, "google_refused") if failed is not None else _in_time("sending", since, now=now)


def _failed(failed: Happened, refused: Why) -> Verdict:
    reason = _text(failed, "reason")
    if failed.details.get("retry"):
        return Verdict("waiting", "retrying", failed.at, reason)
    return Verdict("stuck", refused, failed.at, reason)


def _in_time(why: Why, since: datetime | None, *, now: datetime) -> Verdict:
    """On its way; after a while, ours to explain."""
    late = since is not None and now - since > PATIENCE
    return Verdict("stuck", "queue_late", since) if late else Verdict("waiting", why, since)


def _waited(since: datetime, now: datetime) -> State:
    return "stuck" if now - since > PATIENCE else "waiting"


def _after(last: Last, kind: EventKind, since: datetime) -> Happened | None:
    one = last.get(kind)
    return one if one is not None and one.at >= since else None


def _text(happened: Happened, name: str) -> str | None:
    said = happened.details.get(name)
    return str(said)[:500] if said else None

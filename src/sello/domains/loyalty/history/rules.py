"""How a card's ledger grows by what happened before. Pure: the same visits make the same entries under the same ids.

What counts as a stamp follows the rules in force as `add_stamp_v1` does, step by step; what they refuse is history. Two
things differ: a visit of the past never brings lapsed stamps back, and what lapsed meanwhile lapses at once.
"""

import hashlib
import hmac
from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sello.domains.business import RulesInForce
from sello.domains.customer import Birthday
from sello.domains.loyalty.rules import EventKind
from sello.shared.ids import CardId, RewardId

IMPORTED: Final = "imported"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SHORTEST: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A line of a customers file; `stamps` of a paper card."""

    phone: str
    name: str
    birthday: Birthday | None
    enrolled_at: datetime | None
    stamps: int


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A line of a visits file. `occurrence` tells apart visits of one customer at the same moment, from 0 on."""

    phone: str
    visited_at: datetime
    occurrence: int
    amount_centimos: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """A visit under its id; `amount_centimos` None when it is not known."""

    id: UUID
    at: datetime
    amount_centimos: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A card's row, locked."""

    id: CardId
    balance: int
    seq: int
    cycle: int
    last_at: datetime | None
    day: date | None
    day_count: int
    history_at: datetime | None
    stamps_until: date | None
    lapsed_until: date | None
    merged_into: CardId | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Earned:
    """A stamp that the card has already; voided ones count for the daily cap alone."""

    at: datetime
    voided: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry to be written; `occurred_at` None: the moment of writing."""

    id: UUID
    card_id: CardId
    seq: int
    kind: EventKind
    delta: int
    balance_after: int
    occurred_at: datetime | None
    amount_centimos: int | None = None
    reward_id: RewardId | None = None
    flags: tuple[str, ...] = (IMPORTED,)
    stamps_until: date | None = None


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward to be written, issued at the moment of writing."""

    id: RewardId
    card_id: CardId
    cycle: int
    threshold: int
    cost: int
    title: str
    caused_by: UUID
    good_until: date | None


def id_key(salt: bytes, data_key: bytes) -> bytes:
    """What the ids of a shop's imported entries are made with.

    The salt is the shop's and stands in the database, the key does not: nobody with a copy of the database can find
    the phone behind an id by trying all of them, not even of somebody who was erased.
    """
    return hmac.digest(data_key, b"sello:imports:" + salt, hashlib.sha256)


def entry_id(key: bytes, at: datetime, *parts: object) -> UUID:
    """A UUIDv7 of that moment (milliseconds) whose other bits follow from `parts`."""
    said = "|".join(map(str, parts)).encode()
    milliseconds = (at - _EPOCH) // _MILLISECOND
    random = int.from_bytes(hashlib.blake2b(said, key=key, digest_size=10).digest())
    random = random & ~(0xF << 76) | 0x7 << 76  # the version
    random = random & ~(0x3 << 62) | 0x2 << 62  # the variant
    return UUID(int=milliseconds << 80 | random)


@dataclass(slots=True)
class Growth:
    """A card while entries are written to it; `standing` is its row afterwards.

    `key` makes the ids of what follows from a stamp; `today` is the shop's day; `earned` are the stamps it has.
    """

    standing: Standing
    key: bytes
    zone: ZoneInfo
    today: date
    rules: RulesInForce | None = None
    earned: Sequence[Earned] = ()
    entries: list[Entry] = field(default_factory=list)
    rewards: list[Reward] = field(default_factory=list)
    stamps: int = 0
    _near: list[datetime] = field(default_factory=list)
    _on_day: dict[date, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for stamp in self.earned:
            self._note(stamp.at, voided=stamp.voided)

    def add_visit(self, visit: Purchase) -> None:
        """A visit that happened: a stamp where rules were given and allow one, history otherwise."""
        if self.rules is not None and self._is_allowed(visit, self.rules):
            self._stamp(visit, self.rules)
            return
        self._write("history", 0, id=visit.id, at=visit.at, amount=visit.amount_centimos, flags=())
        self._stands(history_at=max(visit.at, self.standing.history_at or visit.at))

    def carry_over(self, id: UUID, stamps: int, rules: RulesInForce) -> None:
        """The stamps of a paper card, as of today.

        Steps that the paper card or this card had reached by itself were handed over there; those that only the two
        together reach give their reward.
        """
        self.lapse()
        alone = max(self.standing.balance, stamps)
        good = _after(self.today, rules.stamps_expire_days)
        if self.standing.balance > 0:
            good = _longer(self.standing.stamps_until, good)
        self._write("adjust", stamps, id=id, stamps_until=good)
        self._reward(rules, id, at=None, reached=alone)
        self._stands(stamps_until=good if self.standing.balance else None, lapsed_until=None)

    def lapse(self) -> None:
        """Let stamps whose last day is over expire, as the night does."""
        until = self.standing.stamps_until
        if until is not None and until < self.today:
            self._lapse()
            self._stands(lapsed_until=until)

    # ------------------------------------------------------------ what the rules allow

    def _is_allowed(self, visit: Purchase, rules: RulesInForce) -> bool:
        least = rules.minimum_spend_centimos
        if least is not None and (visit.amount_centimos is None or visit.amount_centimos < least):
            return False
        if rules.cooldown:
            gap = max(rules.cooldown, _SHORTEST)
            place = bisect_left(self._near, visit.at)
            if any(abs(visit.at - near) < gap for near in self._near[max(0, place - 1) : place + 1]):
                return False
        return self._on_day.get(self._day(visit.at), 0) < rules.card_daily_cap

    def _factor(self, at: datetime, rules: RulesInForce) -> int:
        local = at.astimezone(self.zone)
        minute = local.weekday() * 1440 + local.hour * 60 + local.minute
        return next((factor for start, end, factor in rules.happy_week if start <= minute < end), 1)

    # ------------------------------------------------------------ a stamp and what follows from it

    def _stamp(self, visit: Purchase, rules: RulesInForce) -> None:
        day = self._day(visit.at)
        if self.standing.stamps_until is not None and day > self.standing.stamps_until:
            self._lapse()
        before, required = self.standing.balance, rules.stamps_required
        given = factor = self._factor(visit.at, rules)
        flags = (IMPORTED,) if factor == 1 else (IMPORTED, f"happy_x{factor}")
        if not rules.roll_over and given > required - before % required:
            given = required - before % required
            flags = (*flags, "surplus")
        good = _after(day, rules.stamps_expire_days)
        if before > 0 and before + given < required:
            good = _longer(self.standing.stamps_until, good)
        self._write(
            "earn", given, id=visit.id, at=visit.at, amount=visit.amount_centimos, flags=flags, stamps_until=good
        )
        self._reward(rules, visit.id, at=visit.at, reached=before)
        self._note(visit.at, voided=False)
        self.stamps += given
        latest = self.standing.day
        self._stands(
            last_at=max(visit.at, self.standing.last_at or visit.at),
            day=max(day, latest or day),
            day_count=1 if latest is None or day > latest else self.standing.day_count + (day == latest),
            stamps_until=good if self.standing.balance else None,
            lapsed_until=None,
        )

    def _reward(self, rules: RulesInForce, cause: UUID, *, at: datetime | None, reached: int) -> None:
        """A reward for every step between `reached` and the balance, in this round and in those that follow."""
        while True:
            *on_the_way, last = rules.steps
            for step in on_the_way:
                if reached < step.at <= self.standing.balance:
                    self._issue(rules, step.at, 0, step.title, cause, at)
            if self.standing.balance < last.at:
                return
            self._issue(rules, last.at, last.at, last.title, cause, at)
            self._stands(cycle=self.standing.cycle + 1)
            reached = 0

    def _issue(
        self, rules: RulesInForce, at_step: int, cost: int, title: str, cause: UUID, at: datetime | None
    ) -> None:
        moment = at or _moment_of(cause)
        said = (cause, self.standing.cycle, at_step)
        reward = Reward(
            RewardId(entry_id(self.key, moment, "reward", *said)),
            self.standing.id,
            self.standing.cycle,
            at_step,
            cost,
            title,
            cause,
            _after(self.today, rules.rewards_expire_days),
        )
        self.rewards.append(reward)
        self._write("issue_reward", -cost, id=entry_id(self.key, moment, "issue", *said), at=at, reward_id=reward.id)

    def _lapse(self) -> None:
        until, open_stamps = self.standing.stamps_until, self.standing.balance
        assert until is not None  # noqa: S101  # asked by whoever calls
        over = datetime.combine(until + timedelta(days=1), time(0), self.zone).astimezone(UTC)
        id = entry_id(self.key, over, "lapse", self.standing.id, self.standing.seq)
        self._write("expire", -open_stamps, id=id, at=over)
        self._stands(cycle=self.standing.cycle + 1, stamps_until=None)

    # ------------------------------------------------------------ the row and its entries

    def _write(
        self,
        kind: EventKind,
        delta: int,
        *,
        id: UUID,
        at: datetime | None = None,
        amount: int | None = None,
        reward_id: RewardId | None = None,
        flags: tuple[str, ...] = (IMPORTED,),
        stamps_until: date | None = None,
    ) -> None:
        self._stands(seq=self.standing.seq + 1, balance=self.standing.balance + delta)
        card = self.standing
        self.entries.append(
            Entry(id, card.id, card.seq, kind, delta, card.balance, at, amount, reward_id, flags, stamps_until)
        )

    def _stands(self, **changes: object) -> None:
        self.standing = replace(self.standing, **changes)  # type: ignore[arg-type]  # names and types of its fields

    def _note(self, at: datetime, *, voided: bool) -> None:
        day = self._day(at)
        self._on_day[day] = self._on_day.get(day, 0) + 1
        if not voided:
            insort(self._near, at)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def _after(day: date, days: int | None) -> date | None:
    return None if days is None else day + timedelta(days=days)


def _longer(one: date | None, other: date | None) -> date | None:
    """None is for good; stamps stay as good as the best of them, and a mixture is good for good."""
    return None if one is None or other is None else max(one, other)


def _moment_of(id: UUID) -> datetime:
    return _EPOCH + (id.int >> 80) * _MILLISECOND

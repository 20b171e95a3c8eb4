"""What counts as odd, and how it is told. Pure. Times are those of the visits; days are the shop's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sello.shared.ids import CardId, StampId

FraudKind = Literal["burst", "many_cards", "offline_skew"]
Pattern = Literal["staff_burst", "override_burst", "same_card", "near_cap", "late_giver", "offline_skew"]

BURST, BURST_WITHIN = 10, timedelta(minutes=2)
OVERRIDES, OVERRIDES_WITHIN = 3, timedelta(minutes=10)
SAME_CARD = 4
CAP_SHARE = 0.8
SKEWED = 3
SKEW_FLAGS = frozenset({"clock_ahead", "clock_behind", "late"})

_LISTED = 100  # as many as one batch of voids takes


@dataclass(frozen=True, slots=True)
class StaffStamp:
    """A stamp one person gave; `today` when it is of the day that is looked at."""

    id: StampId
    card_id: CardId
    occurred_at: datetime
    flags: list[str]
    today: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """An odd pattern and the stamps that show it."""

    pattern: Pattern
    stamps: tuple[StaffStamp, ...]

    @property
    def kind(self) -> FraudKind:
        """The kind of the record."""
        return _KINDS[self.pattern]

    @property
    def details(self) -> dict[str, Any]:
        """What the record keeps: the pattern, its count, its newest stamps (100 at most) for a batch of voids."""
        newest = self.stamps[-_LISTED:]
        return {
            "pattern": self.pattern,
            "count": len(self.stamps),
            "stamp_ids": [str(stamp.id) for stamp in newest],
            "card_ids": sorted({str(stamp.card_id) for stamp in newest}),
        }


_KINDS: dict[Pattern, FraudKind] = {
    "staff_burst": "burst",
    "override_burst": "burst",
    "same_card": "many_cards",
    "near_cap": "many_cards",
    "late_giver": "offline_skew",
    "offline_skew": "offline_skew",
}


def odd_patterns(stamps: Sequence[StaffStamp], stamp_id: StampId, *, staff_cap: int | None) -> list[Finding]:
    """What is odd about one person's stamps around the stamp `stamp_id`, at most one finding of each kind.

    `stamps` are the person's of that day and of the minutes around it, in the order of time. `staff_cap` is the
    day's limit of a staff member, None without rules.
    """
    this = next((stamp for stamp in stamps if stamp.id == stamp_id), None)
    if this is None:
        return []
    today = [stamp for stamp in stamps if stamp.today]
    same_card = [stamp for stamp in today if stamp.card_id == this.card_id]
    overrides = [stamp for stamp in stamps if stamp.card_id == this.card_id and "override" in stamp.flags]
    found: dict[Pattern, tuple[Sequence[StaffStamp], bool]] = {}
    busy = busiest(stamps, this.occurred_at, BURST_WITHIN)
    found["staff_burst"] = busy, len(busy) >= BURST
    busy = busiest(overrides, this.occurred_at, OVERRIDES_WITHIN)
    found["override_burst"] = busy, len(busy) >= OVERRIDES
    found["same_card"] = same_card, len(same_card) >= SAME_CARD
    found["near_cap"] = today, staff_cap is not None and len(today) > staff_cap * CAP_SHARE
    after = [stamp for stamp in today if "late_giver" in stamp.flags]
    found["late_giver"] = after, len(after) >= 1  # the till's word alone says that they were given before
    skewed = [stamp for stamp in today if SKEW_FLAGS.intersection(stamp.flags)]
    found["offline_skew"] = skewed, len(skewed) >= SKEWED
    findings = [Finding(pattern, tuple(stamps)) for pattern, (stamps, odd) in found.items() if odd]
    return list({finding.kind: finding for finding in reversed(findings)}.values())


def busiest(stamps: Sequence[StaffStamp], at: datetime, within: timedelta) -> Sequence[StaffStamp]:
    """The longest run of stamps (in the order of time) that lies `within` and has the moment `at` in it.

    A late event can complete a run whose other stamps came before and after it, so both sides are looked at.
    """
    near = [stamp for stamp in stamps if at - within <= stamp.occurred_at <= at + within]
    best: Sequence[StaffStamp] = ()
    first = 0
    for last, stamp in enumerate(near):
        while stamp.occurred_at - near[first].occurred_at > within:
            first += 1
        if near[first].occurred_at <= at <= stamp.occurred_at and last + 1 - first > len(best):
            best = near[first : last + 1]
    return best


# ---------------------------------------------------------------- in words


class Words(NamedTuple):
    """A pattern in plain words; blanks in braces are filled by `in_words`."""

    es: str
    en: str


WORDS: dict[Pattern, Words] = {
    "staff_burst": Words(
        "{name} dio {count} sellos en menos de {minutes} minutos el {day}.",
        "{name} gave {count} stamps within {minutes} minutes on {day}.",
    ),
    "override_burst": Words(
        "{name} permitió {count} sellos seguidos en la misma tarjeta, en menos de {minutes} minutos, el {day}.",
        "{name} allowed {count} stamps in a row on the same card, within {minutes} minutes, on {day}.",
    ),
    "same_card": Words(
        "{name} selló {count} veces la misma tarjeta el {day}.",
        "{name} stamped the same card {count} times on {day}.",
    ),
    "near_cap": Words(
        "{name} dio {count} sellos el {day}: casi todo lo que se permite en un día.",
        "{name} gave {count} stamps on {day}: nearly all that a day allows.",
    ),
    "late_giver": Words(
        "{count} sellos de {name} del {day} llegaron cuando ya no trabajaba aquí. Mira si son suyos.",
        "{count} stamps by {name} on {day} arrived after they had left. See whether they are real.",
    ),
    "offline_skew": Words(
        "{count} sellos de {name} del {day} llegaron muy tarde o con la hora del teléfono cambiada.",
        "{count} stamps by {name} on {day} came very late or with the phone's clock off.",
    ),
}

_MINUTES: dict[Pattern, timedelta] = {"staff_burst": BURST_WITHIN, "override_burst": OVERRIDES_WITHIN}


def in_words(pattern: Pattern, locale: str, *, name: str, count: int, day: date) -> str:
    """The sentence for the owner, in the locale's language (`en…` or Spanish)."""
    words = WORDS[pattern]
    within = _MINUTES.get(pattern, timedelta(0))
    text = words.en if locale.startswith("en") else words.es
    minutes = int(within.total_seconds()) // 60
    return text.format(name=name, count=count, day=day.strftime("%d/%m"), minutes=minutes)

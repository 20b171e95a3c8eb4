"""What is open at a shop, and what other rules would make of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sello.domains.business import RewardRules
from sello.shared.errors import Language

Ends = Literal["within_7_days", "within_30_days", "later", "never"]


@dataclass(frozen=True, slots=True)
class Standing:
    """So many cards hold so many stamps; `for_good` when these have no last day."""

    balance: int
    for_good: bool
    cards: int


@dataclass(frozen=True, slots=True)
class OpenRewards:
    """Rewards that wait to be collected, and how many of them have a last day."""

    rewards: int
    with_end: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """Cards in progress under other rules. All keep their stamps, and all open rewards stay what they are.

    Each card is one of `full_at_next_stamp`, `need_more`, `need_fewer` (stamps until it is full) and `unchanged`.
    `for_good`: cards whose stamps go on without a last day until they are full, though the new rules have one.
    """

    cards: int
    full_at_next_stamp: int
    need_more: int
    need_fewer: int
    unchanged: int
    for_good: int
    rewards: int
    rewards_with_end: int


def outlook_of(
    proposed: RewardRules, present: RewardRules | None, standings: Sequence[Standing], open_rewards: OpenRewards
) -> Outlook:
    """What the proposed rules would mean for the cards in progress."""
    counted = {"full_at_next_stamp": 0, "need_more": 0, "need_fewer": 0, "unchanged": 0}
    for standing in standings:
        counted[_fate(standing.balance, proposed, present)] += standing.cards
    ends = proposed.stamps_expire_days is not None
    return Outlook(
        **counted,
        cards=sum(standing.cards for standing in standings),
        for_good=sum(standing.cards for standing in standings if standing.for_good and ends),
        rewards=open_rewards.rewards,
        rewards_with_end=open_rewards.with_end,
    )


def _fate(balance: int, proposed: RewardRules, present: RewardRules | None) -> str:
    missing = proposed.stamps_required - balance
    if missing <= 1:
        return "full_at_next_stamp"
    before = missing if present is None else max(1, present.stamps_required - balance)
    if missing == before:
        return "unchanged"
    return "need_more" if missing > before else "need_fewer"


_TEXTS: Final[dict[Language, dict[str, tuple[str, str]]]] = {
    "es": {
        "cards": ("{n} tarjeta en curso conserva sus sellos.", "{n} tarjetas en curso conservan sus sellos."),
        "none": ("Ninguna tarjeta tiene sellos ahora.", "Ninguna tarjeta tiene sellos ahora."),
        "full_at_next_stamp": (
            "{n} tarjeta se llena con su próximo sello.",
            "{n} tarjetas se llenan con su próximo sello.",
        ),
        "need_more": (
            "{n} tarjeta necesitará más sellos que ahora para llenarse.",
            "{n} tarjetas necesitarán más sellos que ahora para llenarse.",
        ),
        "need_fewer": (
            "{n} tarjeta necesitará menos sellos que ahora para llenarse.",
            "{n} tarjetas necesitarán menos sellos que ahora para llenarse.",
        ),
        "for_good": (
            "{n} tarjeta conserva sus sellos sin vencimiento hasta llenarse, como se le prometió.",
            "{n} tarjetas conservan sus sellos sin vencimiento hasta llenarse, como se les prometió.",
        ),
        "rewards": (
            "{n} premio por recoger sigue valiendo igual.",
            "{n} premios por recoger siguen valiendo igual.",
        ),
        "rewards_with_end": (
            "{n} premio conserva la fecha de vencimiento que ya tenía.",
            "{n} premios conservan la fecha de vencimiento que ya tenían.",
        ),
    },
    "en": {
        "cards": ("{n} card in progress keeps its stamps.", "{n} cards in progress keep their stamps."),
        "none": ("No card has stamps now.", "No card has stamps now."),
        "full_at_next_stamp": ("{n} card is full with its next stamp.", "{n} cards are full with their next stamp."),
        "need_more": (
            "{n} card will need more stamps than now to be full.",
            "{n} cards will need more stamps than now to be full.",
        ),
        "need_fewer": (
            "{n} card will need fewer stamps than now to be full.",
            "{n} cards will need fewer stamps than now to be full.",
        ),
        "for_good": (
            "{n} card keeps its stamps without an end until it is full, as it was promised.",
            "{n} cards keep their stamps without an end until they are full, as they were promised.",
        ),
        "rewards": (
            "{n} reward that waits to be collected stays as good as it is.",
            "{n} rewards that wait to be collected stay as good as they are.",
        ),
        "rewards_with_end": (
            "{n} reward keeps the last day that it had.",
            "{n} rewards keep the last day that they had.",
        ),
    },
}


def outlook_in_words(outlook: Outlook, language: Language) -> list[str]:
    """The outlook, a sentence for each number that is not zero."""
    texts = _TEXTS[language]
    if outlook.cards == 0 and outlook.rewards == 0:
        return [texts["none"][0]]
    numbers = {
        "cards": outlook.cards,
        "full_at_next_stamp": outlook.full_at_next_stamp,
        "need_more": outlook.need_more,
        "need_fewer": outlook.need_fewer,
        "for_good": outlook.for_good,
        "rewards": outlook.rewards,
        "rewards_with_end": outlook.rewards_with_end,
    }
    return [texts[name][number != 1].format(n=number) for name, number in numbers.items() if number]

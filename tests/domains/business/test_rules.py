"""Reward rules as types: what they refuse, the week of happy hours, and every rule in words."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sello.domains.business import BirthdayReward, HappyHour, RewardRules, Step, Welcome, rules_in_words, soles
from sello.domains.business.rules import DAY_MINUTES, WEEK_MINUTES

STEPS = ({"at": 5, "title": "Café"}, {"at": 10, "title": "Almuerzo"})
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def rules(**changes: Any) -> RewardRules:
    return RewardRules.model_validate({"steps": STEPS} | changes)


def happy(**changes: Any) -> dict[str, Any]:
    return {"weekdays": [1], "starts": "15:00", "ends": "18:00", "factor": 2} | changes


@pytest.mark.parametrize(
    "wrong",
    [
        {"roll_over": 1},
        {"minimum_spend_centimos": 0},
        {"stamps_expire_days": 13},
        {"rewards_expire_days": 6},
        {"welcome": {}},
        {"welcome": {"stamps": 5}},
        {"birthday": {"title": ""}},
        {"birthday": {"title": "Torta", "valid_days": -1}},
        {"happy_hours": [happy(weekdays=[])]},
        {"happy_hours": [happy(weekdays=[2, 1])]},
        {"happy_hours": [happy(weekdays=[1, 1])]},
        {"happy_hours": [happy(weekdays=[8])]},
        {"happy_hours": [happy(ends="15:00")]},
        {"happy_hours": [happy(ends="25:00")]},
        {"happy_hours": [happy(starts="24:00")]},
        {"happy_hours": [happy(starts="9:00")]},
        {"happy_hours": [happy(factor=1)]},
        {"happy_hours": [happy(factor=6)]},
        {"happy_hours": [happy()] * 21},
        {"unheard_of": 1},
    ],
    ids=str,
)
def test_what_no_shop_can_mean_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rules(**wrong)


TIMES = st.integers(0, DAY_MINUTES - 1).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
HAPPY = st.builds(
    lambda weekdays, starts, ends, factor: HappyHour(
        weekdays=tuple(sorted(weekdays)), starts=starts, ends=ends if ends != starts else "24:00", factor=factor
    ),
    st.sets(st.sampled_from([1, 2, 3, 4, 5, 6, 7]), min_size=1),
    TIMES,
    st.one_of(TIMES, st.just("24:00")),
    st.integers(2, 5),
)


def factor_at(happy_hours: list[HappyHour], minute: int) -> int:
    """Asked naively: is there an hour that began today or yesterday and is not over?"""
    at = MONDAY + timedelta(minutes=minute)
    factors = [1]
    for one in happy_hours:
        for ago in (0, 1):
            day = (at - timedelta(days=ago)).replace(hour=0, minute=0)
            start, end = (
                day + timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (one.starts, one.ends)
            )
            if day.isoweekday() in one.weekdays and start <= at < (end if end > start else end + timedelta(days=1)):
                factors.append(one.factor)
    return max(factors)


@given(st.lists(HAPPY, max_size=6), st.lists(st.integers(0, WEEK_MINUTES - 1), min_size=1, max_size=20))
def test_the_compiled_week_says_what_the_happy_hours_say(happy_hours: list[HappyHour], minutes: list[int]) -> None:
    week = rules(happy_hours=[one.model_dump() for one in happy_hours]).happy_week
    assert all(0 <= start < end <= WEEK_MINUTES for start, end, _ in week)
    assert all(before[1] <= after[0] for before, after in pairwise(week))
    edges = [edge + shift for start, end, _ in week for edge in (start, end) for shift in (-1, 0)]
    for minute in [*minutes, *(edge % WEEK_MINUTES for edge in edges)]:
        compiled = [factor for start, end, factor in week if start <= minute < end]
        assert (compiled or [1]) == [factor_at(happy_hours, minute)]


RULES = st.builds(
    RewardRules,
    steps=st.lists(st.integers(1, 100), min_size=1, max_size=5, unique=True).map(
        lambda places: tuple(Step(at=at, title=f"Premio {at}") for at in sorted(places))
    ),
    roll_over=st.booleans(),
    cooldown_minutes=st.integers(0, 7 * DAY_MINUTES),
    card_daily_cap=st.integers(1, 1000),
    most_per_purchase=st.integers(1, 100),
    minimum_spend_centimos=st.none() | st.integers(1, 100_000_000),
    happy_hours=st.lists(HAPPY, max_size=3).map(tuple),
    stamps_expire_days=st.none() | st.integers(14, 3650),
    rewards_expire_days=st.none() | st.integers(7, 3650),
    welcome=st.none() | st.builds(Welcome, title=st.just("Galleta {0}")),
    birthday=st.none() | st.builds(BirthdayReward, title=st.just("Torta"), valid_days=st.integers(0, 365)),
)


@given(RULES)
def test_rules_survive_their_row(some: RewardRules) -> None:
    assert RewardRules.model_validate_json(some.model_dump_json()) == some


@given(RULES)
def test_every_rule_is_said_in_whole_sentences_in_both_languages(some: RewardRules) -> None:
    spanish, english = rules_in_words(some, "es"), rules_in_words(some, "en")
    assert len(spanish) == len(english)
    for said in (spanish, english):
        assert all(sentence.endswith((".", "!", "?", "…")) for sentence in said)
        text = " ".join(said)
        assert all(step.title in text for step in some.steps)
        assert "None" not in text
        assert some.minimum_spend_centimos is None or soles(some.minimum_spend_centimos) in text


def test_the_words_of_a_shop() -> None:
    shop = rules(
        most_per_purchase=3,
        minimum_spend_centimos=1550,
        cooldown_minutes=120,
        happy_hours=[
            happy(weekdays=[1, 2, 3, 4, 5]),
            happy(weekdays=[6, 7], starts="22:00", ends="02:00", factor=3),
            happy(weekdays=[7], starts="00:00", ends="24:00"),
        ],
        stamps_expire_days=90,
        rewards_expire_days=60,
        welcome={"title": "Galleta", "stamps": 1},
        birthday={"title": "Torta"},
    )
    assert rules_in_words(shop, "es") == [
        "Con 5 sellos: Café.",
        "Con 10 sellos se llena la tarjeta: Almuerzo.",
        "Cada compra puede dar hasta 3 sellos.",
        "La compra tiene que ser de al menos 15.50 soles.",
        "Los sellos que sobran al llenar la tarjeta no pasan a la siguiente.",
        "Sellos dobles de lunes a viernes, de 15:00 a 18:00.",
        "Sellos triples los sábados y domingos, de 22:00 a 02:00 del día siguiente.",
        "Sellos dobles los domingos, todo el día.",
        "Entre un sello y el siguiente pasan al menos 2 horas.",
        "Por día se sellan como máximo 5 compras de una tarjeta.",
        "De bienvenida, al confirmar la tarjeta: 1 sello y Galleta.",
        "Por tu cumpleaños, si ya tenías la tarjeta: Torta. Se puede recoger hasta 15 días después.",
        "Si pasan más de 90 días sin sellar, los sellos de la tarjeta vencen.",
        "Cada premio se puede recoger hasta 60 días después de ganarlo.",
    ]
    assert rules_in_words(rules(), "en") == [
        "With 5 stamps: Café.",
        "10 stamps fill the card: Almuerzo.",
        "Each purchase gives one stamp.",
        "There are at least 30 minutes between one stamp and the next.",
        "At most 5 purchases of a card are stamped in a day.",
        "Stamps do not expire.",
        "Rewards do not expire.",
    ]


@pytest.mark.parametrize(
    ("centimos", "said"), [(100, "1 sol"), (50, "0.50 soles"), (1500, "15 soles"), (1505, "15.05 soles")]
)
def test_amounts_as_people_say_them(centimos: int, said: str) -> None:
    assert soles(centimos) == said

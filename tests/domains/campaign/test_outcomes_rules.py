"""States only rise, whatever order callbacks come in and however often; each error code means one thing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.campaign.outcomes.rules import (
    DELIVERED,
    FAILED,
    MEANINGS,
    RANKS,
    READ,
    Heard,
    backoff,
    folded,
    is_charged,
    is_of_the_account,
    meaning_of,
    pause_after,
)
from sello.domains.campaign.sending.rules import BATCH, paid, places, share, turns
from sello.shared.ids import BusinessId, SendId, new_id

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEND = SendId(new_id())
STATUSES = st.lists(st.sampled_from(sorted(RANKS)), min_size=1, max_size=12)


def heard(statuses: list[str], *, code: int | None = None) -> list[Heard]:
    words = []
    for number, status in enumerate(statuses):
        error = code if RANKS[status] == FAILED else None
        words.append(Heard(SEND, "SM", RANKS[status], NOON + timedelta(seconds=number), error))
    return words


@given(STATUSES, st.randoms(use_true_random=False))
def test_the_order_and_the_number_of_callbacks_change_no_state(statuses: list[str], chance: Any) -> None:
    fivefold = statuses * 5
    chance.shuffle(fivefold)
    [once] = folded(heard(statuses, code=63024))
    [often] = folded(heard(fivefold, code=63024))
    assert (once.rank, once.error_code) == (often.rank, often.error_code)
    assert once.rank == max(RANKS[status] for status in statuses)


@given(STATUSES)
def test_moments_say_what_the_rank_says(statuses: list[str]) -> None:
    [known] = folded(heard(statuses, code=63024))
    assert (known.opened_at is not None) == (known.rank == READ)
    assert (known.delivered_at is not None) == (known.rank >= DELIVERED)
    assert known.rank != FAILED or known.failed_at is not None
    assert (known.failed_at is not None) == any(RANKS[status] == FAILED for status in statuses)


def test_the_first_error_is_kept() -> None:
    words = [Heard(SEND, "SM", FAILED, NOON, 63049), Heard(SEND, "SM", FAILED, NOON + timedelta(1), 63024)]
    assert folded(words)[0].error_code == 63049


@pytest.mark.parametrize(
    ("code", "contact", "content", "hold"),
    [
        (21211, "invalid", False, None), (21614, "invalid", False, None), (21610, "blocked", False, None),
        (63014, "blocked", False, None), (63024, "unreachable", False, None), (63033, "stopped", False, None),
        (63049, "pause", False, None), (63032, None, False, None), (30008, None, False, None),
        (63016, None, True, None), (63021, None, True, None), (63018, None, False, 60), (20429, None, False, 1),
        (63038, None, False, 3600), (63017, None, False, 900), (99999, None, False, None), (None, None, False, None),
    ],
)  # fmt: skip
def test_each_code_means_one_thing(code: int | None, contact: str | None, content: bool, hold: float | None) -> None:
    meaning = meaning_of(code)
    assert (meaning.contact, meaning.content) == (contact, content)
    assert (meaning.hold.total_seconds() if meaning.hold else None) == hold


def test_an_owner_hears_of_codes_that_nobody_knows() -> None:
    assert {meaning_of(code).alert for code in (99999, None)} == {"not_delivered"}
    assert MEANINGS[63018].alert == "provider_held"


def test_a_wrong_password_says_nothing_of_the_message() -> None:
    assert is_of_the_account(None, 401)
    assert is_of_the_account(20003, 400)
    assert not is_of_the_account(21211, 400)


def test_what_failed_costs_nothing_and_what_is_in_doubt_does() -> None:
    assert not is_charged(claimed=True, released=False, rank=FAILED)
    assert is_charged(claimed=True, released=False, rank=0)
    assert not is_charged(claimed=True, released=True, rank=0)
    assert not is_charged(claimed=False, released=False, rank=0)


@given(st.integers(0, 100), st.floats(0, 1))
def test_whoever_is_refused_again_waits_longer_and_never_longer_than_ten_minutes(claims: int, jitter: float) -> None:
    assert timedelta(0) < backoff(claims, jitter) <= timedelta(minutes=10)
    assert backoff(claims + 1, jitter) >= backoff(claims, jitter)
    assert [pause_after(n).days for n in range(4)] == [1, 3, 7, 7]


@given(st.lists(st.integers(1, 100)), st.integers(0, 500), st.integers(0, 500))
def test_a_budget_is_never_passed(costs: list[int], budget: int, committed: int) -> None:
    messages = [(SendId(new_id()), cost) for cost in costs]
    ids, spent = paid(messages, budget=budget, committed=committed)
    assert not ids or committed + spent <= budget
    assert ids == [send_id for send_id, _ in messages][: len(ids)]
    assert paid(messages, budget=None, committed=committed) == ([m[0] for m in messages], sum(costs))


@given(st.integers(1, 150), st.integers(1, 400))
def test_everybody_gets_a_turn(free: int, shops: int) -> None:
    assert 1 <= share(free, shops) <= min(BATCH, free)


def test_the_first_priority_goes_before_the_rest() -> None:
    one, two, three = (BusinessId(new_id()) for _ in range(3))
    assert turns([(one, 5), (two, 2), (three, 2)]) == [two, three]
    assert turns([]) == []


@given(st.integers(1, 300))
def test_no_second_holds_more_than_eighty_places_even_when_each_is_as_late_as_it_may_be(count: int) -> None:
    moments = list(places(0.0, count, 70))
    late = [moment + (0.1 if number % 2 else 0.0) for number, moment in enumerate(moments)]
    assert all(sum(start <= other < start + 1 for other in late) <= 80 for start in late)

"""Why a card in a phone shows what it shows: whatever stands furthest back on the way of a change is the answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from sello.domains.loyalty.walletviews.rules import (
    EventKind,
    Happened,
    PassKind,
    State,
    WalletPass,
    Why,
    last_of,
    verdict_of,
)

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
PASS = UUID(int=1)
ENDS = {"pass.pe.sello": NOW + timedelta(days=200)}
Said = tuple[EventKind, float, dict[str, Any]]


def ago(minutes: float) -> datetime:
    """So many minutes before now."""
    return NOW - timedelta(minutes=minutes)


def held(kind: PassKind = "apple", **parts: Any) -> WalletPass:
    """A pass in a phone that has shown everything an hour ago; entry 8 of its ledger is the latest."""
    return replace(
        WalletPass(
            id=PASS,
            customer_id=UUID(int=2),
            kind=kind,
            pass_type_id="pass.pe.sello" if kind == "apple" else "",
            issued_at=ago(9000),
            saved_at=ago(9000),
            changed_at=ago(61),
            noted_seq=8,
            shown_seq=8,
            shown_at=ago(60),
            voided_at=None,
            seq=8,
            owed_at=None,
            phones=1 if kind == "apple" else 0,
        ),
        **parts,
    )


def behind(kind: PassKind = "apple", *, minutes: float, noted: bool = True, **parts: Any) -> WalletPass:
    """A pass whose card got its ninth entry so many minutes ago."""
    at = ago(minutes)
    more = {"noted_seq": 9, "changed_at": at} if noted else {}
    return replace(held(kind), **{"seq": 9, "owed_at": at, **more, **parts})


def happened(*said: Said) -> dict[EventKind, Happened]:
    """What happened last: kind, how many minutes ago, details."""
    return last_of(Happened(PASS, kind, ago(minutes), details) for kind, minutes, details in said).get(PASS, {})


PUSHED: Said = ("pushed", 30, {"phones": 1})

APPLE: list[tuple[str, WalletPass, list[Said], State, Why, float | None]] = [
    ("shows all", held(), [], "current", "current", 60),
    ("was voided", held(voided_at=ago(5)), [], "over", "voided", 5),
    ("never added", held(phones=0, saved_at=None), [("issued", 9000, {})], "absent", "never_added", 9000),
    ("asks no more", held(phones=0), [("unregistered", 40, {"why": "phone"})], "absent", "updates_off", 40),
    ("asks no more, long ago", held(phones=0), [], "absent", "updates_off", None),
    (
        "known from what happened alone",
        held(phones=0, saved_at=None),
        [("registered", 99, {})],
        "absent",
        "updates_off",
        None,
    ),
    ("apple knows it no more", held(phones=0), [("unregistered", 40, {"why": "apns"})], "absent", "phone_gone", 40),
    (
        "pushed out by other phones",
        held(phones=0),
        [("unregistered", 40, {"why": "cap"})],
        "absent",
        "too_many_phones",
        40,
    ),
    ("just stamped", behind(minutes=1, noted=False), [], "waiting", "noting", 1),
    ("stamped, nobody noted", behind(minutes=3, noted=False), [], "stuck", "queue_late", 3),
    ("noted, not told", behind(minutes=1), [], "waiting", "sending", 1),
    ("noted, not told for long", behind(minutes=5), [PUSHED], "stuck", "queue_late", 5),
    ("apple is away", behind(minutes=40), [("push_failed", 9, {"retry": True})], "waiting", "retrying", 9),
    ("apple refuses us", behind(minutes=40), [PUSHED, ("push_failed", 9, {})], "stuck", "push_refused", 9),
    ("refused, then taken", behind(minutes=40), [PUSHED, ("push_failed", 35, {})], "stuck", "phone_silent", 30),
    ("told a moment ago", behind(minutes=1.5), [("pushed", 1, {})], "waiting", "phone_silent", 1),
    ("told, and silent", behind(minutes=31), [PUSHED, ("listed", 90, {})], "stuck", "phone_silent", 30),
    ("asked what is new", behind(minutes=31), [PUSHED, ("listed", 29, {})], "stuck", "listed_only", 29),
    ("complains", behind(minutes=31), [PUSHED, ("logged", 28, {"text": "no"})], "stuck", "phone_complains", 28),
    ("complained before", behind(minutes=31), [PUSHED, ("logged", 99, {"text": "no"})], "stuck", "phone_silent", 30),
    ("the new look is on its way", held(changed_at=ago(1)), [], "waiting", "sending", 1),
    ("never shown", held(shown_seq=None, shown_at=None), [("pushed", 60, {})], "stuck", "phone_silent", 60),
    ("certificate gone", held(pass_type_id="pass.other"), [], "stuck", "certificate_missing", None),
]
GOOGLE: list[tuple[str, WalletPass, list[Said], State, Why, float | None]] = [
    ("shows all", held("google"), [], "current", "current", 60),
    ("what it has already is not sent again", held("google", changed_at=ago(1)), [], "current", "current", 60),
    ("not saved", held("google", saved_at=None), [], "absent", "not_saved", 9000),
    ("removed", held("google", saved_at=None), [("unregistered", 7, {})], "absent", "removed", 7),
    ("saved again", held("google"), [("unregistered", 7, {})], "current", "current", 60),
    ("just stamped", behind("google", minutes=1, noted=False), [], "waiting", "noting", 1),
    ("on its way", behind("google", minutes=1), [], "waiting", "sending", 1),
    ("late", behind("google", minutes=4), [("failed", 9, {})], "stuck", "queue_late", 4),
    ("google is away", behind("google", minutes=9), [("failed", 3, {"retry": True})], "waiting", "retrying", 3),
    ("google refuses", behind("google", minutes=9), [("failed", 3, {"reason": "400"})], "stuck", "google_refused", 3),
    ("was voided", held("google", voided_at=ago(5), saved_at=None), [], "over", "voided", 5),
]


@pytest.mark.parametrize(
    ("one", "said", "state", "why", "minutes"),
    [row[1:] for row in APPLE + GOOGLE],
    ids=[row[0] for row in APPLE + GOOGLE],
)
def test_the_answer(one: WalletPass, said: list[Said], state: State, why: Why, minutes: float | None) -> None:
    verdict = verdict_of(one, happened(*said), now=NOW, ends=ENDS.get)
    assert (verdict.state, verdict.why) == (state, why)
    assert verdict.since == (None if minutes is None else ago(minutes))


def test_an_ended_certificate_comes_before_everything_but_the_phone() -> None:
    ended = {"pass.pe.sello": ago(10)}
    assert verdict_of(held(), {}, now=NOW, ends=ended.get).why == "certificate_ended"
    assert verdict_of(behind(minutes=5), {}, now=NOW, ends=ended.get).why == "certificate_ended"
    assert verdict_of(held(phones=0), {}, now=NOW, ends=ended.get).why == "updates_off"
    assert verdict_of(held("google"), {}, now=NOW, ends=lambda _: None).why == "current"  # none of Google's business


def test_what_the_other_side_said_is_repeated_and_cut() -> None:
    complaint = happened(("pushed", 30, {}), ("logged", 28, {"text": "x" * 900}))
    assert verdict_of(behind(minutes=31), complaint, now=NOW, ends=ENDS.get).said == "x" * 500
    refusal = happened(("push_failed", 3, {"reason": "BadCertificate", "retry": False}))
    assert verdict_of(behind(minutes=31), refusal, now=NOW, ends=ENDS.get).said == "BadCertificate"


def test_the_last_of_a_kind_counts_in_any_order() -> None:
    new: Said = ("pushed", 5, {})
    old: Said = ("pushed", 90, {})
    for events in ([new, old], [old, new]):
        assert happened(*events)["pushed"].at == ago(5)

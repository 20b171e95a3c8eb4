"""Customers and their consent: what the domain decides by itself, and what retention forgets."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from pydantic import ValidationError

from sello.domains.customer import Consent, ConsentKind, confirm_customer
from sello.domains.customer.pending.actions import forget_stale_pending
from sello.domains.customer.rules import (
    CONSENT_TEXTS,
    TEXT_VERSION,
    Birthday,
    Waiting,
    check_waiting,
    language_of,
    later_word,
    read_text,
)
from sello.domains.loyalty.enrollments.queries import bury_pending_cards
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.shared.auth.networks import network_of
from sello.shared.errors import Refused
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)


def word(kind: ConsentKind, minutes: int) -> Consent:
    return Consent(kind, "enrolment", "2026-11-es", None, None, MORNING + timedelta(minutes=minutes))


@pytest.mark.parametrize(("day", "month"), [(29, 2), (31, 1), (30, 4), (31, 12)])
def test_days_that_exist(day: int, month: int) -> None:
    assert Birthday(day=day, month=month).day == day


@pytest.mark.parametrize(("day", "month"), [(30, 2), (31, 4), (0, 1), (32, 1), (1, 13), (1, 0)])
def test_days_that_do_not(day: int, month: int) -> None:
    with pytest.raises(ValidationError):
        Birthday(day=day, month=month)


def test_a_merge_repeats_the_later_word_alone() -> None:
    early, late = word("opt_in", 0), word("opt_out", 5)
    assert later_word(None, early) is None
    assert later_word(early, None) == early
    assert later_word(early, late) is None
    assert later_word(late, early) == late
    assert later_word(early, early) is None


def test_a_receipt_names_the_text_and_its_language() -> None:
    assert read_text(TEXT_VERSION, "en") == f"{TEXT_VERSION}-en"
    with pytest.raises(Refused, match="text_version_unknown"):
        read_text("1999-01", "es")
    assert (language_of("en-US"), language_of("es-PE"), language_of("qu")) == ("en", "es", "es")
    for texts in CONSENT_TEXTS.values():
        assert {len(text) > 100 for text in (texts.es.notice, texts.es.marketing, texts.en.notice)} == {True}


def test_limits_of_waiting_enrolments() -> None:
    check_waiting(Waiting(4, 59))
    for waiting, after in ((Waiting(5, 0), 86_400), (Waiting(0, 60), 3600)):
        with pytest.raises(Refused) as refused:
            check_waiting(waiting)
        assert (refused.value.code, refused.value.facts) == ("too_many_requests", {"after": after})


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:22ff::1", "2001:db8:1:2200::/56"),
        ("testclient", "testclient"),
        ("x" * 100, "x" * 64),
    ],
)
def test_networks_are_coarse(address: str, network: str) -> None:
    assert network_of(address) == network


_TRACES = "SELECT network_hash, poster_id, kind FROM consent_events WHERE customer_id = %s"


async def test_retention_forgets_who_never_came(
    db: TenantPool, platform_db: PlatformPool, shop: Shop, database: TestDatabase
) -> None:
    stale, recent = shop.card(confirmed=False, days_ago=91), shop.card(confirmed=False, days_ago=89)
    known = shop.card(days_ago=300)
    for card in (stale, recent):
        database.rows(
            "INSERT INTO consent_events (business_id, id, customer_id, kind, source, text_version, poster_id,"
            " network_hash) VALUES (%s, new_id(), %s, 'opt_in', 'enrolment', '1', '7K2M9Q', 'net')",
            shop.business_id,
            card.customer_id,
        )
        database.rows("UPDATE customers SET opted_in_at = app_now() WHERE id = %s", card.customer_id)
    assert await forget_stale_pending(platform_db) >= 1
    assert await forget_stale_pending(platform_db) == 0
    assert database.rows(_TRACES, stale.customer_id) == [(None, None, "opt_in")], "that somebody agreed stays"
    assert database.rows(_TRACES, recent.customer_id) == [(b"net", "7K2M9Q", "opt_in")]
    while (buried := await bury_pending_cards(platform_db, most=2)) and buried.cards:
        pass
    codes = database.rows("SELECT scan_code, link, erased_at IS NULL FROM cards WHERE id = %s", stale.id)[0]
    assert (codes[0] == stale.scan_code, codes[1] == stale.link, codes[2]) == (False, False, False)
    kept = database.rows("SELECT scan_code, link, erased_at FROM cards WHERE id = %s", recent.id)
    assert kept == [(recent.scan_code, recent.link, None)]
    people = database.rows(
        "SELECT id, phone IS NULL AND name IS NULL AND name_folded IS NULL AND erased_at IS NOT NULL FROM customers"
        " WHERE business_id = %s ORDER BY id",
        shop.business_id,
    )
    assert people == [(stale.customer_id, True), (recent.customer_id, False), (known.customer_id, False)]
    with pytest.raises(Refused, match="card_not_found"):
        await confirm_customer(db, shop.business_id, stale.customer_id, confirmed_by=None)


async def test_the_platform_can_blank_nobody_but_the_pending(
    platform_db: PlatformPool, shop: Shop, database: TestDatabase
) -> None:
    known, pending = shop.card(), shop.card(confirmed=False)
    blank = "UPDATE customers SET phone = NULL, name = NULL, erased_at = app_now() WHERE id = %(id)s"
    assert await platform_db.execute(blank, id=known.customer_id) == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await platform_db.execute("UPDATE customers SET name = 'x' WHERE id = %(id)s", id=pending.customer_id)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await platform_db.execute("SELECT phone FROM customers")

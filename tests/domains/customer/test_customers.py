"""Customers and their consent: what the domain decides by itself, and what retention forgets."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from pydantic import ValidationError

from sello.domains.customer import Consent, ConsentKind, confirm_customer
from sello.domains.customer.actions import forget_stale_pending
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


async def test_retention_forgets_who_never_came(
    db: TenantPool, platform_db: PlatformPool, shop: Shop, database: TestDatabase
) -> None:
    stale, recent = shop.card(confirmed=False, days_ago=91), shop.card(confirmed=False, days_ago=89)
    known = shop.card(days_ago=300)
    assert await forget_stale_pending(platform_db) >= 1
    assert await forget_stale_pending(platform_db) == 0
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

"""Odd patterns: what counts as one, recorded once however often it is looked at, told in words."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest

from sello.domains.loyalty.fraud.actions import look_at_stamp
from sello.domains.loyalty.fraud.jobs import JOBS, REACTIONS
from sello.domains.loyalty.fraud.rules import WORDS, Pattern, StaffStamp, busiest, in_words, odd_patterns
from sello.entry.settings import Settings
from sello.infrastructure.database.db import PlatformPool, TenantPool
from sello.infrastructure.database.relay import relay_batch
from sello.infrastructure.mail.client import mailer
from sello.infrastructure.services import Services
from sello.infrastructure.storage.client import open_storage
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared.ids import CardId, StampId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import LOOSE, Shop
from tests.support.till import Till

NOON = datetime(2026, 3, 9, 17, tzinfo=UTC)  # 12:00 in Lima
ONE_CARD = CardId(new_id())


def stamp(seconds: float, *flags: str, card: CardId | None = None, today: bool = True) -> StaffStamp:
    at = NOON + timedelta(seconds=seconds)
    return StaffStamp(StampId(new_id()), card or CardId(new_id()), at, list(flags), today)


def found(stamps: list[StaffStamp], *, look_at: int = -1, cap: int | None = 300) -> dict[str, int]:
    findings = odd_patterns(stamps, stamps[look_at].id, staff_cap=cap)
    return {finding.pattern: len(finding.stamps) for finding in findings}


@pytest.mark.parametrize(("every", "odd"), [(13.3, {"staff_burst": 10}), (13.4, {})])
def test_ten_stamps_in_two_minutes_are_a_burst(every: float, odd: dict[str, int]) -> None:
    assert found([stamp(n * every) for n in range(10)]) == odd


def test_nine_are_none_and_a_late_one_in_the_middle_completes_it() -> None:
    run = [stamp(n * 10) for n in range(9)]
    assert found(run) == {}
    assert found([*run[:4], stamp(35), *run[4:]], look_at=4) == {"staff_burst": 10}
    assert found([stamp(-500), *run, stamp(85)], look_at=0) == {}  # the burst is not about that one


@pytest.mark.parametrize(("every", "odd"), [(300, {"override_burst": 3}), (301, {})])
def test_three_overrides_of_a_card_in_ten_minutes_are_a_burst(every: int, odd: dict[str, int]) -> None:
    assert found([stamp(n * every, "override", card=ONE_CARD) for n in range(3)]) == odd
    assert found([stamp(n * every, "override") for n in range(3)]) == {}
    assert found([stamp(n * every, card=ONE_CARD) for n in range(3)]) == {}


def test_four_stamps_of_a_card_in_a_day_by_one_person() -> None:
    stamps = [stamp(n * 3600, card=ONE_CARD) for n in range(4)]
    assert found(stamps) == {"same_card": 4}
    assert found(stamps[:3]) == {}
    assert found([stamp(-3600, card=ONE_CARD, today=False), *stamps[:3]]) == {}


def test_more_than_four_fifths_of_a_day_s_limit() -> None:
    stamps = [stamp(n * 60) for n in range(9)]
    assert found(stamps, cap=10) == {"near_cap": 9}
    assert found(stamps[:8], cap=10) == {}
    assert found(stamps, cap=None) == {}


@pytest.mark.parametrize("flag", ["clock_ahead", "clock_behind", "late"])
def test_three_stamps_with_the_clock_off(flag: str) -> None:
    stamps = [stamp(n * 600, flag) for n in range(3)]
    assert found(stamps) == {"offline_skew": 3}
    assert found(stamps[:2]) == {}


def test_one_finding_of_a_kind_with_the_stamps_to_void() -> None:
    stamps = [stamp(n, "override", card=ONE_CARD) for n in range(120)]
    findings = odd_patterns(stamps, stamps[-1].id, staff_cap=10)
    assert [(finding.kind, finding.pattern) for finding in findings] == [
        ("many_cards", "same_card"),
        ("burst", "staff_burst"),
    ]
    details = findings[0].details
    assert (details["count"], details["card_ids"]) == (120, [str(ONE_CARD)])
    assert details["stamp_ids"] == [str(one.id) for one in stamps[-100:]]


def test_the_busiest_run_is_the_longest_one_around_the_moment() -> None:
    times = sorted(Random(7).uniform(0, 600) for _ in range(60))
    stamps = [stamp(seconds) for seconds in times]
    within = timedelta(seconds=120)
    for one in stamps:
        runs = [
            [s for s in stamps if first.occurred_at <= s.occurred_at <= first.occurred_at + within]
            for first in stamps
            if first.occurred_at <= one.occurred_at <= first.occurred_at + within
        ]
        longest = max(len([s for s in run if run[0].occurred_at <= s.occurred_at]) for run in runs if one in run)
        run = busiest(stamps, one.occurred_at, within)
        assert (len(run), one in run) == (longest, True)


@pytest.mark.parametrize("pattern", WORDS)
def test_every_pattern_has_words(pattern: Pattern) -> None:
    es = in_words(pattern, "es-PE", name="Diego", count=12, day=date(2026, 3, 9))
    en = in_words(pattern, "en", name="Diego", count=12, day=date(2026, 3, 9))
    assert es != en
    for text in (es, en):
        assert "Diego" in text
        assert "12" in text
        assert "09/03" in text
        assert "{" not in text


# ---------------------------------------------------------------- recorded


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


def signals(till: Till) -> list[tuple[str, int]]:
    rows = till.database.rows(
        "SELECT kind, (details ->> 'count')::int FROM fraud_signals WHERE business_id = %s ORDER BY kind",
        till.shop.business_id,
    )
    return [(row[0], row[1]) for row in rows]


async def look(till: Till, stamp_id: StampId) -> None:
    (row,) = till.database.rows("SELECT account_id, occurred_at FROM stamp_events WHERE id = %s", stamp_id)
    await look_at_stamp(till.db, till.shop.business_id, stamp_id, account_id=row[0], at=row[1])


@pytest.mark.parametrize("seed", range(3))
async def test_looking_twice_and_in_any_order_records_the_same(till: Till, shop: Shop, seed: int) -> None:
    at = datetime.now(UTC) - timedelta(days=2)
    card, cards = shop.card(), [shop.card() for _ in range(8)]
    given = [
        await till.stamp(target, occurred_at=at + timedelta(seconds=n))
        for n, target in enumerate([*cards, card, card, card, card])
    ]
    for stamp_id in Random(seed).sample(given * 2, 2 * len(given)):
        await look(till, stamp_id)
    assert signals(till) == [("burst", 12), ("many_cards", 4), ("offline_skew", 12)]
    facts = "SELECT count(*) FROM events WHERE kind = 'FraudSignalled' AND business_id = %s"
    assert till.count(facts, shop.business_id) == 3


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_strongest_of_a_day_stands(till: Till, shop: Shop, order: tuple[int, int]) -> None:
    noon = datetime.now(UTC).replace(hour=17, minute=0, second=0, microsecond=0) - timedelta(days=1)
    cards = [shop.card() for _ in range(12)]
    bursts = [
        [await till.stamp(card, occurred_at=noon + timedelta(hours=hours, seconds=n)) for n, card in enumerate(some)]
        for hours, some in ((0, cards), (2, cards[:10]))
    ]
    for burst in order:
        await look(till, bursts[burst][-1])
    assert dict(signals(till))["burst"] == 12


async def test_a_stamp_s_fact_sets_the_look_going(
    till: Till, shop: Shop, platform_db: PlatformPool, settings: Settings, tmp_path: Path
) -> None:
    card = shop.card()
    for _ in range(4):
        await till.stamp(card)
    while await relay_batch(platform_db, REACTIONS):
        pass
    queued = till.database.rows("SELECT payload FROM pgqueuer WHERE entrypoint = 'fraud.look'")
    payloads = [payload for row in queued if (payload := json.loads(row[0]))["card_id"] == str(card.id)]
    assert len(payloads) == 4
    services = Services(
        db=till.db,
        platform_db=platform_db,
        keys=settings.keys,
        settings=settings,
        storage=open_storage(None, home=tmp_path, endpoint=None, keys=settings.keys, base_url=settings.public_base_url),
        mailer=mailer(None, folder=tmp_path, sender="sello <no-reply@example.pe>"),
        whatsapp=TwilioWhatsapp(settings.whatsapp),
        passkit=settings.passkit,
        emit=lambda business_id, event, data: None,
    )
    for payload in payloads:
        await JOBS["fraud.look"](services, payload)
    assert signals(till) == [("many_cards", 4)]


async def test_an_ordinary_day_is_not_odd(till: Till, shop: Shop) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    for n in range(12):
        await look(till, await till.stamp(shop.card(), occurred_at=at + timedelta(minutes=4 * n)))
    assert signals(till) == []


async def test_the_day_is_the_shop_s(till: Till, shop: Shop) -> None:
    midnight = datetime.now(UTC).replace(hour=5, minute=0, second=0, microsecond=0) - timedelta(hours=24)  # in Lima
    card = shop.card()
    for minutes in (-50, -40, -30, 20, 30, 40):
        given = await till.stamp(card, occurred_at=midnight + timedelta(minutes=minutes))
        await look(till, given)
    assert [kind for kind, _ in signals(till) if kind == "many_cards"] == []
    given = await till.stamp(card, occurred_at=midnight + timedelta(minutes=50))
    await look(till, given)
    assert [count for kind, count in signals(till) if kind == "many_cards"] == [4]


async def test_the_owner_reads_and_sees(client: httpx.AsyncClient, till: Till, shop: Shop, neighbour: Shop) -> None:
    shop.set_rules(LOOSE.model_copy(update={"staff_daily_cap": 1000}))
    card = shop.card()
    given = [await till.stamp(card) for _ in range(4)]
    await look(till, given[-1])
    url, rosa = "/api/v1/fraud-signals", shop.rosa.headers
    page = (await client.get(url, headers=rosa)).json()
    (signal,) = page["signals"]
    assert signal["text"].startswith("Diego Ramos selló 4 veces la misma tarjeta el ")
    assert (signal["kind"], signal["count"], signal["card_ids"], page["next"]) == (
        "many_cards",
        4,
        [str(card.id)],
        None,
    )
    assert set(signal["stamp_ids"]) == {str(id) for id in given}
    english = (await client.get(url, headers=rosa | {"Accept-Language": "en-GB"})).json()["signals"][0]
    assert english["text"].startswith("Diego Ramos stamped the same card 4 times on ")

    voided = {"stamp_ids": signal["stamp_ids"], "reason": "Sellos de un amigo"}
    outcomes = (await client.post("/api/v1/voids", json=voided, headers=rosa)).json()["outcomes"]
    assert {outcome["outcome"] for outcome in outcomes} == {"voided"}
    seen = (await client.put(f"{url}/{signal['id']}/seen", headers=rosa)).json()
    assert seen["seen_by"] == "Rosa Quispe"
    assert (await client.put(f"{url}/{signal['id']}/seen", headers=rosa)).json() == seen
    assert (await client.get(url, params={"unseen": True}, headers=rosa)).json()["signals"] == []
    assert (await client.put(f"{url}/{signal['id']}/seen", headers=neighbour.rosa.headers)).status_code == 404
    assert (await client.get(url, headers=shop.diego.headers)).status_code == 403


async def test_signals_come_in_pages(client: httpx.AsyncClient, till: Till, shop: Shop) -> None:
    for days in range(5):
        at = datetime.now(UTC) - timedelta(days=days)
        card = shop.card()
        for n in range(4):
            given = await till.stamp(card, occurred_at=at - timedelta(seconds=n))
        await look(till, given)
    seen, before = list[str](), None
    while True:
        params = {"limit": 3} | ({"before": before} if before else {})
        page = (await client.get("/api/v1/fraud-signals", params=params, headers=shop.rosa.headers)).json()
        seen += [signal["id"] for signal in page["signals"]]
        before = page["next"]
        if before is None:
            break
    assert len(seen) == len(set(seen)) == len(signals(till))
    assert len(seen) >= 5


async def test_the_stamps_behind_it_and_a_second_look(
    client: httpx.AsyncClient, till: Till, shop: Shop, neighbour: Shop
) -> None:
    """What the owner decides on: whose stamps, when, and which of them were taken back already."""
    card, rosa = shop.card(name="Milagros Castillo"), shop.rosa.headers
    given = [await till.stamp(card) for _ in range(4)]
    await look(till, given[-1])
    url = "/api/v1/fraud-signals"
    (signal,) = (await client.get(url, params={"unseen": True}, headers=rosa)).json()["signals"]
    assert signal["pattern"] == "same_card"
    body = {"stamp_ids": [str(given[1])], "reason": "No vino tantas veces"}
    await client.post("/api/v1/voids", json=body, headers=rosa)
    stamps = (await client.get(f"{url}/{signal['id']}/stamps", headers=rosa)).json()["stamps"]
    assert [(stamp["id"], stamp["voided"]) for stamp in stamps] == [
        (str(id), number == 1) for number, id in enumerate(given)
    ]
    assert {(stamp["customer"], stamp["customer_id"], stamp["count"]) for stamp in stamps} == {
        ("Milagros Castillo", str(card.customer_id), 1)
    }
    for other in (neighbour.rosa.headers, shop.diego.headers):
        assert (await client.get(f"{url}/{signal['id']}/stamps", headers=other)).status_code in (403, 404)

    await client.put(f"{url}/{signal['id']}/seen", headers=rosa)
    assert len((await client.get(url, params={"seen": True}, headers=rosa)).json()["signals"]) == 1
    again = (await client.delete(f"{url}/{signal['id']}/seen", headers=rosa)).json()
    assert (again["seen_at"], again["seen_by"]) == (None, None)
    assert (await client.get(url, params={"seen": True}, headers=rosa)).json()["signals"] == []
    assert (await client.delete(f"{url}/{signal['id']}/seen", headers=neighbour.rosa.headers)).status_code == 404

"""What changed of a card is noted under a tag and told to its phones, once each; what is owed is not forgotten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI

from sello.domains.loyalty.refreshes import jobs as refreshes
from sello.domains.loyalty.refreshes.queries import note_passes
from sello.domains.loyalty.refreshes.rules import TRIES, is_shown, pause_before
from sello.entry.settings import Settings
from sello.events import FACTS
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.passkit.push import ApplePush
from sello.infrastructure.passkit.simulator import run
from sello.infrastructure.passkit.simulator.faults import Chance, Fate, Fault, Switches
from sello.infrastructure.passkit.simulator.service import PushService
from sello.infrastructure.passkit.simulator.streams import Listening
from sello.infrastructure.playing.ledger import Ledger
from tests.domains.business.services import services_of
from tests.support.refreshing import TOPIC, Wallets
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody sees at one moment: the last tag that was given, the highest that a pass has."""

    last: int | None
    highest: int | None


# A round looks at every shop's cards: what other tests left to do is done.
_OF_OTHERS = (
    "DELETE FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%'",
    "UPDATE events SET relayed_at = now() WHERE relayed_at IS NULL",
    "UPDATE wallet_passes SET patched_tag = tag WHERE kind = 'google' AND patched_tag < tag",
    "DELETE FROM wallet_devices d WHERE NOT EXISTS (SELECT FROM wallet_registrations r WHERE r.device = d.id)",
)


@pytest.fixture
async def wallets(
    app: FastAPI, settings: Settings, shop: Shop, db: TenantPool, database: TestDatabase, tmp_path: Path
) -> AsyncIterator[Wallets]:
    """A shop whose cards are in phones, and Apple, played in this process."""
    settings.passkit.signer(TOPIC)
    for leftover in _OF_OTHERS:
        database.rows(leftover)
    told: list[str] = []
    ledger = Ledger(tmp_path)
    service = PushService(ledger, keys={}, team="", switches=Switches(), tell=lambda _, token: told.append(token))
    server = Listening(service.handle, run.server_context(tmp_path, settings.sello_home / "apple" / "root.pem"))
    port = await server.start()
    apns = ApplePush(f"https://127.0.0.1:{port}", ca_file=tmp_path / run.CA_FILE, certificates=settings.passkit.pem)
    services = replace(services_of(app, settings), apns=apns)
    yield Wallets(Till(db, shop, database), services, service, told)
    await apns.close()
    await server.close()
    ledger.close()
    database.set_clock(None)


async def test_a_stamp_is_noted_and_told_to_every_phone_once(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, first = wallets.shown_in_phone(card)
    second = wallets.phone(one)
    await wallets.till.stamp(card)
    await wallets.settle()
    assert sorted(wallets.told) == sorted([first, second])
    tag, noted, seq = wallets.noted(one)
    assert (tag > 0, noted) == (True, seq)
    assert wallets.events(one) == [("noted", {"seq": seq}), ("pushed", {"phones": 2})]
    await refreshes.refresh(wallets.services, {"business_id": str(wallets.shop.business_id), "card_id": str(card.id)})
    assert (len(wallets.told), wallets.noted(one)[0]) == (2, tag)  # a job that ran twice tells nobody anything


async def test_a_burst_is_told_at_once_and_once_more(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, token = wallets.shown_in_phone(card)
    await wallets.till.stamp(card)
    await wallets.settle()
    for _ in range(5):
        wallets.rows("UPDATE wallet_passes SET changed_at = clock_timestamp() WHERE id = %s", one)
        await wallets.till.stamp(card)
        await wallets.settle()
    assert wallets.told == [token]
    assert wallets.waiting() == ["wallets.refresh"]
    wallets.rows("UPDATE wallet_passes SET changed_at = changed_at - interval '2 seconds' WHERE id = %s", one)
    await wallets.settle(later=True)
    assert wallets.told == [token] * 2
    assert wallets.noted(one)[1:] == (7, 7)  # the fifth stamp's reward is an entry, too


async def test_tags_become_visible_in_their_order(wallets: Wallets) -> None:
    """Two shops' changes at the same moment: who asks for what came after a tag has missed none below it."""
    cards = [wallets.shop.card() for _ in range(12)]
    passes = [wallets.passed(card) for card in cards]
    seen: list[Seen] = []
    over = asyncio.Event()

    async def watch() -> None:
        while not over.is_set():
            found = await wallets.services.platform_db.fetch_one(
                Seen,
                """
                SELECT (SELECT last FROM wallet_tags WHERE pass_type_id = %(topic)s) AS last,
                       (SELECT max(tag) FROM wallet_passes WHERE pass_type_id = %(topic)s) AS highest
                """,
                topic=TOPIC,
            )
            assert found is not None
            seen.append(found)

    async def note(one: UUID) -> None:
        for _ in range(6):
            await note_passes(wallets.services.platform_db, wallets.shop.business_id, [one], anew=True)

    async def note_all() -> None:
        await asyncio.gather(*(note(one) for one in passes))
        over.set()

    await asyncio.gather(watch(), note_all())
    tags = [row[0] for row in wallets.rows("SELECT tag FROM wallet_passes WHERE id = ANY(%s)", passes)]
    assert len(set(tags)) == 12
    # What was given last is there for everybody who sees that it was given, and it was given one by one.
    assert all(one.last == one.highest for one in seen[1:] if one.last is not None)
    assert seen[-1].last is not None
    assert max(tags) <= seen[-1].last + 12


async def test_a_card_without_a_pass_costs_nothing(wallets: Wallets) -> None:
    await wallets.till.stamp(wallets.shop.card())
    await wallets.settle()
    assert wallets.told == []
    assert wallets.rows("SELECT 1 FROM wallet_events WHERE business_id = %s", wallets.shop.business_id) == []


async def test_a_phone_that_is_gone_is_forgotten_and_another_of_the_same_pass_is_not(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, gone = wallets.shown_in_phone(card)
    stays = wallets.phone(one)
    wallets.service.addresses[gone].gone_at = datetime.now(UTC).timestamp() + 60
    await wallets.till.stamp(card)
    await wallets.settle()
    assert wallets.told == [stays]
    assert wallets.rows("SELECT count(*) FROM wallet_registrations WHERE pass_id = %s", one) == [(1,)]
    assert ("unregistered", {"phones": 1, "why": "apns"}) in wallets.events(one)
    assert wallets.rows("SELECT count(*) FROM wallet_devices d WHERE NOT EXISTS (SELECT FROM wallet_registrations r WHERE r.device = d.id)") == [(0,)]  # fmt: skip # noqa: E501


async def test_a_phone_that_registered_after_it_was_gone_is_kept(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, token = wallets.shown_in_phone(card)
    wallets.service.addresses[token].gone_at = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    await wallets.till.stamp(card)
    await wallets.settle()
    assert wallets.rows("SELECT count(*) FROM wallet_registrations WHERE pass_id = %s", one) == [(1,)]


@pytest.mark.parametrize("fault", ["ServiceUnavailable", "TooManyRequests", "reset"])
async def test_what_apple_was_too_busy_for_is_tried_again(wallets: Wallets, fault: Fault) -> None:
    card = wallets.shop.card()
    one, token = wallets.shown_in_phone(card)
    wallets.fail(fault)
    await wallets.till.stamp(card)
    await wallets.settle()
    assert wallets.told == []
    [failed] = [details for kind, details in wallets.events(one) if kind == "push_failed"]
    assert failed["retry"] is True
    assert wallets.waiting() == ["wallets.push"]
    wallets.heal()
    await wallets.settle(later=True)
    assert wallets.told == [token]
    assert wallets.waiting() == []


async def test_what_was_owed_too_long_is_told_by_a_round_that_ends_where_apple_does_not_answer(
    wallets: Wallets,
) -> None:
    shown = [wallets.shown_in_phone(card) for card in [wallets.shop.card() for _ in range(5)]]
    wallets.fail("ServiceUnavailable")
    for one, _ in shown:
        [(card_id,)] = wallets.rows("SELECT card_id FROM wallet_passes WHERE id = %s", one)
        payload = {"business_id": str(wallets.shop.business_id), "card_id": str(card_id)}
        await refreshes.refresh_anew(wallets.services, payload)
        await refreshes.push(wallets.services, payload | {"attempt": TRIES})
    assert "wallets.catch_up" in wallets.waiting()
    wallets.rows("DELETE FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%'")
    wallets.rows("UPDATE wallet_passes SET changed_at = changed_at - interval '2 minutes' WHERE id = ANY(%s)", [one for one, _ in shown])  # fmt: skip # noqa: E501
    before = len(wallets.service._ledger.lines())
    await refreshes.catch_up(wallets.services, {})
    assert len(wallets.service._ledger.lines()) - before == 1  # one phone found out that nobody is there
    assert wallets.waiting() == ["wallets.catch_up"]
    wallets.heal()
    await wallets.settle(later=True)
    assert sorted(wallets.told) == sorted(token for _, token in shown)
    assert wallets.waiting() == []


async def test_a_round_that_reaches_some_comes_again_for_the_others(wallets: Wallets) -> None:
    shown = [wallets.shown_in_phone(wallets.shop.card()) for _ in range(5)]
    passes = [one for one, _ in shown]
    await note_passes(wallets.services.platform_db, wallets.shop.business_id, passes, anew=True)
    wallets.rows("UPDATE wallet_passes SET changed_at = changed_at - interval '2 minutes' WHERE id = ANY(%s)", passes)  # fmt: skip # noqa: E501
    wallets.service.fate = Fate(Switches(faults=(Chance("ServiceUnavailable", 0.5),), seed=2))  # not the first
    await refreshes.catch_up(wallets.services, {})
    assert 0 < len(wallets.told) < 5
    assert wallets.waiting() == ["wallets.catch_up"]
    wallets.heal()
    await wallets.settle(later=True)
    assert sorted(wallets.told) == sorted(token for _, token in shown)
    assert wallets.waiting() == []


async def test_what_apple_does_not_take_from_us_stays_owed_and_is_said(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, token = wallets.shown_in_phone(card)
    wallets.fail("BadCertificate")
    await wallets.till.stamp(card)
    await wallets.settle()
    assert ("push_failed", {"reason": "BadCertificate", "status": 403, "retry": False}) in wallets.events(one)
    wallets.heal()
    wallets.rows("UPDATE wallet_passes SET changed_at = changed_at - interval '2 minutes' WHERE id = %s", one)
    await wallets.settle(later=True)
    assert wallets.told == [token]


async def test_a_lost_reaction_is_made_up_for(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, token = wallets.shown_in_phone(card)
    await wallets.till.stamp(card, occurred_at=datetime.now(UTC) - timedelta(minutes=5))
    wallets.rows("UPDATE events SET relayed_at = now() WHERE relayed_at IS NULL")
    wallets.till.database.set_clock(timedelta(minutes=3))
    await refreshes.catch_up(wallets.services, {})
    wallets.till.database.set_clock(timedelta(minutes=6))
    await refreshes.catch_up(wallets.services, {})
    assert wallets.noted(one)[1:] == (1, 1)
    assert wallets.told == [token]


async def test_a_shop_that_looks_otherwise_tells_every_phone_once_however_many_cards_it_shows(wallets: Wallets) -> None:
    passes = [wallets.passed(wallets.shop.card()) for _ in range(6)]
    token = wallets.phone(*passes)
    payload = {"business_id": str(wallets.shop.business_id), "fields": ["colour_light"]}
    await refreshes.refresh_shop(wallets.services, payload | {"fields": ["inactivity_threshold_days"]})
    assert wallets.told == []
    await refreshes.refresh_shop(wallets.services, payload)
    assert wallets.told == [token]
    assert wallets.rows("SELECT count(*) FROM wallet_registrations r JOIN wallet_passes p ON p.id = r.pass_id WHERE r.pushed_tag < p.tag AND p.id = ANY(%s)", passes) == [(0,)]  # fmt: skip # noqa: E501


async def test_a_shop_with_many_cards_goes_on_in_another_job(wallets: Wallets) -> None:
    wallets.rows(
        """
        WITH people AS (
          INSERT INTO customers (business_id, id, phone, name, name_folded, source, confirmed_at)
          SELECT %(shop)s, gen_random_uuid(), '+5198' || (1000000 + n), 'Ana', 'ana', 'till', now()
          FROM generate_series(1, 201) n RETURNING business_id, id
        ), cards AS (
          INSERT INTO cards (business_id, id, customer_id, scan_code, link, confirmed_at)
          SELECT business_id, gen_random_uuid(), id, upper(left(md5(id::text), 20)),
                 upper(left(md5(id::text), 22)), now()
          FROM people RETURNING business_id, id
        )
        INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, noted_seq)
        SELECT business_id, gen_random_uuid(), id, 'apple', upper(left(md5(id::text), 26)), %(topic)s, 'sealed', 0
        FROM cards
        """.replace("%(shop)s", f"'{wallets.shop.business_id}'").replace("%(topic)s", f"'{TOPIC}'")
    )
    await refreshes.refresh_shop(wallets.services, {"business_id": str(wallets.shop.business_id)})
    assert await wallets.settle() == ["wallets.refresh_shop"]
    assert wallets.rows(
        "SELECT count(*), count(DISTINCT tag) FROM wallet_passes WHERE business_id = %s AND tag > 0",
        wallets.shop.business_id,
    ) == [(201, 2)]


async def test_an_erased_persons_pass_is_voided_once(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one, token = wallets.shown_in_phone(card)
    wallets.rows("UPDATE cards SET erased_at = now() WHERE id = %s", card.id)
    payload = {"business_id": str(wallets.shop.business_id), "customer_id": str(card.customer_id)}
    await refreshes.refresh_customer(wallets.services, payload)
    await refreshes.refresh_customer(wallets.services, payload)
    assert wallets.told == [token] * 2
    assert [kind for kind, _ in wallets.events(one)] == ["voided", "pushed", "noted", "pushed"]
    assert wallets.events(one)[0][1]["why"] == "erased"


async def test_google_is_told_by_a_job_of_its_own(wallets: Wallets) -> None:
    card = wallets.shop.card()
    one = wallets.passed(card, kind="google")
    await wallets.till.stamp(card)
    assert await wallets.settle() == ["wallets.refresh", "wallets.patch"]
    assert wallets.calls == [card.id]
    assert wallets.noted(one)[1:] == (1, 1)


async def test_a_merged_cards_pass_follows_the_card_that_it_leads_to(wallets: Wallets) -> None:
    gone, stays = wallets.shop.card(), wallets.shop.card()
    one, token = wallets.shown_in_phone(gone)
    for _ in range(2):
        await wallets.till.stamp(stays)
    wallets.rows("UPDATE cards SET merged_into = %s WHERE id = %s", stays.id, gone.id)
    payload = {
        "business_id": str(wallets.shop.business_id), "card_id": str(gone.id), "into_card_id": str(stays.id)
    }  # fmt: skip
    await refreshes.refresh_anew(wallets.services, payload)
    assert wallets.noted(one)[1] == 2
    wallets.rows("UPDATE wallet_passes SET changed_at = changed_at - interval '2 seconds' WHERE id = %s", one)
    await wallets.till.stamp(stays)
    await wallets.settle()
    assert (wallets.noted(one)[1], wallets.told) == (3, [token] * 2)


def test_every_fact_of_a_card_has_a_reaction() -> None:
    silent = {"ExpiryNear", "CustomerEnrolled"}  # what is shown does not change with them
    of_cards = {name for name, fact in FACTS.items() if "card_id" in fact.__dataclass_fields__}
    assert of_cards - silent <= {fact.__name__ for fact in refreshes.REACTIONS}


def test_pauses_grow_and_end() -> None:
    pauses = [pause_before(attempt) for attempt in range(1, TRIES + 1)]
    assert pauses == [timedelta(seconds=2), timedelta(seconds=8), timedelta(seconds=32), None]
    assert pause_before(1, asked=20) == timedelta(seconds=20)
    assert pause_before(1, asked=3600) is None
    assert is_shown(["zone", "logo"])
    assert not is_shown(["inactivity_threshold_days", "setup_done", "poster_design"])

"""What changed of a card is noted under a tag and told to its phones, once each; what is owed is not forgotten."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from sello.domains.loyalty.refreshes import jobs as refreshes
from sello.domains.loyalty.refreshes.queries import note_passes
from sello.domains.loyalty.refreshes.rules import TRIES, is_shown, pause_before
from sello.entry.settings import Settings
from sello.events import FACTS
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.database.relay import relay_batch
from sello.infrastructure.passkit import seal
from sello.infrastructure.passkit.push import ApplePush
from sello.infrastructure.passkit.simulator import run
from sello.infrastructure.passkit.simulator.faults import Chance, Fate, Fault, Switches
from sello.infrastructure.passkit.simulator.service import Address, PushService
from sello.infrastructure.passkit.simulator.streams import Listening
from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.services import Services
from sello.shared.ids import CardId, new_id, random_code
from tests.domains.business.services import services_of
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard
from tests.support.till import Till

TOPIC = "pass.pe.sello.cards"


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody sees at one moment: the last tag that was given, the highest that a pass has."""

    last: int | None
    highest: int | None


@dataclass
class Wallets:
    """Cards in phones: the shop's rows, Apple's service, and the jobs as a worker would carry them out."""

    till: Till
    services: Services
    service: PushService
    told: list[str]
    calls: list[CardId] = field(default_factory=list)

    @property
    def shop(self) -> Shop:
        return self.till.shop

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.till.database.rows(sql, *values)

    def passed(self, card: TestCard, *, kind: str = "apple") -> UUID:
        """The card's pass, as it is issued."""
        id_, apple = new_id(), kind == "apple"
        self.rows(
            """
            INSERT INTO wallet_passes (business_id, id, card_id, kind, serial, pass_type_id, token_sealed, noted_seq)
            SELECT business_id, %s, id, %s, %s, %s, %s, seq FROM cards WHERE id = %s
            """,
            id_, kind, random_code(26), TOPIC if apple else None, b"sealed" if apple else None, card.id,
        )  # fmt: skip
        return id_

    def phone(self, *passes: UUID, token: str | None = None) -> str:
        """A phone that shows these passes; its push token."""
        token, device = token or new_id().hex * 2, new_id()
        self.service.addresses[token] = Address(TOPIC)
        self.rows(
            "INSERT INTO wallet_devices (id, device_id, pass_type_id, push_token_sealed) VALUES (%s, %s, %s, %s)",
            device, device.hex, TOPIC, seal(self.services.keys, "push-token", token),
        )  # fmt: skip
        for one in passes:
            self.rows(
                """
                INSERT INTO wallet_registrations (business_id, pass_id, device, pushed_tag)
                SELECT business_id, id, %s, tag FROM wallet_passes WHERE id = %s
                """,
                device, one,
            )  # fmt: skip
        return token

    def shown_in_phone(self, card: TestCard) -> tuple[UUID, str]:
        one = self.passed(card)
        return one, self.phone(one)

    async def patch(self, _: Services, __: Any, card_id: CardId) -> None:
        self.calls.append(card_id)

    async def settle(self, *, later: bool = False) -> list[str]:
        """Relay every fact and carry out every wallet job that is due (`later`: also those that wait); their names."""
        works, done = refreshes.jobs(self.patch), list[str]()
        while True:
            while await relay_batch(self.services.platform_db, refreshes.REACTIONS):
                pass
            due = self.rows(
                """
                DELETE FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%' AND (%s OR execute_after <= now())
                RETURNING id, entrypoint, payload
                """,
                later,
            )
            if not due:
                return done
            for _, entrypoint, payload in sorted(due):
                done.append(entrypoint)
                await works[entrypoint](self.services, json.loads(payload or b"{}"))

    def noted(self, one: UUID) -> tuple[int, int, int]:
        """(tag, noted_seq, the card's seq)."""
        [row] = self.rows(
            "SELECT p.tag, p.noted_seq, c.seq FROM wallet_passes p JOIN cards c ON c.id = p.card_id WHERE p.id = %s",
            one,
        )
        return row

    def events(self, one: UUID) -> list[tuple[str, dict[str, Any]]]:
        return [(row[0], row[1]) for row in self.rows(
            "SELECT kind, details FROM wallet_events WHERE pass_id = %s ORDER BY number", one
        )]  # fmt: skip

    def fail(self, fault: Fault) -> None:
        self.service.fate = Fate(Switches(faults=(Chance(fault),)))

    def heal(self) -> None:
        self.service.fate = Fate(Switches())

    def waiting(self) -> list[str]:
        return [row[0] for row in self.rows(
            "SELECT entrypoint FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%' ORDER BY id"
        )]  # fmt: skip


@pytest.fixture
async def wallets(
    app: FastAPI, settings: Settings, shop: Shop, db: TenantPool, database: TestDatabase, tmp_path: Path
) -> AsyncIterator[Wallets]:
    """A shop whose cards are in phones, and Apple, played in this process."""
    settings.passkit.signer(TOPIC)
    database.rows("DELETE FROM pgqueuer WHERE entrypoint LIKE 'wallets.%%'")
    database.rows("UPDATE events SET relayed_at = now() WHERE relayed_at IS NULL")
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


async def test_a_shop_with_many_cards_goes_on_in_another_job(wallets: Wallets, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = [wallets.passed(wallets.shop.card()) for _ in range(5)]
    monkeypatch.setattr(refreshes, "_BATCH", 2)
    await refreshes.refresh_shop(wallets.services, {"business_id": str(wallets.shop.business_id)})
    done = await wallets.settle()
    assert done == ["wallets.refresh_shop"] * 2
    assert all(wallets.noted(one)[0] > 0 for one in passes)


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
    assert not is_shown(["inactivity_threshold_days", "setup_done"])

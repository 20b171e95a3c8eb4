"""What people write is understood once, in order, at every shop it concerns; and answered once."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from sello.domains.campaign.callbacks.actions import understand as understand_statuses
from sello.domains.campaign.inbound.actions import understand
from sello.domains.campaign.inbox.actions import receive
from sello.domains.campaign.replies.jobs import NotNow, send_reply
from sello.domains.campaign.replies.rules import picture_token
from sello.domains.customer import Receipt, set_consent
from sello.domains.loyalty import proof_code
from sello.entry.settings import Settings
from sello.infrastructure.services import Services
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.shared import clock
from sello.shared.ids import new_id
from tests.domains.business.services import services_of
from tests.support.campaign_scenes import SENDER, Scenes
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard, make_shop
from tests.support.whatsapp import PlayedWhatsapp

COUNTER = Receipt("counter", "2026-11-es")


class Chat:
    """A phone that writes, and what it is answered."""

    def __init__(self, services: Services, database: TestDatabase, whatsapp: PlayedWhatsapp) -> None:
        self.services = services
        self.database = database
        self.whatsapp = whatsapp

    async def writes(self, phone: str, words: str, **more: str) -> UUID:
        """The message stands in the inbox."""
        form = {
            "MessageSid": f"SM{new_id().hex}", "From": f"whatsapp:{phone}", "To": f"whatsapp:{SENDER}", "Body": words,
            **more,
        }  # fmt: skip
        id = await receive(self.services.platform_db, "inbound", new_id().bytes, form)
        assert id is not None
        return id

    async def understood(self, id: UUID) -> str:
        """Let it be understood; what became of it."""
        await understand(self.services.db, self.services.platform_db, self.services.keys, id)
        [(outcome,)] = self.database.rows("SELECT outcome FROM webhook_inbox WHERE id = %s", id)
        return str(outcome)

    async def says(self, phone: str, words: str, **more: str) -> list[str]:
        """Write, be understood, be answered: the answers' words."""
        id = await self.writes(phone, words, **more)
        await self.understood(id)
        return await self.answered(id, phone)

    async def answered(self, id: UUID, phone: str) -> list[str]:
        """Send what waits for this message; the words that arrived at the phone."""
        before = len(self.taken(phone))
        for business_id, reply_id in self.database.rows(
            "SELECT business_id, id FROM replies WHERE inbox_id = %s ORDER BY id", id
        ):
            await send_reply(self.services, {"business_id": str(business_id), "reply_id": str(reply_id)})
        return [line["body"] for line in self.taken(phone)[before:]]

    def taken(self, phone: str) -> list[dict[str, Any]]:
        """What the provider took for this phone."""
        return [line for line in self.whatsapp.accepted() if line["to"].endswith(phone)]


@pytest.fixture
async def chat(
    app: FastAPI, settings: Settings, database: TestDatabase, whatsapp: PlayedWhatsapp
) -> AsyncIterator[Chat]:
    """The jobs' services, talking to the simulator."""
    client = TwilioWhatsapp(whatsapp.account)
    whatsapp.switch(callbacks={"enabled": False})
    database.rows("DELETE FROM sender_bucket")  # places that a test of another day took
    yield Chat(replace(services_of(app, settings), whatsapp=client), database, whatsapp)
    whatsapp.reset()
    await client.close()


async def agree(chat: Chat, shop: Shop, card: TestCard) -> None:
    """They said yes at the counter."""
    await set_consent(chat.services.db, shop.business_id, card.customer_id, "opt_in", COUNTER)


def opted_in(database: TestDatabase, card: TestCard) -> bool:
    """Whether marketing may write to them."""
    [row] = database.rows(
        "SELECT opted_in_at IS NOT NULL AND opted_out_at IS NULL FROM customers WHERE id = %s", card.customer_id
    )
    return bool(row[0])


def phone_of_nobody() -> str:
    """A mobile that is in no other test."""
    return f"+519{new_id().int % 10**8:08d}"


async def test_baja_leaves_every_shop_that_may_write_and_names_them(
    chat: Chat, settings: Settings, scenes: Scenes, database: TestDatabase
) -> None:
    phone = phone_of_nobody()
    agreed, wrote, neither = (make_shop(settings, name=name) for name in ("Café Luna", "Bodega Sol", "Tienda Mar"))
    cards = [shop.card(phone=phone) for shop in (agreed, wrote, neither)]
    await agree(chat, agreed, cards[0])
    scenes.send(wrote, cards[1], accepted=True)
    [answer] = await chat.says(phone, "¡Baja!")
    assert "Bodega Sol y Café Luna" in answer
    assert "Tienda Mar" not in answer
    assert not any(opted_in(database, card) for card in cards)
    kinds = database.rows(
        "SELECT kind, source FROM consent_events WHERE customer_id = ANY (%s) AND kind = 'opt_out'",
        [card.customer_id for card in cards],
    )
    assert kinds == [("opt_out", "message")] * 2
    assert await chat.says(phone, "BAJA") == []
    [again] = await chat.says(phone, "ALTA")
    assert "Café Luna" in again
    assert opted_in(database, cards[0])


async def test_alta_takes_back_only_what_a_message_took_away(chat: Chat, shop: Shop, neighbour: Shop) -> None:
    phone = phone_of_nobody()
    here, there = shop.card(phone=phone), neighbour.card(phone=phone)
    await agree(chat, shop, here)
    await agree(chat, neighbour, there)
    await set_consent(chat.services.db, neighbour.business_id, there.customer_id, "opt_out", COUNTER)
    await chat.says(phone, "stop")
    [answer] = await chat.says(phone, "alta")
    assert "Café Luna" in answer
    assert opted_in(chat.database, here)
    assert not opted_in(chat.database, there)


async def test_alta_of_somebody_who_never_left_is_no_consent(chat: Chat, shop: Shop) -> None:
    card = shop.card(phone=phone_of_nobody())
    [answer] = await chat.says(card.phone, "ALTA")
    assert "SELLOS" in answer
    assert not opted_in(chat.database, card)
    assert chat.database.rows("SELECT 1 FROM consent_events WHERE customer_id = %s", card.customer_id) == []


async def test_the_last_word_counts_whoever_understands_first(chat: Chat, shop: Shop) -> None:
    """BAJA, ALTA, BAJA in the inbox; their jobs run at once and in any order."""
    for words, stays in ((("baja", "alta", "baja"), False), (("baja", "alta"), True)):
        card = shop.card(phone=phone_of_nobody())
        await agree(chat, shop, card)
        ids = [await chat.writes(card.phone, word) for word in words]
        together = asyncio.Barrier(len(ids))

        async def one(id: UUID, together: asyncio.Barrier = together) -> None:
            await together.wait()
            await understand(chat.services.db, chat.services.platform_db, chat.services.keys, id)

        await asyncio.gather(*(one(id) for id in reversed(ids)))
        assert opted_in(chat.database, card) is stays
        await asyncio.gather(
            *(understand(chat.services.db, chat.services.platform_db, chat.services.keys, id) for id in ids)
        )
        assert opted_in(chat.database, card) is stays


async def test_sellos_shows_the_card_in_words_with_its_picture(
    chat: Chat, client: httpx.AsyncClient, shop: Shop, whatsapp: PlayedWhatsapp
) -> None:
    card = shop.card(phone=phone_of_nobody(), name="Ana Torres")
    stamp = shop.stamp(card, stamps=4)
    assert (await client.post("/api/v1/stamps", json=stamp, headers=shop.diego.headers)).status_code == 201
    [answer] = await chat.says(card.phone, "sellos")
    assert "Ana, en tu tarjeta de Café Luna llevas 4 sellos de 10. Te falta 1 sello para: Café gratis." in answer
    assert answer.endswith(f"/c/{shop.code}{card.link}")
    [message] = chat.taken(card.phone)
    picture = str(message.get("media_url") or message["media"][0])
    assert card.link not in picture
    drawn = await client.get(re.sub(r"^https?://[^/]+", "", picture))
    assert drawn.status_code == 200, drawn.text
    assert drawn.content.startswith(b"\x89PNG")
    assert (int.from_bytes(drawn.content[16:20]), int.from_bytes(drawn.content[20:24])) == (1080, 810)


async def test_a_pictures_address_ends_and_opens_nothing_else(
    client: httpx.AsyncClient, settings: Settings, shop: Shop
) -> None:
    card = shop.card()
    keys, later = settings.keys, clock.now() + timedelta(minutes=1)
    good = picture_token(keys, shop.business_id, card.id, until=later)
    ended = picture_token(keys, shop.business_id, card.id, until=clock.now() - timedelta(seconds=1))
    other = picture_token(replace(keys, secret=b"x" * 32), shop.business_id, card.id, until=later)
    assert (await client.get(f"/m/{good}")).status_code == 200
    for bad in (ended, other, good[:-2], f"{good}AA", "nonsense", card.link):
        assert (await client.get(f"/m/{bad}")).status_code == 404, bad


async def test_sellos_of_somebody_at_many_shops_shows_the_three_nearest(
    chat: Chat, settings: Settings, scenes: Scenes
) -> None:
    phone = phone_of_nobody()
    shops = [make_shop(settings, name=f"Local {number}") for number in range(5)]
    for days, shop in enumerate(shops):
        scenes.send(shop, shop.card(phone=phone), accepted=True, at=clock.now() - timedelta(days=days + 1))
    answers = await chat.says(phone, "mi tarjeta")
    assert {name for answer in answers for name in re.findall(r"Local \d", answer)} == {"Local 0", "Local 1", "Local 2"}


async def test_a_code_from_the_cards_phone_confirms_it_and_says_so(chat: Chat, shop: Shop, settings: Settings) -> None:
    card = shop.card(phone=phone_of_nobody(), confirmed=False, name="Lucía Paz")
    code = proof_code(settings.keys, card.id)
    assert await chat.understood(await chat.writes(phone_of_nobody(), code)) == "stranger"
    [answer] = await chat.says(card.phone, f"Hola, confirmo mi tarjeta de Café Luna. Código: {code}")
    assert "Listo, Lucía: tu tarjeta de Café Luna está confirmada." in answer
    [row] = chat.database.rows("SELECT confirmed_at IS NOT NULL FROM cards WHERE id = %s", card.id)
    assert row == (True,)
    assert not opted_in(chat.database, card)


async def test_a_known_customers_second_card_leads_to_the_first(chat: Chat, shop: Shop, settings: Settings) -> None:
    known = shop.card(phone=phone_of_nobody(), name="Ana Torres")
    pending = shop.card(phone=known.phone, confirmed=False, name="Ana")
    words = proof_code(settings.keys, pending.id)
    [answer] = await chat.says(known.phone, words)
    assert answer.endswith(f"/c/{shop.code}{known.link}")
    [again] = await chat.says(known.phone, words)
    assert "en tu tarjeta" in again or "espera su primer sello" in again


async def test_anything_else_is_helped_once_a_day(chat: Chat, shop: Shop, database: TestDatabase) -> None:
    card = shop.card(phone=phone_of_nobody())
    [answer] = await chat.says(card.phone, "hola, ¿a qué hora abren?")
    assert "Café Luna" in answer
    assert await chat.says(card.phone, "¿hola?") == []
    database.set_clock(timedelta(hours=24, seconds=1))
    clock.shift(timedelta(hours=24, seconds=1))
    assert len(await chat.says(card.phone, "¿hola?")) == 1


async def test_whoever_writes_can_be_reached_again(chat: Chat, shop: Shop, database: TestDatabase) -> None:
    card = shop.card(phone=phone_of_nobody())
    database.rows(
        "INSERT INTO whatsapp_contacts (business_id, customer_id, unreachable_at, blocked_at, stopped_at)"
        " VALUES (%s, %s, app_now() - interval '1 hour', app_now() - interval '1 hour', app_now() - interval '1 hour')",
        shop.business_id,
        card.customer_id,
    )
    await chat.says(card.phone, "hola")
    [row] = database.rows(
        "SELECT unreachable_at, blocked_at, stopped_at, window_until > app_now() + interval '23 hours'"
        " FROM whatsapp_contacts WHERE customer_id = %s",
        card.customer_id,
    )
    assert row == (None, None, None, True)


async def test_an_answer_goes_out_once_however_many_send_it(chat: Chat, shop: Shop) -> None:
    card = shop.card(phone=phone_of_nobody())
    id = await chat.writes(card.phone, "sellos")
    await asyncio.gather(*(chat.understood(id) for _ in range(3)))
    [(business_id, reply_id)] = chat.database.rows("SELECT business_id, id FROM replies WHERE inbox_id = %s", id)
    payload = {"business_id": str(business_id), "reply_id": str(reply_id)}
    together = asyncio.Barrier(5)

    async def one() -> None:
        await together.wait()
        await send_reply(chat.services, payload)

    await asyncio.gather(*(one() for _ in range(5)))
    assert len(chat.taken(card.phone)) == 1


@pytest.mark.parametrize(
    ("fault", "taken"), [("accept_then_reset", 1), ("accept_then_500", 1), ("500", 0), ("reset", 0)]
)
async def test_an_answer_nobody_knows_of_is_never_called_again(chat: Chat, shop: Shop, fault: str, taken: int) -> None:
    card = shop.card(phone=phone_of_nobody())
    id = await chat.writes(card.phone, "sellos")
    await chat.understood(id)
    chat.whatsapp.switch(faults=[{"fault": fault, "share": 1}], callbacks={"enabled": False})
    await chat.answered(id, card.phone)
    chat.whatsapp.switch(callbacks={"enabled": False})
    await chat.answered(id, card.phone)
    assert len(chat.taken(card.phone)) == taken
    assert chat.database.rows("SELECT unknown_at IS NOT NULL, sid FROM replies WHERE inbox_id = %s", id) == [
        (True, None)
    ]


async def test_an_answer_that_was_too_early_is_sent_later(chat: Chat, shop: Shop) -> None:
    card = shop.card(phone=phone_of_nobody())
    id = await chat.writes(card.phone, "sellos")
    await chat.understood(id)
    chat.whatsapp.switch(faults=[{"fault": "429", "share": 1}], callbacks={"enabled": False})
    with pytest.raises(NotNow):
        await chat.answered(id, card.phone)
    chat.whatsapp.switch(callbacks={"enabled": False})
    assert len(await chat.answered(id, card.phone)) == 1


async def test_an_answer_to_somebody_who_was_erased_meanwhile_is_none(chat: Chat, shop: Shop, scenes: Scenes) -> None:
    card = shop.card(phone=phone_of_nobody())
    id = await chat.writes(card.phone, "sellos")
    await chat.understood(id)
    await scenes.erase(shop, card)
    assert await chat.answered(id, card.phone) == []


async def test_what_the_provider_says_of_an_answer_goes_up_only(chat: Chat, shop: Shop) -> None:
    card = shop.card(phone=phone_of_nobody())
    await chat.says(card.phone, "sellos")
    [message] = chat.taken(card.phone)
    asked = dict(parse_qsl(urlsplit(message["status_callback"]).query))
    for status in ("delivered", "sent", "queued"):
        form = {"MessageSid": message["sid"], "MessageStatus": status, "?reply": asked["reply"], "?shop": asked["shop"]}
        assert await receive(chat.services.platform_db, "status", new_id().bytes, form)
    await understand_statuses(chat.services.db, chat.services.platform_db, chat.services.keys)
    assert chat.database.rows("SELECT sid, rank FROM replies WHERE id = %s", asked["reply"]) == [(message["sid"], 6)]
    outcomes = chat.database.rows("SELECT outcome FROM webhook_inbox WHERE message_sid = %s", message["sid"])
    assert outcomes == [("answer",)] * 3

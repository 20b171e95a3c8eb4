"""A pending card becomes the card when its phone writes the code; nobody else's words do it."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import httpx

from sello.domains.loyalty.enrollments.actions import confirm_by_message
from sello.domains.loyalty.enrollments.rules import Confirmation, names_card, proof_code, proof_link
from sello.entry.settings import Settings
from sello.infrastructure.database.db import TenantPool
from sello.shared.ids import CardId, new_id
from tests.support.servers import TestDatabase
from tests.support.shop import Shop, TestCard


async def written(
    db: TenantPool, settings: Settings, shop: Shop, card: TestCard, words: str, *, phone: str = ""
) -> Confirmation | None:
    """A message with these words came from the card's phone, or another one."""
    return await confirm_by_message(
        db, settings.keys, shop.business_id, card.customer_id, phone=phone or card.phone, words=words
    )


async def test_the_code_among_the_words_confirms_the_card(
    db: TenantPool, settings: Settings, shop: Shop, database: TestDatabase
) -> None:
    card = shop.card(confirmed=False)
    link = urlsplit(proof_link(settings.keys, card.id, number="+15005550006", shop="Café & Té", language="es"))
    assert (link.netloc, link.path) == ("wa.me", "/15005550006")
    words = parse_qs(link.query)["text"][0]
    assert "Café & Té" in words
    confirmed = await written(db, settings, shop, card, words)
    assert confirmed == Confirmation(card.id, card.customer_id, merged=False, balance=0)
    assert await written(db, settings, shop, card, words) == confirmed
    assert database.rows(
        "SELECT confirmed_by FROM customers WHERE id = %s AND confirmed_at IS NOT NULL", card.customer_id
    ) == [(None,)]
    told = database.rows("SELECT kind FROM events WHERE business_id = %s AND kind = 'CardConfirmed'", shop.business_id)
    assert len(told) == 1


async def test_another_phone_or_another_code_confirms_nothing(db: TenantPool, settings: Settings, shop: Shop) -> None:
    card, other = shop.card(confirmed=False), shop.card(confirmed=False)
    code = proof_code(settings.keys, card.id)
    assert await written(db, settings, shop, card, code, phone=other.phone) is None
    assert await written(db, settings, shop, card, proof_code(settings.keys, other.id)) is None
    assert await written(db, settings, shop, card, f"{code[:-1]}") is None
    assert await written(db, settings, shop, card, "") is None


async def test_a_known_phones_card_takes_the_pending_one_in(db: TenantPool, settings: Settings, shop: Shop) -> None:
    known = shop.card(name="Ana Torres")
    pending = shop.card(name="Somebody Else", phone=known.phone, confirmed=False)
    found = await written(db, settings, shop, pending, f"hola {proof_code(settings.keys, pending.id).lower()} gracias")
    assert found == Confirmation(known.id, known.customer_id, merged=True, balance=0)


async def test_two_pending_cards_confirmed_at_once_are_one_card(db: TenantPool, settings: Settings, shop: Shop) -> None:
    phone = shop.phone()
    cards = [shop.card(phone=phone, confirmed=False) for _ in range(4)]
    together = asyncio.Barrier(4)

    async def one(card: TestCard) -> Confirmation | None:
        await together.wait()
        return await written(db, settings, shop, card, proof_code(settings.keys, card.id))

    found = [one for one in await asyncio.gather(*(one(card) for card in cards)) if one is not None]
    assert len(found) == 4
    assert len({one.card_id for one in found}) == 1
    assert [one.merged for one in found].count(False) == 1


def test_a_code_is_read_however_it_is_typed(settings: Settings) -> None:
    card = CardId(new_id())
    code = proof_code(settings.keys, card)
    for words in (code, code.lower(), code.replace("-", " "), code.replace("-", ""), f"¡{code}!", f"x:{code}."):
        assert names_card(settings.keys, card, words), words
    for words in (code[::-1], code[:8], f"{code}7", f"A{code}", ""):
        assert not names_card(settings.keys, card, words), words


async def test_a_pending_card_offers_the_message_and_a_confirmed_one_does_not(
    client: httpx.AsyncClient, db: TenantPool, settings: Settings, shop: Shop
) -> None:
    card = shop.card(confirmed=False)
    path = f"/api/v1/cards/by-link/{shop.code}{card.link}"
    offered = (await client.get(path)).json()["whatsapp_url"]
    words = parse_qs(urlsplit(offered).query)["text"][0]
    assert urlsplit(offered).path == f"/{settings.twilio_whatsapp_number.removeprefix('+')}"
    assert await written(db, settings, shop, card, words) is not None
    assert (await client.get(path)).json()["whatsapp_url"] is None
    page = await client.get(f"/c/{shop.code}{card.link}")
    assert "wa.me" not in page.text

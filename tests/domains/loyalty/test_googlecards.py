"""A card in Google's Wallet: saved by a link, brought there as it is, told of three times a day."""

import asyncio
import dataclasses
import io
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from sello.domains.loyalty.googlecards import jobs
from sello.domains.loyalty.googlecards.actions import PUT_OBJECT, Telling, claim_notice
from sello.domains.loyalty.googlecards.rules import MOST_NOTICES
from sello.infrastructure.database.db import TenantPool
from sello.infrastructure.googlewallet import MOST_CHARACTERS, GoogleAway
from sello.infrastructure.services import Services
from sello.shared.errors import Unavailable
from tests.support.google import PlayedGoogle
from tests.support.googlecards import ask, events, saved, shown
from tests.support.servers import TestDatabase
from tests.support.shop import Shop
from tests.support.till import Till


@pytest.fixture
def till(db: TenantPool, shop: Shop, database: TestDatabase) -> Till:
    return Till(db, shop, database)


async def test_the_link_saves_a_card_before_the_job_and_after_it(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card = shop.card(name="Ana María Torres")
    await till.stamp(card, 4)
    link = await ask(client, services, shop, card)
    assert len(link.rpartition("/")[2]) < MOST_CHARACTERS
    assert (await google.save(link)).status_code == 200  # the job has not run yet
    object_ = await google.the_object()
    assert (object_["accountName"], shown(object_), object_["barcode"]["value"]) == ("Ana", "4 de 10", card.scan_code)
    [(entrypoint,)] = database.rows(
        "SELECT entrypoint FROM pgqueuer WHERE entrypoint = 'google.put_object'"
        " AND convert_from(payload, 'UTF8')::jsonb ->> 'card_id' = %s", str(card.id),
    )  # fmt: skip
    assert entrypoint == PUT_OBJECT
    await jobs.put_object(services, {"business_id": str(shop.business_id), "card_id": str(card.id)})
    whole = await google.the_object()
    assert whole["id"] == object_["id"]
    assert [module["id"] for module in whole["textModulesData"]] == ["next"]
    assert whole["textModulesData"][0]["body"] == "Te falta 1 sello: Café gratis."
    assert whole["linksModuleData"]["uris"][0]["uri"].endswith(f"/c/{shop.code}{card.link}")
    assert "Torres" not in str(whole)
    assert card.phone not in str(whole)
    again = await ask(client, services, shop, card)  # the same card's, for another phone of hers
    assert (await google.save(again)).status_code == 200
    assert len(await google.objects()) == 1
    kinds = [kind for kind, _ in events(database, card)]
    assert kinds == ["issued", "patched", "saved"]
    rows = database.rows(
        "SELECT serial, shown_seq, saved_at IS NOT NULL FROM wallet_passes WHERE card_id = %s", card.id
    )
    assert rows == [(object_["id"].rpartition(".")[2], 1, True)]
    looks = database.rows(
        "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'google.look'"
        " AND convert_from(payload, 'UTF8')::jsonb ->> 'card_id' = %s", str(card.id),
    )  # fmt: skip
    assert looks == [(3,)]


async def test_english_for_whoever_reads_it(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop
) -> None:
    card = shop.card(confirmed=False)
    await google.save(await ask(client, services, shop, card, lang="en"))
    await jobs.refresh(services, shop.business_id, card.id)
    object_ = await google.the_object()
    assert (object_["loyaltyPoints"]["label"], shown(object_)) == ("Stamps", "0 of 10")
    assert [module["header"] for module in object_["textModulesData"]] == ["To be confirmed", "Your next reward"]


async def test_the_class_says_who_and_what_for_and_is_sent_once(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop
) -> None:
    payload = {"business_id": str(shop.business_id)}
    await jobs.put_class(services, payload)
    await jobs.put_class(services, payload)
    [card_class] = (await google.state())["loyaltyClass"].values()
    assert (card_class["id"], card_class["programName"]) == (google.issuer.resource(f"shop-{shop.code}"), "Café Luna")
    terms = card_class["textModulesData"][0]["localizedBody"]
    assert "Café gratis" in terms["defaultValue"]["value"]
    assert [one["language"] for one in terms["translatedValues"]] == ["en-US"]
    assert len(google.lines("inserted", "patched")) == 1
    with shop.connect() as connection:
        connection.execute("UPDATE businesses SET name = 'Café Sol' WHERE id = %s", (shop.business_id,))
    await jobs.put_class(services, payload)
    [card_class] = (await google.state())["loyaltyClass"].values()
    assert card_class["programName"] == "Café Sol"


async def test_pictures_are_public_and_say_the_count(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await till.stamp(card, 3)
    await saved(client, services, google, shop, card)
    object_ = await google.the_object()
    [card_class] = (await google.state())["loyaltyClass"].values()
    uris = [object_["heroImage"]["sourceUri"]["uri"], card_class["programLogo"]["sourceUri"]["uri"]]
    sizes = []
    for uri in uris:
        answer = await client.get(uri, headers={"cookie": ""})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert "immutable" in answer.headers["cache-control"]
        assert str(card.id) not in uri
        assert card.link not in uri
        sizes.append(Image.open(io.BytesIO(answer.content)).size)
    assert sizes == [(1032, 336), (660, 660)]
    assert object_["heroImage"]["contentDescription"]["defaultValue"]["value"] == "3 de 10 sellos"
    await till.stamp(card)
    await jobs.refresh(services, shop.business_id, card.id)
    assert (await google.the_object())["heroImage"]["sourceUri"]["uri"] != uris[0]


async def test_people_are_told_of_stamps_twice_and_of_the_reward_always(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    for _ in range(4):
        await till.stamp(card)
        await jobs.refresh(services, shop.business_id, card.id)
    assert google.told() == ["update", "update"]  # one is kept
    assert shown(await google.the_object()) == "4 de 10"
    await till.stamp(card)  # the fifth: coffee
    await jobs.refresh(services, shop.business_id, card.id)
    await jobs.refresh(services, shop.business_id, card.id)
    assert google.told() == ["update", "update", "message"]
    messages = (await google.the_object())["messages"]
    told = [(one["header"], one["body"]) for one in messages]
    assert told == [("¡Premio listo!", "Café gratis: te espera en Café Luna.")]
    await till.stamp(card, 5)  # the lunch, on the same day: said without a sound
    await jobs.refresh(services, shop.business_id, card.id)
    messages = (await google.the_object())["messages"]
    assert [one["messageType"] for one in messages] == ["TEXT_AND_NOTIFY", "TEXT"]
    assert len(google.told()) == MOST_NOTICES
    assert "Almuerzo gratis" in str((await google.the_object())["textModulesData"])
    notified = [details["notified"] for kind, details in events(database, card) if kind == "patched"]
    assert notified.count(True) == 2


async def test_a_day_later_people_are_told_again(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    for _ in range(3):
        await till.stamp(card)
        await jobs.refresh(services, shop.business_id, card.id)
    with shop.connect() as connection:  # the wallets' own laws look at what was noted
        connection.execute("UPDATE wallet_events SET at = at - interval '24 hours' WHERE kind = 'notified'")
    await google.switch(notices=100)
    await till.stamp(card)
    await jobs.refresh(services, shop.business_id, card.id)
    assert google.told() == ["update"] * 3


async def test_notices_are_taken_one_at_a_time(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, db: TenantPool,
    database: TestDatabase,
) -> None:  # fmt: skip
    card = shop.card()
    await ask(client, services, shop, card)
    [(pass_id,)] = database.rows("SELECT id FROM wallet_passes WHERE card_id = %s", card.id)
    meet = asyncio.Barrier(8)

    async def claim() -> Telling:
        await meet.wait()
        return await claim_notice(db, shop.business_id, UUID(str(pass_id)), "reward", rewards=[])

    taken = await asyncio.gather(*(claim() for _ in range(8)))
    assert taken.count("loud") == MOST_NOTICES


async def test_two_jobs_tell_of_a_reward_once(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await till.stamp(card, 5)
    meet = asyncio.Barrier(4)

    async def bring() -> None:
        await meet.wait()
        await jobs.refresh(services, shop.business_id, card.id)

    await asyncio.gather(*(bring() for _ in range(4)), return_exceptions=True)
    await jobs.refresh(services, shop.business_id, card.id)
    assert len((await google.the_object())["messages"]) == 1
    assert google.told() == ["message"]


async def test_who_takes_over_tells_without_taking_another_time(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await till.stamp(card, 5)
    await google.switch(faults=[{"fault": "500", "what": ["message"]}])
    for reason in ("busy", "telling", "telling"):
        with pytest.raises(GoogleAway) as away:
            await jobs.refresh(services, shop.business_id, card.id)
        assert away.value.reason == reason
    with shop.connect() as connection:
        connection.execute("UPDATE wallet_events SET at = at - interval '2 minutes' WHERE kind = 'notified'")
    await google.switch()
    await jobs.refresh(services, shop.business_id, card.id)
    assert [one["messageType"] for one in (await google.the_object())["messages"]] == ["TEXT_AND_NOTIFY"]


async def test_google_counts_more_than_we_remember(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await google.switch(notices=0)
    await till.stamp(card, 5)
    await jobs.refresh(services, shop.business_id, card.id)
    await till.stamp(card, 1)
    await jobs.refresh(services, shop.business_id, card.id)
    object_ = await google.the_object()
    assert shown(object_) == "6 de 10"
    assert [one["messageType"] for one in object_["messages"]] == ["TEXT"]
    assert google.told() == []


async def test_a_message_that_was_sent_is_not_sent_again(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await till.stamp(card, 5)
    await google.switch(faults=[{"fault": "done_then_500", "what": ["message"]}])
    with pytest.raises(GoogleAway):
        await jobs.refresh(services, shop.business_id, card.id)
    await google.switch()
    await jobs.refresh(services, shop.business_id, card.id)
    await jobs.refresh(services, shop.business_id, card.id)
    assert len((await google.the_object())["messages"]) == 1


async def test_google_away_is_tried_again_and_says_why(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await google.switch(faults=[{"fault": "500", "what": ["object"]}])
    await till.stamp(card)
    with pytest.raises(GoogleAway):
        await jobs.refresh(services, shop.business_id, card.id)
    assert events(database, card)[-1] == ("failed", {"reason": "busy", "status": 503, "retry": True})
    await google.switch()
    await jobs.refresh(services, shop.business_id, card.id)
    assert shown(await google.the_object()) == "1 de 10"


async def test_what_google_will_never_take_is_left_and_said(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till, database: TestDatabase
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await google.switch(faults=[{"fault": "400", "what": ["object"]}])
    await jobs.refresh(services, shop.business_id, card.id)
    assert events(database, card)[-1] == ("failed", {"reason": "invalid", "status": 400, "retry": False})


async def test_a_class_that_google_lost_is_made_again(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop
) -> None:
    card = shop.card()
    await ask(client, services, shop, card)
    await google.http.delete("/state")
    await google.switch()
    await jobs.refresh(services, shop.business_id, card.id)
    assert shown(await google.the_object()) == "0 de 10"


async def test_a_storage_that_is_away_costs_the_picture_alone(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    await till.stamp(card, 2)

    class Away:
        def __getattr__(self, _: str) -> Callable[..., Awaitable[None]]:
            async def away(*_: Any, **__: Any) -> None:
                raise Unavailable

            return away

    with pytest.raises(Unavailable):
        await jobs.refresh(dataclasses.replace(services, storage=Away()), shop.business_id, card.id)  # type: ignore[arg-type]  # every method is away
    object_ = await google.the_object()
    assert (shown(object_), "heroImage" in object_) == ("2 de 10", False)
    await jobs.refresh(services, shop.business_id, card.id)
    assert (await google.the_object())["heroImage"]["contentDescription"]["defaultValue"]["value"] == "2 de 10 sellos"


async def test_two_jobs_at_once_end_with_the_latest(
    client: httpx.AsyncClient, services: Services, google: PlayedGoogle, shop: Shop, till: Till
) -> None:
    card = shop.card()
    await saved(client, services, google, shop, card)
    late = google.wallet.put
    arrived, go_on = asyncio.Event(), asyncio.Event()

    class Slow:
        """Gives the first object only when it is told to, as a slow network would."""

        issuer_id = google.issuer.id
        held = False

        def __getattr__(self, name: str) -> Any:
            return getattr(google.wallet, name)

        async def put(self, kind: Any, body: dict[str, Any]) -> Any:
            if kind == "loyaltyObject" and not self.held:
                self.held = True
                arrived.set()
                await go_on.wait()
            return await late(kind, body)

    await till.stamp(card)
    slow = asyncio.create_task(jobs.refresh(dataclasses.replace(services, google=Slow()), shop.business_id, card.id))
    await arrived.wait()
    await till.stamp(card)
    await jobs.refresh(services, shop.business_id, card.id)
    assert shown(await google.the_object()) == "2 de 10"
    go_on.set()
    await slow
    assert shown(await google.the_object()) == "2 de 10"

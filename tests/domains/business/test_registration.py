"""Registration: a shop and its owner at once, and nothing for strangers to learn."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sello.domains.business.accounts.rules import slug_of
from sello.infrastructure.database.db import PlatformPool
from sello.shared.auth import sign_link
from sello.shared.ids import new_id
from tests.domains.business.people import PASSWORD, Mailbox, Shopkeeper, found_shop, refused, some_email, try_log_in
from tests.support.servers import TestDatabase

SAME = ("content-type", "content-length", "cache-control", "set-cookie")


async def register(client: httpx.AsyncClient, email: str, **changes: Any) -> httpx.Response:
    body = {"email": email, "password": PASSWORD, "name": "Rosa Quispe", "business_name": "Café Luna & Hijos"}
    return await client.post("/api/v1/auth/registrations", json=body | changes)


def shops_of(database: TestDatabase, email: str) -> list[tuple[Any, ...]]:
    return database.rows(
        "SELECT b.id, b.slug, m.role FROM accounts a JOIN memberships m ON m.account_id = a.id"
        " JOIN businesses b ON b.id = m.business_id WHERE a.email = %s",
        email,
    )


async def test_register_verify_and_sign_in(client: httpx.AsyncClient, mailbox: Mailbox, database: TestDatabase) -> None:
    email = some_email()
    answer = await register(client, email.upper())
    assert (answer.status_code, answer.json()) == (202, {"status": "check_mail"})

    refused(await try_log_in(client, email, "not the password"), 401, "credentials_wrong")
    refused(await try_log_in(client, email, PASSWORD), 403, "email_not_verified")
    token = await mailbox.token_for(email)
    verified = await client.post("/api/v1/auth/verifications", json={"token": token})
    assert verified.status_code == 204

    answer = await try_log_in(client, email, PASSWORD)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["role"], body["token_type"], body["expires_in"]) == ("owner", "bearer", 900)
    ((business_id, slug, role),) = shops_of(database, email)
    assert slug.startswith("cafe-luna-hijos")
    assert body["memberships"] == [{"business_id": str(business_id), "name": "Café Luna & Hijos", "role": role}]
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert (me.json()["email"], me.json()["business_id"]) == (email, str(business_id))
    facts = database.rows("SELECT kind FROM events WHERE business_id = %s", business_id)
    assert facts == [("BusinessRegistered",)]


async def test_a_known_email_gets_the_same_answer_and_another_mail(
    client: httpx.AsyncClient, mailbox: Mailbox, database: TestDatabase, rosa: Shopkeeper
) -> None:
    stranger = some_email()
    unknown, known = await register(client, stranger), await register(client, rosa.email, business_name="Mío")
    assert (unknown.status_code, unknown.json()) == (known.status_code, known.json())
    assert [unknown.headers.get(name) for name in SAME] == [known.headers.get(name) for name in SAME]
    assert len(shops_of(database, rosa.email)) == 1
    assert "Ya tienes una cuenta" in (await mailbox.of(rosa.email))[-1]["subject"]
    assert "Confirma tu correo" in (await mailbox.of(stranger))[-1]["subject"]
    await rosa.log_in(client)


async def test_the_mail_to_a_known_address_leads_to_a_new_password_and_never_to_the_other_ones(
    client: httpx.AsyncClient, mailbox: Mailbox
) -> None:
    """Somebody registered another's address first, and knows that password; the mailbox decides."""
    email = some_email()
    await register(client, email, password="what the thief chose")
    await register(client, email, password="what the owner chose")
    answer = await client.put(
        "/api/v1/auth/password-resets",
        json={"token": await mailbox.token_for(email), "password": "what the owner chose now"},
    )
    assert answer.status_code == 204
    refused(await try_log_in(client, email, "what the thief chose"), 401, "credentials_wrong")
    assert (await try_log_in(client, email, "what the owner chose now")).status_code == 200


async def test_a_wished_address_is_refused_alike_for_known_and_unknown(
    client: httpx.AsyncClient, rosa: Shopkeeper
) -> None:
    slug = f"luna-{new_id().hex[-12:]}"
    assert (await register(client, some_email(), slug=slug)).status_code == 202
    refused(await register(client, some_email(), slug=slug), 409, "slug_taken")
    refused(await register(client, rosa.email, slug=slug), 409, "slug_taken")


async def test_shops_of_one_name_get_addresses_of_their_own(platform_db: PlatformPool, database: TestDatabase) -> None:
    name = f"Bodega {new_id().hex[-12:]}"
    both = [await found_shop(platform_db, shop=name) for _ in range(2)]
    slugs = [shops_of(database, keeper.email)[0][1] for keeper in both]
    assert slugs[0] == slug_of(name)
    assert slugs[1].startswith(f"{slugs[0]}-")


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Café  Ñandú!", "cafe-nandu"), ("Ñ", "local-n"), ("日本", "local"), ("a" * 200, "a" * 54), ("--x--y--", "x-y")],
)
def test_an_address_is_made_from_a_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize("slug", ["ab", "-abc", "abc-", "Abc", "a_b", "a" * 64, "ábc", "a.b"])
async def test_a_crooked_address_is_refused(client: httpx.AsyncClient, slug: str) -> None:
    refused(await register(client, some_email(), slug=slug), 422, "invalid")


async def test_twenty_registrations_of_one_email_at_once_make_one_shop(
    client: httpx.AsyncClient, database: TestDatabase
) -> None:
    email, barrier = some_email(), asyncio.Barrier(20)

    async def racer() -> int:
        await barrier.wait()
        return (await register(client, email)).status_code

    assert set(await asyncio.gather(*(racer() for _ in range(20)))) == {202}
    assert len(shops_of(database, email)) == 1


async def test_nobody_fills_a_mailbox(client: httpx.AsyncClient, mailbox: Mailbox, rosa: Shopkeeper) -> None:
    for _ in range(3):
        assert (await register(client, rosa.email)).status_code == 202
        reset = await client.post("/api/v1/auth/password-resets", json={"email": rosa.email})
        assert reset.status_code == 202
    assert len(await mailbox.of(rosa.email)) == 3


async def test_a_link_counts_once_for_its_purpose_and_for_three_days(
    client: httpx.AsyncClient, mailbox: Mailbox, database: TestDatabase
) -> None:
    email = some_email()
    await register(client, email)
    token = await mailbox.token_for(email)
    verify = "/api/v1/auth/verifications"
    as_reset = await client.put("/api/v1/auth/password-resets", json={"token": token, "password": PASSWORD})
    refused(as_reset, 422, "link_invalid")
    database.set_clock(timedelta(days=3, minutes=1))
    refused(await client.post(verify, json={"token": token}), 422, "link_invalid")
    database.set_clock(None)
    both = await asyncio.gather(*(client.post(verify, json={"token": token}) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [204, 422]


async def test_a_link_that_expired_before_it_was_sent_is_not_sent(
    client: httpx.AsyncClient, mailbox: Mailbox, database: TestDatabase
) -> None:
    email = some_email()
    await register(client, email)
    database.set_clock(timedelta(days=4))
    assert await mailbox.of(email) == []


async def test_forged_links_are_refused(client: httpx.AsyncClient, app: Any) -> None:
    keys = app.state.keys
    forged = [
        "x", "AAAA", "\u00f1", sign_link(keys, "verify_email", new_id()), sign_link(keys, "invitation", new_id()),
        sign_link(keys, "verify_email", new_id())[:-4],
    ]  # fmt: skip
    for token in forged:
        answer = await client.post("/api/v1/auth/verifications", json={"token": token})
        refused(answer, 422, "link_invalid")

"""Who answers for a shop before the law: its versions, and a RUC that can be one."""

import asyncio

import httpx
from hypothesis import given
from hypothesis import strategies as st

from sello.domains.business.identity.rules import is_ruc
from tests.domains.business.people import refused
from tests.domains.business.test_profile import address
from tests.support.pages import ReadPage
from tests.support.servers import TestDatabase
from tests.support.shop import Shop

LUNA = {"legal_name": "Luna SAC", "ruc": "20000000001", "address": "Jr. Cusco 120, Lima", "email": "hola@luna.pe"}


@given(st.sampled_from(["10", "15", "16", "17", "20"]), st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_each_ruc_has_one_check_digit(kind: str, digits: str) -> None:
    assert sum(is_ruc(f"{kind}{digits}{last}") for last in range(10)) == 1


def test_known_rucs_and_what_is_none() -> None:
    assert is_ruc("20131312955")  # SUNAT's own
    assert is_ruc("20100070970")
    assert not any(map(is_ruc, ("", "2013131295", "20131312956", "30131312955", "٢٠١٣١٣١٢٩٥٥", " 20131312955")))


async def test_an_owner_says_who_answers(client: httpx.AsyncClient, shop: Shop, database: TestDatabase) -> None:
    at = address(shop, "/legal-identity")
    nothing = await client.get(at, headers=shop.diego.headers)
    assert (nothing.status_code, nothing.json()) == (200, None)
    first = await client.put(at, json=LUNA, headers=shop.rosa.headers)
    assert first.status_code == 200
    assert first.json() == LUNA | {"version": 1, "since": first.json()["since"]}
    assert (await client.put(at, json=LUNA, headers=shop.rosa.headers)).json() == first.json()
    second = await client.put(at, json={"legal_name": "Sol SAC", "address": "Av. Sol 3"}, headers=shop.rosa.headers)
    assert second.json()["version"] == 2
    assert (await client.get(at, headers=shop.diego.headers)).json() == second.json()
    facts = database.rows(
        "SELECT payload -> 'fields' FROM events WHERE business_id = %s AND kind = 'BusinessChanged'", shop.business_id
    )
    assert facts == [(["legal_identity"],)] * 2
    assert database.broken_laws() == []


async def test_what_cannot_be_an_identity_is_refused(client: httpx.AsyncClient, shop: Shop) -> None:
    at = address(shop, "/legal-identity")
    for wrong in ({"ruc": "20000000002"}, {"ruc": ""}, {"legal_name": " "}, {"address": None}, {"email": "hola"}):
        refused(await client.put(at, json=LUNA | wrong, headers=shop.rosa.headers), 422, "invalid")
    refused(await client.put(at, json=LUNA, headers=shop.diego.headers), 403, "forbidden")


async def test_two_owners_at_once_leave_two_versions(client: httpx.AsyncClient, shop: Shop) -> None:
    at = address(shop, "/legal-identity")
    answers = await asyncio.gather(
        *(client.put(at, json=LUNA | {"address": f"Av. Sol {n}"}, headers=shop.rosa.headers) for n in range(6))
    )
    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_the_notice_names_who_answers_and_who_did(client: httpx.AsyncClient, shop: Shop) -> None:
    path = f"/legal/{shop.slug}/privacy"
    before = ReadPage((await client.get(path)).text).text
    assert "razón social y su domicilio se piden en el local" in before
    assert "Quién respondió antes" not in before
    at = address(shop, "/legal-identity")
    await client.put(at, json=LUNA, headers=shop.rosa.headers)
    page = ReadPage((await client.get(path)).text).text
    assert "Luna SAC, con RUC 20000000001, con domicilio en Jr. Cusco 120, Lima." in page
    assert "También puedes escribir a hola@luna.pe." in page
    assert "se piden en el local" not in page
    await client.put(at, json={"legal_name": "Sol SAC", "address": "Av. Sol 3"}, headers=shop.rosa.headers)
    page = ReadPage((await client.get(path)).text).text
    assert "Sol SAC, con domicilio en Av. Sol 3." in page
    assert "Quién respondió antes" in page
    assert ": Luna SAC, con RUC 20000000001" in page
    assert "También puedes escribir" not in page

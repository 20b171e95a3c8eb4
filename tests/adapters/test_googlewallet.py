"""Google Wallet's client against the simulator, and both against the discovery document that Google publishes."""

import asyncio
import base64
import json
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import jwt
import pytest

from sello.infrastructure.googlewallet import (
    MOST_CHARACTERS,
    Absent,
    Declined,
    Exhausted,
    Exists,
    GoogleAway,
    Issuer,
    ServiceAccount,
    Taken,
    made_account,
    read_account,
    save_link,
)
from sello.infrastructure.googlewallet.client import RestWallet
from sello.infrastructure.googlewallet.rules import answer_of
from sello.shared import clock
from tests.support.google import PlayedGoogle, playing

DOCUMENT = json.loads(
    (files("sello.infrastructure.googlewallet.simulator") / "discovery" / "walletobjects.v1.json").read_text()
)


def card_class(google: PlayedGoogle, **changes: Any) -> dict[str, Any]:
    return {
        "id": google.issuer.resource("shop-LUNA"), "issuerName": "Café Luna", "programName": "Café Luna",
        "programLogo": {"sourceUri": {"uri": "http://127.0.0.1:9/pictures/logo.png"}}, "reviewStatus": "UNDER_REVIEW",
        "hexBackgroundColor": "#1b4636", "countryCode": "PE",
    } | changes  # fmt: skip


def card(google: PlayedGoogle, balance: int = 4, **changes: Any) -> dict[str, Any]:
    return {
        "id": google.issuer.resource("ANA"), "classId": google.issuer.resource("shop-LUNA"), "state": "ACTIVE",
        "accountName": "Ana", "barcode": {"type": "QR_CODE", "value": "0123456789ABCDEFGHJK"},
        "loyaltyPoints": {"label": "Sellos", "balance": {"string": f"{balance} de 10"}},
    } | changes  # fmt: skip


async def with_card(google: PlayedGoogle) -> dict[str, Any]:
    assert isinstance(await google.wallet.put("loyaltyClass", card_class(google)), Taken)
    made = await google.wallet.put("loyaltyObject", card(google))
    assert isinstance(made, Taken)
    return made.resource


def schema_of(name: str) -> dict[str, Any]:
    """A schema of the discovery document as JSON Schema, closed: no field that it does not name."""

    def known(schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            return {"$ref": f"#/$defs/{schema['$ref']}"}
        made = {key: value for key, value in schema.items() if key in ("type", "enum")}
        if "properties" in schema:
            made |= {"properties": {key: known(one) for key, one in schema["properties"].items()}}
            made |= {"additionalProperties": False}
        if "items" in schema:
            made["items"] = known(schema["items"])
        return made

    definitions = {key: known(one) for key, one in DOCUMENT["schemas"].items()}
    return {"$ref": f"#/$defs/{name}", "$defs": definitions}


async def test_a_class_and_an_object_are_made_and_changed(google: PlayedGoogle) -> None:
    made = await with_card(google)
    assert (made["state"], made["hasUsers"]) == ("ACTIVE", False)
    assert made["classReference"]["reviewStatus"] == "APPROVED"
    changed = await google.wallet.put("loyaltyObject", card(google, 5, accountName=None))
    assert isinstance(changed, Taken)
    assert changed.resource["loyaltyPoints"]["balance"] == {"string": "5 de 10"}
    assert "accountName" not in changed.resource  # null removes; what was not named stays
    assert changed.resource["barcode"] == made["barcode"]
    seen = await google.wallet.get("loyaltyObject", made["id"])
    assert isinstance(seen, Taken)
    assert seen.resource == changed.resource
    validator = jsonschema_rs.validator_for(schema_of("LoyaltyObject"))
    assert [error.message for error in validator.iter_errors(seen.resource)] == []
    assert await google.wallet.get("loyaltyObject", google.issuer.resource("NOBODY")) == Absent()
    assert await google.wallet.patch("loyaltyObject", google.issuer.resource("NOBODY"), {}) == Absent()


async def test_one_token_serves_everybody_until_it_ends(google: PlayedGoogle) -> None:
    await asyncio.gather(*(google.wallet.put("loyaltyClass", card_class(google)) for _ in range(5)))
    asked = [line["of"] for line in google.lines("request")]
    assert asked.count("token") == 1
    await google.http.delete("/tokens")  # taken back before its time: asked for anew, nothing is lost
    assert isinstance(await google.wallet.put("loyaltyClass", card_class(google)), Taken)
    await google.switch(token_seconds=301)  # one that would end in a second is not used
    await google.http.delete("/tokens")
    assert isinstance(await google.wallet.put("loyaltyClass", card_class(google)), Taken)
    assert [line["of"] for line in google.lines("request")].count("token") == 3


async def test_whoever_has_another_key_is_nobody(google: PlayedGoogle, tmp_path: Path) -> None:
    forged = Issuer(base_url=google.issuer.base_url, id=google.issuer.id, account=made_account(tmp_path / "other"))
    wallet = RestWallet(forged)
    with pytest.raises(GoogleAway) as away:
        await wallet.get("loyaltyObject", "1.a")
    await wallet.close()
    assert (away.value.reason, away.value.http) == ("credentials", 400)
    link = save_link(forged, card(google), origins=["http://127.0.0.1:8000"], now=clock.now())
    assert (await google.save(link)).status_code == 400
    assert await google.objects() == []
    answer = await google.http.get("/walletobjects/v1/loyaltyObject/1.a")
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"loyaltyStamps": 4}, "loyaltyStamps"),
        ({"state": "SLEEPING"}, "state"),
        ({"barcode": {"type": "QR", "value": "x"}}, "barcode.type"),
        ({"loyaltyPoints": {"balance": {"int": "four"}}}, "loyaltyPoints.balance.int"),
        ({"loyaltyPoints": {"balance": {"int": 4, "string": "4"}}}, "balance"),
        ({"textModulesData": {"body": "x"}}, "textModulesData"),
        ({"textModulesData": [{"id": str(n)} for n in range(11)]}, "textModulesData"),
        ({"heroImage": {"contentDescription": {}}}, "heroImage"),
        ({"merchantLocations": [{"latitude": 91.0, "longitude": 0.0}]}, "earth"),
        ({"accountName": 7}, "accountName"),
    ],
)
async def test_the_simulator_refuses_what_the_document_does_not_know(
    google: PlayedGoogle, changes: dict[str, Any], said: str
) -> None:
    await with_card(google)
    before = await google.the_object()
    answer = await google.wallet.put("loyaltyObject", card(google, **changes))
    assert answer == Declined(400, "invalid")
    token = await google.wallet._bearer()
    path = f"/walletobjects/v1/loyaltyObject/{before['id']}"
    told = await google.http.patch(path, json=card(google, **changes), headers={"authorization": f"Bearer {token}"})
    assert said in told.json()["error"]["message"]
    assert await google.the_object() == before


async def test_an_object_needs_its_class_and_its_issuer(google: PlayedGoogle) -> None:
    assert await google.wallet.put("loyaltyObject", card(google)) == Absent()
    await google.switch(review="rejected")
    await google.wallet.put("loyaltyClass", card_class(google))
    assert await google.wallet.put("loyaltyObject", card(google)) == Declined(400, "invalid")
    await google.switch()
    await google.wallet.put("loyaltyClass", card_class(google))
    with pytest.raises(GoogleAway) as away:
        await google.wallet.put("loyaltyObject", card(google, id="4444444444444444.ANA"))
    assert away.value.reason == "credentials"


async def test_people_are_told_three_times_a_day(google: PlayedGoogle) -> None:
    made = await with_card(google)
    for balance in (5, 6):
        body = card(google, balance, notifyPreference="NOTIFY_ON_UPDATE")
        assert isinstance(await google.wallet.put("loyaltyObject", body), Taken)
    message = {"id": "reward-1", "header": "¡Premio!", "body": "Café gratis", "messageType": "TEXT_AND_NOTIFY"}
    assert isinstance(await google.wallet.add_message(made["id"], message), Taken)
    assert await google.wallet.add_message(made["id"], message) == Exhausted()
    body = card(google, 7, notifyPreference="NOTIFY_ON_UPDATE")
    assert await google.wallet.put("loyaltyObject", body) == Exhausted()
    quiet = await google.wallet.add_message(made["id"], message | {"messageType": "TEXT"})
    assert isinstance(quiet, Taken)
    assert [one["messageType"] for one in quiet.resource["messages"]] == ["TEXT_AND_NOTIFY", "TEXT"]
    assert google.told() == ["update", "update", "message"]
    assert (await google.the_object())["loyaltyPoints"]["balance"] == {"string": "6 de 10"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("429", "busy"), ("500", "busy"), ("403", "credentials"), ("reset", "unreachable"), ("html", "nonsense"),
     ("done_then_500", "busy"), ("done_then_reset", "unreachable")],
)  # fmt: skip
async def test_what_later_may_be_otherwise_is_away(google: PlayedGoogle, fault: str, reason: str) -> None:
    await with_card(google)
    await google.switch(faults=[{"fault": fault, "what": ["object"]}])
    with pytest.raises(GoogleAway) as away:
        await google.wallet.put("loyaltyObject", card(google, 9))
    assert away.value.reason == reason
    assert away.value.after == (1.0 if fault == "429" else None)
    await google.switch()
    again = await google.wallet.put("loyaltyObject", card(google, 9))  # the same again does no harm
    assert isinstance(again, Taken)
    assert again.resource["loyaltyPoints"]["balance"] == {"string": "9 de 10"}
    assert len(await google.objects()) == 1


async def test_where_nobody_listens_is_away(google: PlayedGoogle) -> None:
    nowhere = RestWallet(Issuer(base_url="http://127.0.0.1:9", id=google.issuer.id, account=google.issuer.account))
    with pytest.raises(GoogleAway) as away:
        await nowhere.get("loyaltyObject", "1.a")
    await nowhere.close()
    assert away.value.reason == "unreachable"


def test_answers_in_our_words() -> None:
    said = json.dumps({"error": {"code": 409, "status": "ALREADY_EXISTS"}}).encode()
    assert answer_of(409, said, {}) == Exists()
    assert answer_of(400, b"not JSON", {}) == Declined(400, "")
    quota = json.dumps({"error": {"errors": [{"reason": "QuotaExceededException"}]}}).encode()
    assert answer_of(403, quota, {}) == answer_of(429, quota, {}) == Exhausted()
    rate = json.dumps({"error": {"errors": [{"reason": "rateLimitExceeded"}]}}).encode()
    with pytest.raises(GoogleAway) as away:
        answer_of(403, rate, {"retry-after": "999999"})
    assert (away.value.reason, away.value.after) == ("busy", 3600.0)


async def test_a_link_saves_what_it_carries_and_changes_nothing(google: PlayedGoogle) -> None:
    await google.wallet.put("loyaltyClass", card_class(google))
    link = save_link(google.issuer, card(google), origins=["http://127.0.0.1:8000"], now=clock.now())
    token = link.removeprefix(f"{google.issuer.base_url}/gp/v/save/")
    assert len(token) < MOST_CHARACTERS
    claims = jwt.decode(token, google.issuer.account.key.public_key(), algorithms=["RS256"], audience="google")
    assert (claims["typ"], claims["iss"]) == ("savetowallet", google.issuer.account.email)
    assert jwt.get_unverified_header(token)["kid"] == google.issuer.account.key_id
    page = await google.http.get(link)
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert (await google.the_object())["hasUsers"] is False  # to look is not to save
    assert (await google.save(link)).status_code == 200
    assert (await google.the_object())["hasUsers"] is True
    old = save_link(google.issuer, card(google, 1), origins=[], now=clock.now())
    assert (await google.save(old)).status_code == 200
    assert (await google.the_object())["loyaltyPoints"]["balance"] == {"string": "4 de 10"}
    saved = (await google.http.get("/saved")).json()
    assert [(one["demo"], one["card"]["accountName"]) for one in saved["cards"]] == [(True, "Ana")]
    assert (await google.http.get("/saved", params={"version": saved["version"]})).status_code == 204


async def test_an_altered_or_too_long_link_saves_nothing(google: PlayedGoogle) -> None:
    await google.wallet.put("loyaltyClass", card_class(google))
    link = save_link(google.issuer, card(google), origins=[], now=clock.now())
    start, _, end = link.rpartition("/")
    head, payload, signature = end.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["payload"]["loyaltyObjects"][0]["accountName"] = "Eva"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert (await google.save(f"{start}/{head}.{forged}.{signature}")).status_code == 400
    with pytest.raises(ValueError, match="would be cut"):
        save_link(google.issuer, card(google, accountId="x" * 2000), origins=[], now=clock.now())
    assert await google.objects() == []


async def test_the_pages_are_for_this_machine_alone(google: PlayedGoogle) -> None:
    for path in ("/", "/wallet.css", "/wallet.js", "/card.js", "/save.js"):
        page = await google.http.get(path)
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["content-security-policy"]
    code = await google.http.get("/qr.svg", params={"text": "ANA"})
    assert code.text.startswith("<svg")
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}):
        assert (await google.http.put("/switches", json={}, headers=headers)).status_code == 403
    assert (await google.http.put("/switches", json={"notice": 4})).status_code == 422


async def test_a_new_process_knows_what_the_last_one_knew(
    google: PlayedGoogle, tmp_path: Path, google_account: ServiceAccount
) -> None:
    made = await with_card(google)
    body = card(google, 5, notifyPreference="NOTIFY_ON_UPDATE")
    await google.wallet.put("loyaltyObject", body)
    await google.save(save_link(google.issuer, card(google), origins=[], now=clock.now()))
    before = await google.state()
    async with playing(tmp_path / "google", google_account) as again:
        assert await again.state() == before
        assert before["loyaltyObject"][made["id"]]["hasUsers"] is True
        assert (await again.http.get("/saved")).json()["cards"][0]["notices"][0]["of"] == "update"


def test_key_files_are_read_or_refused(tmp_path: Path) -> None:
    first, again = made_account(tmp_path / "k"), made_account(tmp_path / "k")
    assert (first.email, first.key_id) == (again.email, again.key_id)
    assert (tmp_path / "k" / "key.json").stat().st_mode & 0o077 == 0
    for content in ("", "[]", "{}", '{"private_key": "x", "client_email": "a", "private_key_id": "b"}'):
        (tmp_path / "bad.json").write_text(content)
        with pytest.raises(ValueError, match="no key file"):
            read_account(tmp_path / "bad.json")
    with pytest.raises(ValueError, match="cannot be read"):
        read_account(tmp_path / "nowhere.json")


async def test_pictures_are_fetched_without_whoever_looks(google: PlayedGoogle) -> None:
    await google.switch(fetches=True)
    await google.wallet.put("loyaltyClass", card_class(google))
    (await google.http.post("/drain")).raise_for_status()
    assert (await google.state())["images"] == {
        "http://127.0.0.1:9/pictures/logo.png": {"http": 0, "bytes": 0, "width": 0, "height": 0}
    }


@pytest.mark.proof
async def test_links_are_made_by_the_thousand(google: PlayedGoogle) -> None:
    began, count = time.perf_counter(), 1000
    for _ in range(count):
        save_link(google.issuer, card(google), origins=["https://sello.example"], now=clock.now())
    each = (time.perf_counter() - began) / count
    began = time.perf_counter()
    for balance in range(count):
        await google.wallet.put("loyaltyObject", card(google, balance)) if balance else await with_card(google)
    brought = (time.perf_counter() - began) / count
    print(f"a save link {each * 1000:.2f} ms, an object brought {brought * 1000:.2f} ms")
    assert httpx.URL(google.issuer.base_url).host == "127.0.0.1"

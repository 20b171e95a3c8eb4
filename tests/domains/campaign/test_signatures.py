"""Callbacks over HTTP: signed ones are stored before they are understood, forged ones leave nothing."""

from typing import Any

import httpx
import pytest

from sello.entry.settings import Settings
from sello.infrastructure.whatsapp import Account
from sello.infrastructure.whatsapp.signature import signature_of
from sello.shared.ids import new_id
from tests.support.campaign_scenes import SENDER
from tests.support.servers import TestDatabase

NOBODY = f"+519{new_id().int % 10**8:08d}"


def form_of(phone: str, words: str) -> dict[str, str]:
    """What Twilio posts."""
    return {"MessageSid": f"SM{new_id().hex}", "From": f"whatsapp:{phone}", "To": f"whatsapp:{SENDER}", "Body": words}


INBOUND = "/webhooks/twilio/inbound"


async def post(
    client: httpx.AsyncClient, settings: Settings, form: dict[str, str], path: str = INBOUND, **changes: Any
) -> httpx.Response:
    """As Twilio does, unless something is changed."""
    account: Account = settings.whatsapp
    url = changes.get("url", f"{settings.public_base_url}{path}")
    signed = signature_of(changes.get("token", account.token), url, changes.get("signed", form).items())
    headers = {"x-twilio-signature": changes.get("signature", signed)}
    return await client.post(path, data=form, headers=headers)


async def test_a_signed_message_is_stored_and_the_same_again_is_nothing_new(
    client: httpx.AsyncClient, settings: Settings, database: TestDatabase
) -> None:
    form = form_of(NOBODY, "BAJA ✋ sí")
    for _ in range(5):
        answer = await post(client, settings, form)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/xml")
    assert database.rows("SELECT params FROM webhook_inbox WHERE message_sid = %s", form["MessageSid"]) == [(form,)]


@pytest.mark.parametrize(
    ("path", "more", "other"),
    [
        (INBOUND, {"Body": "BAJA"}, {"Body": "ALTA"}),
        (
            f"/webhooks/twilio/status?send={new_id()}&shop={new_id()}",
            {"MessageStatus": "sent"},
            {"MessageStatus": "read"},
        ),
    ],
    ids=["inbound", "status"],
)
async def test_a_forged_callback_is_refused_and_leaves_no_row(
    client: httpx.AsyncClient,
    settings: Settings,
    database: TestDatabase,
    path: str,
    more: dict[str, str],
    other: dict[str, str],
) -> None:
    form = {**form_of(NOBODY, ""), **more}
    base = settings.public_base_url
    forged: list[dict[str, Any]] = [
        {"signature": ""},
        {"signature": "bm9uc2Vuc2U="},
        {"token": "0" * 32},
        {"signed": form | other},
        {"signed": {name: value for name, value in form.items() if name not in more}},
        {"url": f"{base.replace('http://', 'https://')}{path}"},
        {"url": f"{base}/webhooks/twilio/another"},
        {"url": f"{base}{path}{'&' if '?' in path else '?'}x=1"},
    ]
    for change in forged:
        answer = await post(client, settings, form, path, **change)
        assert (answer.status_code, answer.json()["code"]) == (403, "signature_wrong"), change
    bare = await client.post(path, data=form)
    assert (bare.status_code, bare.json()["code"]) == (403, "signature_wrong")
    rows = "SELECT 1 FROM webhook_inbox WHERE message_sid = %s"
    assert database.rows(rows, form["MessageSid"]) == []
    assert (await post(client, settings, form, path)).is_success
    assert database.rows(rows, form["MessageSid"]) == [(1,)]

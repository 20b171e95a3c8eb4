"""The simulator's own promises: what it took is in its ledger, and it fails, calls back and forgets as it is told."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from sello.infrastructure.playing.serving import Answer, Listening, Request
from sello.infrastructure.whatsapp import SIMULATED, Accepted
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.infrastructure.whatsapp.signature import is_signed
from tests.support.whatsapp import PlayedWhatsapp

ANA = "+51987654321"


@dataclass
class Ear:
    """Where callbacks arrive: our webhooks' place, without us."""

    url: str = ""
    heard: list[dict[str, str]] = field(default_factory=list)
    forged: int = 0

    def handle(self, request: Request) -> Answer:
        """Take a callback."""
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        address = self.url + request.path + (f"?{query}" if query else "")
        self.forged += not is_signed([SIMULATED.token], address, form.items(), request.headers["x-twilio-signature"])
        self.heard.append(form | {"?send": request.query.get("send", "")})
        return Answer(204)


@asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    ear = Ear()
    server = Listening(ear.handle)
    ear.url = f"http://127.0.0.1:{await server.start()}"
    try:
        yield ear
    finally:
        await server.close()


async def send(whatsapp: PlayedWhatsapp, ear: Ear, *phones: str) -> list[str]:
    """Send a template to each; the sids, once every callback was answered."""
    content_sid, client = whatsapp.template(), TwilioWhatsapp(whatsapp.account)
    sent = await asyncio.gather(
        *(
            client.send_template(
                to=phone, sender=SIMULATED.number, content_sid=content_sid, variables={"1": "Ana", "2": "x"},
                status_callback=f"{ear.url}/status?send={number}",
            )
            for number, phone in enumerate(phones)
        )
    )  # fmt: skip
    await client.close()
    await asyncio.to_thread(whatsapp.drained)
    return [one.sid for one in sent if isinstance(one, Accepted)]


async def test_every_state_is_called_back_signed_and_in_order(whatsapp: PlayedWhatsapp) -> None:
    async with listening() as ear:
        [sid] = await send(whatsapp, ear, ANA)
        assert [(one["MessageSid"], one["MessageStatus"], one["?send"]) for one in ear.heard] == [
            (sid, "sent", "0"), (sid, "delivered", "0"), (sid, "read", "0"),
        ]  # fmt: skip
        assert ear.forged == 0
        assert [(line["status"], line["http"]) for line in whatsapp.callbacks()] == [
            ("sent", 204), ("delivered", 204), ("read", 204),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "states"), [(63049, ["sent", "undelivered"]), (63024, ["failed"]), (63033, ["sent", "undelivered"])]
)
async def test_a_message_fails_with_the_code_of_its_number(
    whatsapp: PlayedWhatsapp, code: int, states: list[str]
) -> None:
    async with listening() as ear:
        await send(whatsapp, ear, f"+519666{code}")
        assert [one["MessageStatus"] for one in ear.heard] == states
        assert [one.get("ErrorCode") for one in ear.heard] == [None] * (len(states) - 1) + [str(code)]
    [message] = whatsapp.chat(f"+519666{code}")
    assert (message["status"], message["error"]) == (states[-1], code)


async def test_callbacks_are_doubled_shuffled_and_lost_as_told(whatsapp: PlayedWhatsapp) -> None:
    phones = [f"+519870000{number:02}" for number in range(30)]
    async with listening() as ear:
        whatsapp.switch(step_ms=0, callbacks={"copies": 5, "shuffle": True})
        sids = await send(whatsapp, ear, *phones)
        heard = [(one["MessageSid"], one["MessageStatus"]) for one in ear.heard]
        assert Counter(heard) == {(sid, state): 5 for sid in sids for state in ("sent", "delivered", "read")}
        in_order = {sid: [state for one, state in heard if one == sid] for sid in sids}
        assert any(states != sorted(states, key=["sent", "delivered", "read"].index) for states in in_order.values())
        assert ear.forged == 0
    assert {one["status"] for phone in phones for one in whatsapp.chat(phone)} == {"read"}
    async with listening() as ear:
        whatsapp.switch(callbacks={"lost": 1.0})
        await send(whatsapp, ear, ANA)
        assert ear.heard == []
    assert whatsapp.chat(ANA)[-1]["status"] == "read"


async def test_a_share_of_answers_is_lost_and_the_ledger_knows_of_each(whatsapp: PlayedWhatsapp) -> None:
    async with listening() as ear:
        whatsapp.switch(step_ms=0, faults=[{"fault": "accept_then_reset", "share": 0.3}], seed=7)
        answered = await send(whatsapp, ear, *(f"+519870000{number:02}" for number in range(60)))
    taken = {line["sid"] for line in whatsapp.accepted()}
    assert len(taken) == 60
    assert set(answered) < taken
    assert 5 < len(taken - set(answered)) < 35


async def test_a_sender_that_is_too_quick_is_held_back(whatsapp: PlayedWhatsapp) -> None:
    async with listening() as ear:
        whatsapp.switch(step_ms=0, most_per_second=5)
        answered = await send(whatsapp, ear, *(f"+519870000{number:02}" for number in range(40)))
    assert len(answered) == len(whatsapp.accepted()) < 40


async def test_a_person_answers_and_presses_the_button(tmp_path: Path) -> None:
    async with listening() as ear:
        played = PlayedWhatsapp(tmp_path, public_base_url=ear.url)
        await asyncio.to_thread(played.start)
        try:
            [sid] = await send(played, ear, ANA)
            ear.heard.clear()
            assert (await asyncio.to_thread(played.says, ANA, "BAJA", name="Ana"))["http"] == 204
            pressed = await asyncio.to_thread(played.presses, ANA, sid)
            wrote, button = ear.heard
            assert (wrote["From"], wrote["To"], wrote["Body"], wrote["ProfileName"]) == (
                f"whatsapp:{ANA}", f"whatsapp:{SIMULATED.number}", "BAJA", "Ana",
            )  # fmt: skip
            assert (button["ButtonPayload"], button["ButtonText"], button["OriginalRepliedMessageSid"]) == (
                "opt_out", "No recibir más", sid,
            )  # fmt: skip
            assert button["MessageSid"] == pressed["sid"] != wrote["MessageSid"]
            assert ear.forged == 0
            before = played.chat(ANA)
            await asyncio.to_thread(played.stop)
            await asyncio.to_thread(played.start)  # what was said is still there
            assert played.chat(ANA) == before
            assert [one["mine"] for one in before] == [False, True, True]
        finally:
            played.close()


def test_what_is_delivered_is_read_when_the_chat_is_opened(whatsapp: PlayedWhatsapp) -> None:
    async def one() -> None:
        async with listening() as ear:
            whatsapp.switch(step_ms=0, callbacks={"read_share": 0.0})
            await send(whatsapp, ear, ANA)
            assert whatsapp.chat(ANA)[0]["status"] == "delivered"
            whatsapp.opens(ANA)
            await asyncio.to_thread(whatsapp.drained)
            assert [form["MessageStatus"] for form in ear.heard] == ["sent", "delivered", "read"]

    asyncio.run(one())


async def test_the_page_belongs_to_this_machine_alone(whatsapp: PlayedWhatsapp) -> None:
    async with httpx.AsyncClient(base_url=whatsapp.url) as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert " onclick=" not in page.text
        said = json.dumps({"from": ANA, "body": "BAJA"})
        stranger = {"origin": "https://evil.example"}
        assert (await browser.post("/inbound", content=said, headers=stranger)).status_code == 403
        assert (await browser.get("/chats", headers={"host": "evil.example"})).status_code == 403
        for method, path in (("GET", "/2010-04-01/Accounts/AC1/Messages.json"), ("POST", "/v1/Content")):
            assert (await browser.request(method, path)).json()["code"] == 20003
        assert (await browser.put("/switches", json={"fault": "nothing"})).status_code == 422
    assert whatsapp.ledger("inbound") == []

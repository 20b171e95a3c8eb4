"""WhatsApp's client against the simulator: each answer means one of four things, and nothing is tried twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sello.infrastructure.database.embedded import free_port
from sello.infrastructure.whatsapp import (
    SIMULATED,
    Accepted,
    Content,
    Declined,
    Listed,
    Outcome,
    Throttled,
    Unknown,
    Unreachable,
)
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.infrastructure.whatsapp.rules import outcome_of
from tests.support.whatsapp import PlayedWhatsapp

ANA = "+51987654321"
NOWHERE = "http://127.0.0.1:9/webhooks/twilio/status?send=1"


@pytest.fixture
async def client(whatsapp: PlayedWhatsapp) -> AsyncIterator[TwilioWhatsapp]:
    """A client of the simulator."""
    client = TwilioWhatsapp(whatsapp.account)
    yield client
    await client.close()


def nobody() -> TwilioWhatsapp:
    """A client of an address where nobody listens."""
    return TwilioWhatsapp(replace(SIMULATED, base_url=f"http://127.0.0.1:{free_port()}"))


async def send(client: TwilioWhatsapp, content_sid: str, to: str = ANA) -> Outcome:
    return await client.send_template(
        to=to, sender=SIMULATED.number, content_sid=content_sid, variables={"1": "Ana", "2": "luna7"},
        status_callback=NOWHERE,
    )  # fmt: skip


async def everything(client: TwilioWhatsapp, *, to: str | None = None) -> list[Listed]:
    since = datetime.now(UTC) - timedelta(minutes=5)
    return [one async for one in client.messages(sender=SIMULATED.number, since=since, to=to)]


async def test_what_is_accepted_stands_in_the_ledger_as_it_was_meant(
    client: TwilioWhatsapp, whatsapp: PlayedWhatsapp
) -> None:
    sid = whatsapp.template()
    sent = await send(client, sid)
    assert isinstance(sent, Accepted)
    [line] = whatsapp.accepted()
    assert (line["sid"], line["to"], line["from"], line["content_sid"]) == (sent.sid, ANA, SIMULATED.number, sid)
    assert (line["variables"], line["status_callback"]) == ({"1": "Ana", "2": "luna7"}, NOWHERE)
    assert line["body"] == "Hola Ana, te esperamos."
    assert [button["url"] or button["payload"] for button in line["buttons"]] == [
        "http://127.0.0.1:8000/k/luna7", "opt_out",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "outcome", "taken"),
    [
        ("+51966721211", Declined(21211, 400), 0),
        ("+51966721610", Declined(21610, 400), 0),
        ("+51966720429", Throttled(20429), 0),
        ("+51966763018", Throttled(63018), 0),
        ("+51966763038", Throttled(63038), 0),
        ("+51966800002", Unknown("reset"), 1),
        ("+51966800003", Unknown("http_500"), 1),
        ("+51966800004", Unknown("http_500"), 0),
        ("+51966800005", Throttled(20429), 0),
        ("+51966800007", Unknown("http_502"), 0),
        ("+51966800008", Unknown("nonsense"), 0),
        ("+51966800010", Unknown("reset"), 0),
        ("+51966800016", Unknown("nonsense"), 1),
    ],
)
async def test_each_answer_is_done_never_later_or_unknown(
    client: TwilioWhatsapp, whatsapp: PlayedWhatsapp, phone: str, outcome: Outcome, taken: int
) -> None:
    assert await send(client, whatsapp.template(), phone) == outcome
    assert len(whatsapp.accepted()) == taken


async def test_who_was_never_reached_may_be_asked_again(whatsapp: PlayedWhatsapp) -> None:
    closed = nobody()
    assert await send(closed, "HX" + "0" * 32) == Throttled(None)
    await closed.close()


async def test_a_wrong_token_is_a_refusal(whatsapp: PlayedWhatsapp) -> None:
    stranger = TwilioWhatsapp(replace(whatsapp.account, token="another token"))
    assert await send(stranger, "HX" + "0" * 32) == Declined(20003, 401)
    await stranger.close()


@pytest.mark.parametrize(
    ("http", "body", "outcome"),
    [
        (201, '{"sid": "SM00000000000000000000000000000000", "status": "queued"}', Accepted("SM" + "0" * 32, "queued")),
        (201, '{"sid": "HX00000000000000000000000000000000"}', Unknown("nonsense")),
        (200, "null", Unknown("nonsense")),
        (302, "", Unknown("http_302")),
        (408, "", Unknown("http_408")),
        (400, "<html>", Unknown("http_400")),
        (403, "<html>", Declined(None, 403)),
        (400, '{"code": 63018}', Throttled(63018)),
        (429, "<html>", Throttled(None, 7.0)),
        (503, '{"code": 20503}', Unknown("http_503")),
    ],
)
def test_only_the_providers_own_word_is_a_refusal(http: int, body: str, outcome: Outcome) -> None:
    assert outcome_of(http, body, {"retry-after": "7"} if http == 429 else {}) == outcome


async def test_free_words_are_thrown_back_outside_the_window_and_pass_inside(
    client: TwilioWhatsapp, whatsapp: PlayedWhatsapp
) -> None:
    async def say() -> Listed:
        sent = await client.send_text(to=ANA, sender=SIMULATED.number, body="Hola", status_callback=NOWHERE)
        assert isinstance(sent, Accepted)
        whatsapp.drained()
        found = await client.message(sent.sid)
        assert found is not None
        return found

    outside = await say()
    assert (outside.status, outside.error_code) == ("failed", 63016)
    whatsapp.says(ANA, "SELLOS")
    inside = await say()
    assert (inside.status, inside.error_code, inside.body) == ("read", None, "Hola")
    assert await client.message("SM" + "0" * 32) is None


async def test_a_list_has_everything_that_was_sent_over_pages(client: TwilioWhatsapp, whatsapp: PlayedWhatsapp) -> None:
    sid = whatsapp.template()
    whatsapp.switch(step_ms=0)
    phones = [f"+519{number:08}" for number in range(1_103)]
    sent = await asyncio.gather(*(send(client, sid, phone) for phone in phones))
    whatsapp.drained()
    found = await everything(client)
    assert [one.sid for one in found] == [line["sid"] for line in reversed(whatsapp.accepted())]
    assert {one.sid for one in sent if isinstance(one, Accepted)} == {one.sid for one in found}
    assert {one.to for one in found} == set(phones)
    [one] = await everything(client, to=phones[5])
    assert (one.to, one.body, one.status) == (phones[5], "Hola Ana, te esperamos.", "read")


async def test_what_was_not_sent_yet_is_in_no_list(client: TwilioWhatsapp, whatsapp: PlayedWhatsapp) -> None:
    whatsapp.switch(step_ms=60_000)
    assert isinstance(await send(client, whatsapp.template()), Accepted)
    assert await everything(client) == []


async def test_a_question_without_an_answer_is_unreachable(whatsapp: PlayedWhatsapp) -> None:
    closed = nobody()
    with pytest.raises(Unreachable):
        await closed.message("SM" + "0" * 32)
    with pytest.raises(Unreachable):
        await everything(closed)
    with pytest.raises(Unreachable):
        await closed.find_content("nothing")
    await closed.close()


CONTENT = Content(
    name="sello_1", language="es", body="Hola {{1}}, vuelve a {{2}}.", samples={"1": "Ana", "2": "Luna", "3": "a7"},
    link_title="Ver mi tarjeta", link="https://sello.example/k/{{3}}", replies=(("No recibir más", "opt_out"),),
)  # fmt: skip


async def test_a_template_is_made_found_submitted_and_followed(
    client: TwilioWhatsapp, whatsapp: PlayedWhatsapp
) -> None:
    assert await client.find_content(CONTENT.name) is None
    sid = await client.create_content(CONTENT)
    assert await client.find_content(CONTENT.name) == sid
    whatsapp.switch(approval={"verdict": "rejected", "reason": "INVALID_FORMAT", "delay_ms": 60_000})
    submitted = await client.submit_content(sid, name="sello_1", category="marketing")
    assert (submitted.state, submitted.category) == ("received", "marketing")
    waiting = await client.approval_of(sid)
    assert waiting is not None
    assert waiting.state == "pending"
    whatsapp.switch(approval={"verdict": "rejected", "reason": "INVALID_FORMAT"})
    verdict = await client.approval_of(sid)
    assert verdict is not None
    assert (verdict.state, verdict.reason) == ("rejected", "INVALID_FORMAT")
    with pytest.raises(Unreachable) as again:
        await client.submit_content(sid, name="sello_1", category="marketing")
    assert again.value.code == 20001
    assert await client.approval_of("HX" + "0" * 32) is None


async def test_a_template_that_is_not_approved_opens_no_conversation(
    client: TwilioWhatsapp, whatsapp: PlayedWhatsapp
) -> None:
    sent = await send(
        client,
        await client.create_content(
            replace(CONTENT, body="Hola {{1}}, vuelve ya.", link="https://sello.example/k/{{2}}")
        ),
    )
    assert isinstance(sent, Accepted)
    whatsapp.drained()
    found = await client.message(sent.sid)
    assert found is not None
    assert (found.status, found.error_code) == ("failed", 63016)

"""What the client asks and what the simulator answers, held against Twilio's own published OpenAPI.

The contract is vendored beside this file, cut down to what is used (its licence too). Its schemas let nearly everything
be null or absent, so they are closed here: no field that it does not name, and each that it names.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
import pytest
from twilio.request_validator import RequestValidator

from sello.infrastructure.playing.ledger import Ledger
from sello.infrastructure.playing.serving import Answer, Listening, Request
from sello.infrastructure.whatsapp import SIMULATED, Accepted, Content
from sello.infrastructure.whatsapp.client import TwilioWhatsapp
from sello.infrastructure.whatsapp.signature import is_signed, signature_of
from sello.infrastructure.whatsapp.simulator.app import Simulator
from sello.infrastructure.whatsapp.simulator.faults import Switches

CONTRACT = json.loads((Path(__file__).with_name("twilio") / "openapi.json").read_text())
ANA = "+51987654321"
CONTENT = Content(
    name="sello_1", language="es", body="Hola {{1}}, te esperamos.", samples={"1": "Ana", "2": "a7"},
    link_title="Ver mi tarjeta", link="https://sello.example/k/{{2}}", replies=(("No recibir más", "opt_out"),),
)  # fmt: skip


def known(schema: Any, *, closed: bool) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema, references resolved; closed: every object whole and with nothing more."""
    if "$ref" in schema:
        return known(CONTRACT["components"]["schemas"][schema["$ref"].rpartition("/")[2]], closed=closed)
    made = {name: value for name, value in schema.items() if name not in ("nullable", "format")}
    if "properties" in made:
        made["properties"] = {name: known(one, closed=closed) for name, one in made["properties"].items()}
        if closed:
            made |= {"additionalProperties": False, "required": list(made["properties"])}
    if "items" in made:
        made["items"] = known(made["items"], closed=closed)
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def operation(method: str, path: str) -> dict[str, Any]:
    """What the contract says of a request, by its address."""
    for template, operations in CONTRACT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", r"[A-Z]{2}[0-9a-f]{32}", template), path) and method.lower() in operations:
            return dict(operations[method.lower()])
    raise AssertionError(f"Twilio has no {method} {path}")


def asked_well(request: Request) -> None:
    """A request has nothing that the contract does not name, and each in its form."""
    said = operation(request.method, request.path)
    allowed = {one["name"] for one in said.get("parameters", ()) if one["in"] == "query"}
    assert set(request.query) <= allowed | {"PageToken"}, f"{request.path}: {request.query}"
    if request.method == "GET":
        return
    [(kind, body)] = said["requestBody"]["content"].items()
    assert request.headers["content-type"].split(";")[0] == kind
    schema = known(body["schema"], closed=False) | {"additionalProperties": False}
    if kind == "application/json":
        jsonschema_rs.validate(schema, json.loads(request.body))
        return
    form = dict(parse_qsl(request.body.decode(), strict_parsing=True))
    for name, value in form.items():
        one = schema["properties"][name]
        one = one["items"] if one.get("type") == "array" else one  # a form has it once for each
        jsonschema_rs.validate(one, int(value) if one.get("type") == "integer" else value)
    assert set(schema.get("required", ())) <= set(form)


def answered_well(request: Request, answer: Answer) -> None:
    """An answer is one that the contract has for this request, whole."""
    said = operation(request.method, request.path)["responses"]
    assert str(answer.status) in said, f"{request.method} {request.path} answers {sorted(said)}, not {answer.status}"
    found = json.loads(answer.body)
    jsonschema_rs.validate(known(said[str(answer.status)]["content"]["application/json"]["schema"], closed=True), found)
    for message in found.get("messages", [found]):
        for name in ("date_created", "date_updated", "date_sent"):
            if request.path.startswith("/2010") and message[name] is not None:
                assert parsedate_to_datetime(message[name]).tzinfo is not None


@dataclass
class Heard:
    """A simulator in this process, and everything that was asked and answered."""

    client: TwilioWhatsapp
    simulator: Simulator
    exchanges: list[tuple[Request, Answer]] = field(default_factory=list)

    @property
    def last(self) -> tuple[Request, Answer]:
        """The last request and its answer."""
        return self.exchanges[-1]


@asynccontextmanager
async def hearing(folder: Path) -> AsyncIterator[Heard]:
    ledger = Ledger(folder)
    simulator = Simulator(SIMULATED, ledger, inbound_url="http://127.0.0.1:9/", switches=Switches(step_ms=0))
    heard: Heard

    def handle(request: Request) -> Answer:
        answer = simulator.handle(request)
        assert isinstance(answer, Answer)
        heard.exchanges.append((request, answer))
        return answer

    server = Listening(handle)
    port = await server.start()
    client = TwilioWhatsapp(replace(SIMULATED, base_url=f"http://127.0.0.1:{port}"))
    heard = Heard(client, simulator)
    try:
        yield heard
    finally:
        await client.close()
        await server.close()
        await simulator.close()
        ledger.close()


async def test_every_request_and_answer_keeps_twilios_contract(tmp_path: Path) -> None:
    async with hearing(tmp_path) as heard:
        client = heard.client
        sid = await client.create_content(CONTENT)
        assert await client.find_content(CONTENT.name) == sid
        await client.submit_content(sid, name="sello_1", category="marketing")
        approval = await client.approval_of(sid)
        assert approval is not None
        assert approval.state == "approved"
        about: dict[str, Any] = {
            "to": ANA,
            "sender": SIMULATED.number,
            "status_callback": "https://sello.example/webhooks?send=1",
        }
        sent = [
            await client.send_template(content_sid=sid, variables={"1": "Ana", "2": "x"}, **about),
            await client.send_text(body="Hola", media_url="https://sello.example/card.png", **about),
        ]
        now = datetime.now(UTC)
        found = client.messages(sender=SIMULATED.number, since=now - timedelta(hours=1), until=now, to=ANA)
        assert [one async for one in found if one.to != ANA] == []
        for one in sent:
            assert isinstance(one, Accepted)
            assert await client.message(one.sid) is not None
        assert len(heard.exchanges) == 9
        for request, answer in heard.exchanges:
            asked_well(request)
            answered_well(request, answer)


@pytest.mark.parametrize("spoil", ["more", "less", "other"])
async def test_the_check_finds_an_answer_that_is_not_twilios(tmp_path: Path, spoil: str) -> None:
    async with hearing(tmp_path) as heard:
        await heard.client.create_content(CONTENT)
        request, answer = heard.last
        found = json.loads(answer.body)
        if spoil == "more":
            found["at"] = 1
        elif spoil == "less":
            del found["friendly_name"]
        else:
            found["sid"] = "HX1"
        with pytest.raises(jsonschema_rs.ValidationError):
            answered_well(request, Answer.json(found, 201))


async def test_the_check_finds_a_request_that_twilio_would_not_know(tmp_path: Path) -> None:
    async with hearing(tmp_path) as heard:
        await heard.client.create_content(CONTENT)
        request, _ = heard.last
        body = json.loads(request.body)
        body["types"]["whatsapp/card"]["actions"][0]["phone"] = None  # as the SDK writes it when nobody stops it
        with pytest.raises(jsonschema_rs.ValidationError):
            asked_well(replace(request, body=json.dumps(body).encode()))
        with pytest.raises(AssertionError, match="Twilio has no"):
            asked_well(replace(request, path="/v1/Contents"))


URL = "https://sello.example/webhooks/twilio/status?send=1&shop=2"
FORM = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "delivered", "Body": "Ñandú ¿no? &=+%", "Empty": ""}


@pytest.mark.parametrize("url", [URL, URL.replace("example", "example:8443"), "http://127.0.0.1:8000/webhooks/x"])
def test_our_signature_is_the_sdks(url: str) -> None:
    theirs = RequestValidator("a token of twilio")
    ours = signature_of("a token of twilio", url, FORM.items())
    assert ours == theirs.compute_signature(url, FORM)
    assert theirs.validate(url, FORM, ours)
    assert is_signed(["another", "a token of twilio"], url, FORM.items(), ours)


@pytest.mark.parametrize(
    ("url", "form", "token"),
    [
        (URL.replace("https", "http"), FORM, "a token of twilio"),
        (URL.replace("status", "inbound"), FORM, "a token of twilio"),
        (URL.replace("send=1", "send=2"), FORM, "a token of twilio"),
        (URL.replace("sello.example", "evil.example"), FORM, "a token of twilio"),
        (URL, FORM | {"MessageStatus": "read"}, "a token of twilio"),
        (URL, FORM | {"More": "1"}, "a token of twilio"),
        (URL, {name: value for name, value in FORM.items() if name != "Empty"}, "a token of twilio"),
        (URL, FORM, "another token"),
    ],
)
def test_what_was_changed_on_the_way_is_not_signed(url: str, form: dict[str, str], token: str) -> None:
    signature = signature_of("a token of twilio", URL, FORM.items())
    assert is_signed(["a token of twilio"], URL, FORM.items(), signature)
    assert not is_signed([token], url, form.items(), signature)


def test_without_a_signature_or_a_token_nothing_is_signed() -> None:
    assert not is_signed(["a token of twilio"], URL, FORM.items(), None)
    assert not is_signed(["a token of twilio"], URL, FORM.items(), "")
    assert not is_signed(["a token of twilio"], URL, FORM.items(), "ñ")
    assert not is_signed([], URL, FORM.items(), signature_of("", URL, FORM.items()))

"""Twilio's Messages: sending, asking for one, listing."""

import re
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from sello.infrastructure.playing.serving import Answer, Request
from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.simulator.book import Book, Message, Template, rfc_2822
from sello.infrastructure.whatsapp.simulator.faults import SLOW_SECONDS, Plan
from sello.infrastructure.whatsapp.simulator.progress import Progress
from sello.infrastructure.whatsapp.simulator.refusals import SENTENCES, refused
from sello.shared import clock

CHANNEL: Final = "whatsapp:"
_PHONE: Final = re.compile(r"whatsapp:\+[1-9]\d{7,14}")
_BLANK: Final = re.compile(r"\{\{(\d+)\}\}")
_LONGEST: Final = 1024  # of a template with its variables
_HTML: Final = b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"


class Messages:
    """The endpoints below /2010-04-01/Accounts/{sid}/Messages."""

    def __init__(self, book: Book, account: Account, progress: Progress) -> None:
        self._book = book
        self._account = account
        self._progress = progress
        self._path = f"/2010-04-01/Accounts/{account.sid}/Messages"

    def create(self, request: Request) -> Answer:
        """Send one: break as planned, or refuse, or accept and write it down before anybody hears of it."""
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        phone = form.get("To", "").removeprefix(CHANNEL)
        plan = self._progress.fate.plan(phone, now=time.monotonic())
        delay = self._progress.fate.switches.answer_delay_ms / 1000
        if (broken := _before(plan)) is not None:
            broken.delay = broken.delay or delay
            return broken
        code = plan.refuse or self._problem(form)
        if code is not None:
            answer = refused(code)
        else:
            message, fails = self._accept(form)
            self._progress.begin(message, _failing(plan, fails))
            answer = _after(plan) or Answer(201, msgspec.json.encode(self._json(message)))
        answer.delay = delay + (SLOW_SECONDS if plan.breakage == "slow" else 0.0)
        return answer

    def fetch(self, sid: str) -> Answer:
        """One message as it stands."""
        message = self._book.by_sid.get(sid)
        return refused(20404) if message is None else Answer.json(self._json(message))

    def list(self, query: dict[str, str]) -> Answer:
        """A page of them, the newest first. What was not sent yet has no date, so a filter by date leaves it out."""
        try:
            size = min(max(int(query.get("PageSize", "50")), 1), 1000)
            page, below = int(query.get("Page", "0")), int(query.get("PageToken", "PA0")[2:] or "0")
            chosen = _Chosen(query)
        except ValueError:
            return refused(20001)
        found: list[Message] = []
        more = False
        for message in self._newest(query.get("To", "").removeprefix(CHANNEL), below):
            if not chosen.has(message):
                continue
            if len(found) == size:
                more = True
                break
            found.append(message)
        following = None
        if more:
            following = {**query, "PageSize": size, "Page": page + 1, "PageToken": f"PA{found[-1].number}"}
        first = {name: value for name, value in query.items() if name not in ("Page", "PageToken")}
        return Answer.json(
            {
                "messages": [self._json(message) for message in found],
                "first_page_uri": self._page({**first, "PageSize": size, "Page": 0}),
                "next_page_uri": self._page(following) if following else None,
                "previous_page_uri": None,
                "uri": self._page(query),
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(len(found) - 1, 0),
            }
        )

    def _newest(self, to: str, below: int) -> Iterator[Message]:
        if to:
            of_phone = self._book.by_phone.get(to, [])
            return (message for message in reversed(of_phone) if not below or message.number < below)
        everything = self._book.messages
        start = below or len(everything)
        return (everything[number] for number in range(start - 1, -1, -1))

    def _page(self, query: dict[str, Any]) -> str:
        return f"{self._path}.json?{urlencode(query)}"

    def _problem(self, form: dict[str, str]) -> int | None:
        """The code of what is wrong with a form, as Twilio checks it before it accepts."""
        if not _PHONE.fullmatch(form.get("To", "")):
            return 21211
        if form.get("From") != CHANNEL + self._account.number:
            return 63007
        callback = urlsplit(form.get("StatusCallback", ""))
        if form.get("StatusCallback") and (callback.scheme not in ("http", "https") or not callback.hostname):
            return 21609
        validity = form.get("ValidityPeriod", "36000")
        if not validity.isdigit() or not 1 <= int(validity) <= 36000:
            return 20001
        if "ContentSid" in form:
            if form["ContentSid"] not in self._book.templates:
                return 21655
            return None if _variables(form) is not None else 21656
        return None if form.get("Body") or form.get("MediaUrl") else 21619

    def _accept(self, form: dict[str, str]) -> tuple[Message, int | None]:
        """Write it down; the code with which WhatsApp will throw it back, when it will."""
        now = clock.now().timestamp()
        phone, variables = form["To"].removeprefix(CHANNEL), _variables(form) or {}
        template = self._book.templates.get(form.get("ContentSid", ""))
        body, buttons = filled(template, variables) if template else (form.get("Body", ""), [])
        message = Message(
            sid=f"SM{secrets.token_hex(16)}", number=len(self._book.messages), to=phone,
            sender=form["From"].removeprefix(CHANNEL), direction="outbound-api", body=body, status="queued",
            created=now, updated=now, content_sid=template.sid if template else None, buttons=buttons,
            media=[form["MediaUrl"]] if form.get("MediaUrl") else [], callback=form.get("StatusCallback") or None,
        )  # fmt: skip
        self._book.accept(message, variables)
        return message, self._thrown_back(message, template, variables)

    def _thrown_back(self, message: Message, template: Template | None, variables: dict[str, str]) -> int | None:
        if template is not None:
            if len(message.body) > _LONGEST:
                return 63021
            if any(not variables.get(name) for name in _BLANK.findall(msgspec.json.encode(template.types).decode())):
                return 63028
            if template.approved:
                return None
        return None if self._book.window_is_open(message.phone) else 63016

    def _json(self, message: Message) -> dict[str, Any]:
        uri = f"{self._path}/{message.sid}"
        return {
            "account_sid": self._account.sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": rfc_2822(message.created),
            "date_sent": rfc_2822(message.sent) if message.sent else None,
            "date_updated": rfc_2822(message.updated),
            "direction": message.direction,
            "error_code": message.error,
            "error_message": SENTENCES.get(message.error, "Unknown error") if message.error else None,
            "from": CHANNEL + message.sender,
            "messaging_service_sid": None,
            "num_media": str(len(message.media)),
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": CHANNEL + message.to,
            "uri": f"{uri}.json",
        }


class _Chosen:
    """The filters of a list."""

    def __init__(self, query: dict[str, str]) -> None:
        self._from = query.get("From", "").removeprefix(CHANNEL)
        self._since, self._until = _moment(query.get("DateSent>")), _moment(query.get("DateSent<"))

    def has(self, message: Message) -> bool:
        if self._from and message.sender != self._from:
            return False
        if self._since is None and self._until is None:
            return True
        if message.sent is None:
            return False
        second = int(message.sent)
        return (self._since is None or second >= self._since) and (self._until is None or second <= self._until)


def _moment(said: str | None) -> float | None:
    if not said:
        return None
    return datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()


def _before(plan: Plan) -> Answer | None:
    """What breaks before anything was accepted."""
    match plan.breakage:
        case "hang" | "reset" as way:
            return Answer(way=way)
        case "500":
            return Answer.json({"code": 20500, "message": "Internal Server Error", "status": 500}, 500)
        case "429":
            return refused(20429)
        case "html":
            return Answer(502, _HTML, "text/html")
        case "empty":
            return Answer(200)
        case _:
            return None


def _after(plan: Plan) -> Answer | None:
    """What breaks although the message was accepted."""
    match plan.breakage:
        case "accept_then_hang":
            return Answer(way="hang")
        case "accept_then_reset":
            return Answer(way="reset")
        case "accept_then_500":
            return Answer.json({"code": 20500, "message": "Internal Server Error", "status": 500}, 500)
        case "accept_then_html":
            return Answer(200, _HTML, "text/html")
        case _:
            return None


def _failing(plan: Plan, code: int | None) -> Plan:
    return plan if code is None else Plan(fail=code, calling=plan.calling)


def _variables(form: dict[str, str]) -> dict[str, str] | None:
    try:
        return msgspec.json.decode(form.get("ContentVariables") or "{}", type=dict[str, str])
    except msgspec.DecodeError:
        return None


def filled(template: Template, variables: dict[str, str]) -> tuple[str, list[dict[str, str]]]:
    """A template's words and buttons with its blanks filled, each once."""

    def fill(text: str) -> str:
        return _BLANK.sub(lambda blank: variables.get(blank[1], ""), text)

    card = template.card
    buttons = [
        {
            "kind": "link" if action.get("type") == "URL" else "reply",
            "title": fill(str(action.get("title", ""))),
            "url": fill(str(action.get("url") or "")),
            "payload": str(action.get("id") or ""),
        }
        for action in card.get("actions") or ()
    ]
    return fill(str(card.get("body", ""))), buttons

"""What the simulator knows: messages, templates, open windows. Its ledger is the file that proofs compare with."""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from sello.infrastructure.playing.ledger import Ledger
from sello.shared import clock

WINDOW_SECONDS: Final = 24 * 3600.0


@dataclass(slots=True)
class Message:
    """One message, either way. `number` is its place in the order of all."""

    sid: str
    number: int
    to: str
    sender: str
    direction: str
    body: str
    status: str
    created: float
    content_sid: str | None = None
    buttons: list[dict[str, str]] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    callback: str | None = None
    error: int | None = None
    sent: float | None = None
    updated: float = 0.0

    @property
    def phone(self) -> str:
        """The person's number, whichever way it went."""
        return self.sender if self.direction == "inbound" else self.to


@dataclass(slots=True)
class Template:
    """One content and where its approval stands."""

    sid: str
    name: str
    language: str
    variables: dict[str, str]
    types: dict[str, Any]
    created: float
    approval: dict[str, Any] | None = None

    @property
    def card(self) -> dict[str, Any]:
        """The one type it is made of."""
        return next((kind for kind in self.types.values() if kind), {})

    @property
    def approved(self) -> bool:
        """Whether it may open a conversation."""
        return self.approval is not None and self.approval["status"] == "approved"


class Book:
    """All of it in memory; a new process reads the chats and templates back from the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.forget()
        for line in ledger.lines():
            self._recall(line)

    def forget(self) -> None:
        """Know nothing."""
        self.version = 0
        self.messages: list[Message] = []
        self.by_sid: dict[str, Message] = {}
        self.by_phone: dict[str, list[Message]] = {}
        self.windows: dict[str, float] = {}
        self.templates: dict[str, Template] = {}

    def keep(self, template: Template) -> None:
        """Write a template down as it is now."""
        self.version += 1
        self.templates[template.sid] = template
        self.ledger.write("content", template=asdict(template))

    def accept(self, message: Message, variables: dict[str, str]) -> None:
        """Write down a message to a person, before anybody hears of it."""
        self.ledger.write(
            "accepted", sid=message.sid, to=message.to, **{"from": message.sender}, content_sid=message.content_sid,
            variables=variables, body=message.body, buttons=message.buttons, media=message.media,
            status_callback=message.callback, received_at=message.created,
        )  # fmt: skip
        self.add(message)

    def receive(self, phone: str, number: str, words: str) -> Message:
        """Write down what a person wrote to our number."""
        now = clock.now().timestamp()
        message = Message(
            sid=f"SM{secrets.token_hex(16)}", number=len(self.messages), to=number, sender=phone,
            direction="inbound", body=words, status="received", created=now, sent=now, updated=now,
        )  # fmt: skip
        self.ledger.write("inbound", sid=message.sid, to=number, **{"from": phone}, body=words, received_at=now)
        self.add(message)
        return message

    def add(self, message: Message) -> None:
        """Take a message in."""
        self.version += 1
        self.messages.append(message)
        self.by_sid[message.sid] = message
        self.by_phone.setdefault(message.phone, []).append(message)
        if message.direction == "inbound":
            self.windows[message.phone] = message.created + WINDOW_SECONDS

    def move(self, message: Message, status: str, *, error: int | None = None) -> None:
        """Note a message's new state, which never goes back."""
        self.version += 1
        message.status, message.updated = status, clock.now().timestamp()
        message.error = message.error or error
        if status == "sent" and message.sent is None:
            message.sent = message.updated
        self.ledger.write("status", sid=message.sid, status=status, error_code=message.error)

    def window_is_open(self, phone: str) -> bool:
        """Whether free words may be sent to this person."""
        return self.windows.get(phone, 0.0) > clock.now().timestamp()

    def _recall(self, line: dict[str, Any]) -> None:
        what = line["what"]
        if what in ("accepted", "inbound"):
            inbound = what == "inbound"
            self.add(
                Message(
                    sid=line["sid"], number=len(self.messages), to=line["to"], sender=line["from"], body=line["body"],
                    direction="inbound" if inbound else "outbound-api", status="received" if inbound else "queued",
                    created=line["received_at"], content_sid=line.get("content_sid"), buttons=line.get("buttons", []),
                    media=line.get("media", []), callback=line.get("status_callback"), updated=line["received_at"],
                )
            )  # fmt: skip
        elif what == "status" and (message := self.by_sid.get(line["sid"])) is not None:
            message.status, message.error, message.updated = line["status"], line["error_code"], line["at"]
            if line["status"] == "sent":
                message.sent = line["at"]
        elif what == "content":
            self.templates[line["template"]["sid"]] = Template(**line["template"])
        elif what == "content_deleted":
            self.templates.pop(line["sid"], None)


_moment = (0, "")


def rfc_2822(at: float) -> str:
    """A moment as Twilio writes it in messages."""
    global _moment  # the same second is asked for thousands of times
    if _moment[0] != int(at):
        _moment = (int(at), format_datetime(datetime.fromtimestamp(int(at), UTC)))
    return _moment[1]


def iso(at: float) -> str:
    """A moment as Twilio writes it in contents."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""The phones: each number a chat in which a person reads, answers and presses buttons."""

import re
from importlib.resources import files
from typing import Any, Final

import msgspec

from sello.infrastructure.playing.serving import Answer
from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.simulator.book import Book, Message
from sello.infrastructure.whatsapp.simulator.progress import Progress
from sello.infrastructure.whatsapp.simulator.refusals import refused
from sello.shared import clock

_PHONE: Final = re.compile(r"\+[1-9]\d{7,14}")
_MOST_CHATS: Final = 300
_MOST_MESSAGES: Final = 300
_PAGE: Final = files("sello.infrastructure.whatsapp.simulator")
PAGES: Final = {
    "/": ("chat.html", "text/html"),
    "/chat.css": ("chat.css", "text/css"),
    "/chat.js": ("chat.js", "text/javascript"),
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: http: https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class _Said(msgspec.Struct, rename={"sender": "from"}, forbid_unknown_fields=True):
    """What a person does: writes `body`, or presses `button` (its payload) under the message `sid`."""

    sender: str
    body: str = ""
    button: str | None = None
    sid: str | None = None
    name: str = ""


class Phones:
    """The page and what it asks."""

    def __init__(self, book: Book, account: Account, progress: Progress) -> None:
        self._book = book
        self._account = account
        self._progress = progress

    def page(self, path: str) -> Answer:
        """The page and its two files, under a policy that lets in nothing else."""
        name, kind = PAGES[path]
        headers = (
            ("content-security-policy", _POLICY),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        )
        return Answer(200, (_PAGE / name).read_bytes(), f"{kind}; charset=utf-8", headers)

    def chats(self, query: dict[str, str]) -> Answer:
        """Everybody who was written to or wrote, the latest first; nothing when it is as the page knows it."""
        if query.get("version") == str(self._book.version):
            return Answer(204)
        asked = query.get("phone", "")
        latest = sorted(self._book.by_phone.items(), key=lambda one: one[1][-1].number, reverse=True)
        found = [one for one in latest if asked in one[0]] if asked else latest
        return Answer.json(
            {
                "version": str(self._book.version),
                "number": self._account.number,
                "people": len(latest),
                "messages": len(self._book.messages),
                "chats": [self._chat(phone, messages) for phone, messages in found[:_MOST_CHATS]],
            }
        )

    def chat(self, phone: str) -> Answer:
        """One chat, the oldest first."""
        messages = self._book.by_phone.get(phone, [])
        open_until = self._book.windows.get(phone, 0.0)
        return Answer.json(
            {
                "phone": phone,
                "window_until": open_until if open_until > clock.now().timestamp() else None,
                "messages": [_shown(message) for message in messages[-_MOST_MESSAGES:]],
            }
        )

    def open(self, phone: str) -> Answer:
        """The person looks at the chat: what was delivered is read."""
        for message in self._book.by_phone.get(phone, [])[-_MOST_MESSAGES:]:
            self._progress.read(message)
        return Answer(204)

    async def say(self, body: bytes) -> Answer:
        """The person writes, or presses a button; answers once our webhook has."""
        try:
            said = msgspec.json.decode(body, type=_Said)
        except msgspec.DecodeError:
            return refused(20001)
        if not _PHONE.fullmatch(said.sender):
            return refused(21211)
        facts: dict[str, str] = {"ProfileName": said.name} if said.name else {}
        words = said.body
        if said.button is not None:
            pressed = self._book.by_sid.get(said.sid or "")
            button = next((one for one in pressed.buttons if one["payload"] == said.button), None) if pressed else None
            if pressed is None or button is None:
                return refused(20404)
            words = button["title"]
            facts |= {
                "ButtonText": words,
                "ButtonPayload": said.button,
                "OriginalRepliedMessageSid": pressed.sid,
                "OriginalRepliedMessageSender": f"whatsapp:{self._account.number}",
            }
        message = self._book.receive(said.sender, self._account.number, words)
        http = await self._progress.inbound(message, facts)
        return Answer.json({"sid": message.sid, "http": http}, 201)

    def _chat(self, phone: str, messages: list[Message]) -> dict[str, Any]:
        last = messages[-1]
        waiting = sum(one.direction != "inbound" and one.status == "delivered" for one in messages[-_MOST_MESSAGES:])
        return {
            "phone": phone,
            "text": last.body,
            "mine": last.direction == "inbound",
            "status": last.status,
            "at": last.created,
            "unread": waiting,
        }


def _shown(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "mine": message.direction == "inbound",
        "text": message.body,
        "buttons": message.buttons,
        "media": message.media,
        "status": message.status,
        "error": message.error,
        "at": message.created,
    }

"""A past that the simulator will remember: Twilio of days gone by, played while a story of them is made up.

Nothing calls back and nothing fails by itself; whoever tells the story says what became of each message. What was
written lies nowhere until `lay_in`: a story that was rolled back leaves nothing behind.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sello.infrastructure.playing.ledger import Draft
from sello.infrastructure.whatsapp.account import Account
from sello.infrastructure.whatsapp.message import Accepted, Approval, Content, Listed, Outcome
from sello.infrastructure.whatsapp.simulator.book import Book, Message, Template
from sello.infrastructure.whatsapp.simulator.messages import filled
from sello.infrastructure.whatsapp.simulator.refusals import ways_of_failing
from sello.shared import clock

_TYPE = "whatsapp/card"


class Past:
    """A provider (`Whatsapp`) under a clock that was moved: it approves every template and takes every message."""

    def __init__(self, account: Account) -> None:
        self._number = account.number
        self._draft = Draft()
        self._book = Book(self._draft)

    def lay_in(self, folder: Path) -> None:
        """Put everything where the next start of the simulator finds it: it is asked for by its sids from then on."""
        self._draft.lay_in(folder)

    # ------------------------------------------------------------ what people and their phones did

    def move(self, sid: str, status: str) -> None:
        """A message came so far."""
        self._book.move(self._book.by_sid[sid], status)

    def fail(self, sid: str, code: int) -> str:
        """A message was thrown back with this code; the word for it."""
        *ways, last = ways_of_failing(code)
        for status in ways:
            self.move(sid, status)
        self._book.move(self._book.by_sid[sid], last, error=code)
        return last

    def write(self, phone: str, words: str) -> str:
        """Somebody wrote to us; the sid of it."""
        return self._book.receive(phone, self._number, words).sid

    # ------------------------------------------------------------ what it is asked

    async def send_template(
        self,
        *,
        to: str,
        sender: str,
        content_sid: str,
        variables: Mapping[str, str],
        status_callback: str,
        validity_seconds: int = 14_400,  # nothing is late in a story
    ) -> Outcome:
        """Take it."""
        body, buttons = filled(self._book.templates[content_sid], dict(variables))
        message = self._message(to, sender, body, content_sid=content_sid, buttons=buttons, callback=status_callback)
        self._book.accept(message, dict(variables))
        return Accepted(message.sid, "queued")

    async def send_text(
        self, *, to: str, sender: str, body: str, status_callback: str, media_url: str | None = None
    ) -> Outcome:
        """Take it."""
        media = [media_url] if media_url else []
        message = self._message(to, sender, body, media=media, callback=status_callback)
        self._book.accept(message, {})
        return Accepted(message.sid, "queued")

    def _message(self, to: str, sender: str, body: str, **more: Any) -> Message:
        now = clock.now().timestamp()
        return Message(
            sid=f"SM{secrets.token_hex(16)}", number=len(self._book.messages), to=to, sender=sender, body=body,
            direction="outbound-api", status="queued", created=now, updated=now, **more,
        )  # fmt: skip

    async def message(self, sid: str) -> Listed | None:
        """Nobody asks in a story."""
        return None

    async def messages(
        self,
        *,
        sender: str,
        since: datetime,
        until: datetime | None = None,
        to: str | None = None,
    ) -> AsyncIterator[Listed]:
        """Nobody asks in a story."""
        nothing: tuple[Listed, ...] = ()
        for one in nothing:
            yield one

    async def create_content(self, content: Content) -> str:
        """Keep it, as the official SDK would have it kept."""
        sid = f"HX{secrets.token_hex(16)}"
        types = {_TYPE: {"body": content.body, "actions": content.actions}}
        now = clock.now().timestamp()
        self._book.keep(Template(sid, content.name, content.language, dict(content.samples), types, now))
        return sid

    async def find_content(self, name: str) -> str | None:
        """The sid of the content with this name."""
        return next((one.sid for one in self._book.templates.values() if one.name == name), None)

    async def submit_content(self, sid: str, *, name: str, category: str) -> Approval:
        """Approve it."""
        template = self._book.templates[sid]
        template.approval = {
            "name": name, "category": category.upper(), "status": "approved", "rejection_reason": "",
            "content_type": _TYPE, "allow_category_change": True, "at": clock.now().timestamp(),
        }  # fmt: skip
        self._book.keep(template)
        return Approval("approved", category, None)

    async def approval_of(self, sid: str) -> Approval | None:
        """WhatsApp's word on it."""
        said = self._book.templates[sid].approval
        return Approval("approved", said["category"].lower(), None) if said else Approval(None, None, None)

    async def close(self) -> None:
        """Nothing is open."""

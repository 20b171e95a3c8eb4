"""What is asked of WhatsApp's provider and what it may answer.

An answer to a send is one of four, because what follows is one of four: done, never, later, and nobody knows.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

MessageStatus = Literal[
    "queued", "accepted", "scheduled", "sending", "sent", "failed", "undelivered", "delivered", "read", "receiving",
    "received", "partially_delivered", "canceled",
]  # fmt: skip
ApprovalState = Literal["received", "pending", "approved", "rejected", "paused", "disabled"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, under this sid."""

    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider refused it for good and has nothing; `code` is the provider's, None when it gave none."""

    code: int | None
    http: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """Not processed, and welcome later: too many at once, or no connection was ever made (`code` None)."""

    code: int | None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps accepted, perhaps not: never sent again; a callback or the provider's list will tell."""

    why: str


Outcome = Accepted | Declined | Throttled | Unknown


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as the provider lists it. Phones are E.164; the list names neither our send nor the content."""

    sid: str
    to: str
    sender: str
    direction: str
    status: MessageStatus
    error_code: int | None
    body: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Content:
    """A template in the provider's words: numbered variables with samples, and buttons.

    `link` is an address that ends in a variable; `replies` are (title, payload) of buttons that answer.
    """

    name: str
    language: str
    body: str
    samples: Mapping[str, str]
    link_title: str
    link: str
    replies: Sequence[tuple[str, str]] = field(default=())

    @property
    def actions(self) -> list[dict[str, str]]:
        """Its buttons in the provider's words."""
        link = {"type": "URL", "title": self.link_title, "url": self.link}
        return [link, *({"type": "QUICK_REPLY", "title": title, "id": payload} for title, payload in self.replies)]


@dataclass(frozen=True, slots=True)
class Approval:
    """WhatsApp's word on a template. `category` is where Meta put it, which may not be where it was submitted."""

    state: ApprovalState | None
    category: str | None
    reason: str | None


class Unreachable(Exception):
    """A question (never a send) got no usable answer; asking again does no harm. `code` is the provider's."""

    def __init__(self, why: str, *, code: int | None = None, http: int | None = None) -> None:
        super().__init__(why)
        self.code = code
        self.http = http


class Whatsapp(Protocol):
    """The provider. Sends never raise but when they are cancelled, and are tried once."""

    async def send_template(
        self,
        *,
        to: str,
        sender: str,
        content_sid: str,
        variables: Mapping[str, str],
        status_callback: str,
        validity_seconds: int = 14_400,
    ) -> Outcome:
        """An approved template, which may open a conversation; worthless after `validity_seconds`."""
        ...

    async def send_text(
        self, *, to: str, sender: str, body: str, status_callback: str, media_url: str | None = None
    ) -> Outcome:
        """Free words, allowed for 24 hours after the person wrote."""
        ...

    async def message(self, sid: str) -> Listed | None:
        """One message; None when there is none. Raises Unreachable."""
        ...

    def messages(
        self, *, sender: str, since: datetime, until: datetime | None = None, to: str | None = None
    ) -> AsyncIterator[Listed]:
        """What left `sender` and was sent in [since, until], the newest first. Raises Unreachable."""
        ...

    async def create_content(self, content: Content) -> str:
        """Put a template there and answer with its sid. Not idempotent: look for its name first."""
        ...

    async def find_content(self, name: str) -> str | None:
        """The sid of the content with this name. Raises Unreachable."""
        ...

    async def submit_content(self, sid: str, *, name: str, category: str) -> Approval:
        """Ask WhatsApp to approve it. Raises Unreachable, with a code when it was refused."""
        ...

    async def approval_of(self, sid: str) -> Approval | None:
        """WhatsApp's word on it; None when the content is gone. Raises Unreachable."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...

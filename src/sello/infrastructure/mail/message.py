"""What is sent, and the narrow thing that sends it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One plain-text mail. The id becomes its Message-ID: what a job sends twice, a mailbox can fold."""

    id: str
    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends mail; raises when the server did not take it, so that the job is tried again."""

    async def send(self, message: Message) -> None:
        """Hand the message over."""
        ...

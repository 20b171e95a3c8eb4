"""Mail to people who run shops: the message, its texts, and a way to send it.

`client` talks SMTP and is reached from jobs alone; its stand-in writes a file, so nothing outside is needed.
"""

from sello.infrastructure.mail.message import Mailer, Message
from sello.infrastructure.mail.texts import TEXTS, Kind, compose

__all__ = ["TEXTS", "Kind", "Mailer", "Message", "compose"]

"""The two mailers: SMTP, and the stand-in that appends to a file.

Neither logs an address or a text: a log line carries the message's id and how long it took.
"""

import asyncio
import ipaddress
import json
import os
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from sello.infrastructure.mail.message import Mailer, Message
from sello.shared import clock
from sello.shared.logs import external_call

_TIMEOUT = 20.0
OUTBOX = "outbox.jsonl"


def mailer(smtp_url: str | None, *, folder: Path, sender: str) -> Mailer:
    """SMTP when an address is set, otherwise files below `folder`."""
    return SmtpMailer(smtp_url, sender=sender) if smtp_url else FileMailer(folder)


class SmtpMailer:
    """Sends through `smtp://[user:password@]host[:587]` (STARTTLS) or `smtps://...[:465]` (TLS at once).

    Off loopback a server that offers no TLS is refused; passwords and links never travel in the clear.
    """

    def __init__(self, url: str, *, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465")
        self._host = parts.hostname
        self._secure = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._secure else 587)
        self._username = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender

    async def send(self, message: Message) -> None:
        """Hand the message over; raises aiosmtplib.SMTPException or OSError when it was not taken."""
        with external_call("smtp", "send", message_id=message.id):
            await aiosmtplib.send(
                _mail(message, self._sender),
                hostname=self._host,
                port=self._port,
                username=self._username,
                password=self._password,
                use_tls=self._secure,
                start_tls=None if self._secure or _is_loopback(self._host) else True,
                timeout=_TIMEOUT,
            )


class FileMailer:
    """Appends every message as one JSON line to `outbox.jsonl`; several processes may write at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: Message) -> None:
        """Append the message; raises OSError when the disk is full."""
        with external_call("mail_file", "append", message_id=message.id):
            await asyncio.to_thread(self._append, message)

    def _append(self, message: Message) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = {
            "id": message.id,
            "at": clock.now().isoformat(),
            "to": message.to,
            "subject": message.subject,
            "text": message.text,
        }
        # One write of an O_APPEND file: lines of two processes never mix.
        file = os.open(self._folder / OUTBOX, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        finally:
            os.close(file)


def _mail(message: Message, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{message.id}@sello>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
